// SPDX-License-Identifier: Apache-2.0
//
// From real numbers to the integers that the Screener computes with, and back. One step of a
// screener sum is worth ContextFormat::worth(P) * the weights' step; biases and thresholds are
// given in such steps.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/span.h"
#include "sparse/screening/int4.h"
#include "sparse/screening/projection.h"

namespace lacuna::sparse::screening {

/// How a context vector becomes INT4. It is fixed when the screener is made and the same for all
/// contexts, so that biases and thresholds are constants.
struct ContextFormat {
  int fraction_bits = 12;  ///< of the 16-bit fixed point in which h is projected; 0 .. 30
  std::uint32_t step = 1;  ///< projected fixed-point units worth one INT4 step; at least 1

  /// What one INT4 step of the projected context P h is worth: step * 2^-fraction_bits * sqrt(3/k).
  double worth(const TernaryProjection& projection) const;
};

/// round(value * 2^fraction_bits), half to even, limited to -32767 .. 32767; not-a-number is 0.
void quantize_context(Span<const float> context, int fraction_bits, Span<std::int16_t> fixed);

/// round(projected / step), half to even, limited to -7 .. 7, packed two a byte.
/// @param packed  int4_bytes(projected.size())
void quantize_projected(Span<const std::int32_t> projected, std::uint32_t step,
                        Span<std::uint8_t> packed);

/// h to the packed INT4 vector that the Screener's feature buffer holds: quantize_context, project,
/// quantize_projected.
/// @param packed  int4_bytes(projection.rows())
void screen_context(const TernaryProjection& projection, const ContextFormat& format,
                    Span<const float> context, Span<std::uint8_t> packed);

/// round(weight / step), half to even, limited to -greatest .. greatest, packed two a byte.
/// @param greatest  7, or less for weights of fewer bits
void quantize_weights(Span<const float> weights, double step, Span<std::uint8_t> packed,
                      int greatest = int4_symmetric);

/// Biases are limited to +-2^30, so that with a sum of products within 2^22 no total leaves 32 bits.
inline constexpr std::int32_t largest_bias = std::int32_t{1} << 30;

/// round(bias / worth), half to even, limited to +-largest_bias.
/// @param worth  of one step of a screener sum
std::int32_t quantize_bias(double bias, double worth);

/// value / divisor rounded to the nearest whole number, ties to the even one.
std::int64_t divide_half_even(std::int64_t value, std::int64_t divisor);

}  // namespace lacuna::sparse::screening
