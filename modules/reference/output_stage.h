// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/span.h"
#include "core/tensor.h"
#include "reference/convolution.h"

namespace lacuna::reference {

/// What happens to an accumulated sum on its way to memory, channel by channel.
struct OutputStage {
  Span<const std::int32_t> bias;        ///< [channels], or empty: none
  Span<const std::int32_t> multiplier;  ///< [channels], or empty: no requantization
  Span<const std::int32_t> shift;       ///< [channels], 0..62; with the multipliers
  bool relu = false;
  DataType type = DataType::int32;  ///< int8, uint8, int16 or int32
};

/// value / 2^shift to the nearest whole number, halves to the even one; shift 0..62.
std::int64_t shift_round_half_even(std::int64_t value, int shift);

/// One value: (sum + bias) * multiplier / 2^shift rounded half to even, ReLU, clamped to the type.
/// Without multipliers the sum + bias wraps to 32 bits instead and is then clamped.
std::int64_t finish(std::int32_t sum, const OutputStage& stage, std::size_t channel);

/// The whole output of a layer, in the shape and layout of `sums`.
/// @param sums   as convolve() returns it
/// @param shape  of the tensor to make: [batch, channels, rows, columns] or [.., channels]
Tensor finish(Span<const std::int32_t> sums, const OutputStage& stage, Shape shape, Layout layout);

}  // namespace lacuna::reference
