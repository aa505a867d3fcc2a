// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/span.h"
#include "core/tensor.h"

namespace lacuna::sparse {

/// The two dimensions that groups see in a weight tensor [K, C] or [K, C, kh, kw].
struct WeightDimensions {
  std::size_t channels = 0;  ///< K, output channels
  std::size_t inputs = 0;    ///< C, input channels of a convolution group
  std::size_t kernel = 1;    ///< kh * kw
  std::size_t reduction() const { return inputs * kernel; }
  std::size_t weights() const { return channels * reduction(); }
};

/// @throws Error (bad_input) when the tensor's rank is neither 2 nor 4
WeightDimensions weight_dimensions(const Shape& shape);

/// Weights in the order in which they meet activations: [K, kh, kw, C], row-major.
/// @throws Error (bad_input) when the tensor is not int8 of rank 2 or 4
std::vector<std::int8_t> channels_last(const Tensor& weights);

/// The inverse: weights in that order, back as a tensor of the original shape.
Tensor channels_first(Span<const std::int16_t> weights, const Shape& shape);

}  // namespace lacuna::sparse
