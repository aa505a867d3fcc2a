// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/span.h"
#include "core/tensor.h"
#include "reference/dot_products.h"

namespace lacuna::reference {

/// The geometry of a grouped two-dimensional convolution. A matrix product [M, K] x [N, K]^T is a
/// 1x1 convolution over an image of one row and M columns with K channels.
struct Convolution {
  std::uint32_t batch = 1;
  std::uint32_t groups = 1;
  std::uint32_t in_channels = 1;  ///< of all groups
  std::uint32_t in_height = 1;
  std::uint32_t in_width = 1;
  std::uint32_t out_channels = 1;  ///< of all groups
  std::uint32_t kernel_height = 1;
  std::uint32_t kernel_width = 1;
  std::uint32_t stride_height = 1;
  std::uint32_t stride_width = 1;
  std::uint32_t dilation_height = 1;
  std::uint32_t dilation_width = 1;
  std::uint32_t pad_top = 0;
  std::uint32_t pad_left = 0;
  std::uint32_t pad_bottom = 0;
  std::uint32_t pad_right = 0;

  /// floor((in + pads - dilation * (kernel - 1) - 1) / stride) + 1 [papers/NETWORKS]
  std::size_t out_height() const;
  std::size_t out_width() const;
  std::size_t positions() const;  ///< output pixels of the whole batch
  std::size_t reduction() const;  ///< length of one dot product
};

/// Which dimension of an image varies fastest in memory.
enum class Layout {
  channels_first,  ///< [batch, channels, height, width]: tensors of convolutions in user files
  channels_last,   ///< [batch, height, width, channels]: matrices [M, K], and the accelerators'
                   ///< memory
};

/// What the accelerators must have accumulated before their output stage: 32-bit sums that wrap.
/// @param activations  uint8 or int8, in `layout`
/// @param weights      decoded, [out channels, channels of a group, kernel rows, kernel columns]
/// @param products     of activations [pixels, reduction] and weights [channels, reduction], elements in the order
///                     kernel row, kernel column, channel
/// @return             [batch, out channels, out rows, out columns] in `layout`
/// @throws Error (stuck) when a size does not fit the geometry
std::vector<std::int32_t> convolve(const Convolution& shape, const Tensor& activations,
                                   Span<const std::int16_t> weights, Layout layout,
                                   const DotProducts& products = dot_products);

/// The same sums for chosen output pixels only, numbered over batch, rows and columns.
/// @return [pixels, out channels]
std::vector<std::int32_t> convolve_at(const Convolution& shape, const Tensor& activations,
                                      Span<const std::int16_t> weights, Layout layout,
                                      Span<const std::size_t> pixels,
                                      const DotProducts& products = dot_products);

}  // namespace lacuna::reference
