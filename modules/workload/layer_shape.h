// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lacuna::workload {

/// The geometry of one layer as a (grouped) convolution over channel-last images. A matrix product
/// [M, K] x [N, K]^T is a 1x1 convolution over an image of one row and M columns with K channels.
struct LayerShape {
  std::uint32_t batch = 1;
  std::uint32_t groups = 1;       ///< convolution groups, or attention heads; they share nothing
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

  /// floor((in + pads - dilation * (kernel - 1) - 1) / stride) + 1 (papers/NETWORKS)
  std::uint32_t out_height() const {
    return (in_height + pad_top + pad_bottom - dilation_height * (kernel_height - 1) - 1) /
               stride_height +
           1;
  }
  std::uint32_t out_width() const {
    return (in_width + pad_left + pad_right - dilation_width * (kernel_width - 1) - 1) /
               stride_width +
           1;
  }
  std::uint32_t group_in_channels() const { return in_channels / groups; }
  std::uint32_t group_out_channels() const { return out_channels / groups; }
  /// Length of one dot product, elements in the order (kernel row, kernel column, channel).
  std::uint32_t reduction() const { return kernel_height * kernel_width * group_in_channels(); }
  std::uint64_t positions() const { return std::uint64_t{batch} * out_height() * out_width(); }
  std::uint64_t macs() const { return positions() * out_channels * reduction(); }
  std::uint64_t weights() const { return std::uint64_t{out_channels} * reduction(); }
};

}  // namespace lacuna::workload
