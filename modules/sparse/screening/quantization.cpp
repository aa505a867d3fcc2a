// SPDX-License-Identifier: Apache-2.0
#include "sparse/screening/quantization.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "core/error.h"
#include "sparse/screening/int4.h"

namespace lacuna::sparse::screening {
namespace {

/// The nearest whole number within +-limit, ties to even; limit at most 2^30. Adding 1.5 * 2^52 leaves
/// no bits below 1, and the addition rounds.
double round_limited(double value, double limit) {
  if (std::isnan(value)) {
    return 0;
  }
  constexpr double no_fraction = 6755399441055744.0;
  return (std::min(std::max(value, -limit), limit) + no_fraction) - no_fraction;
}

void set_nibble(Span<std::uint8_t> packed, std::size_t index, int value) {
  const auto nibble = static_cast<unsigned>(value) & 15U;
  auto& byte = packed[index / 2];
  byte = static_cast<std::uint8_t>(index % 2 == 0 ? nibble : unsigned{byte} | nibble << 4);
}

void check_packed(std::size_t values, std::size_t bytes) {
  if (bytes != int4_bytes(values)) {
    throw model_error(fmt::format("{} INT4 values do not fit {} bytes", values, bytes));
  }
}

}  // namespace

std::int64_t divide_half_even(std::int64_t value, std::int64_t divisor) {
  const std::int64_t truncated = value / divisor;
  const std::int64_t below = truncated - (value % divisor < 0 ? 1 : 0);
  const std::int64_t over = value - below * divisor;  // 0 .. divisor - 1
  const bool up = over > divisor - over || (over == divisor - over && below % 2 != 0);
  return below + (up ? 1 : 0);
}

double ContextFormat::worth(const TernaryProjection& projection) const {
  return std::ldexp(static_cast<double>(step), -fraction_bits) * projection.scale();
}

void quantize_context(Span<const float> context, int fraction_bits, Span<std::int16_t> fixed) {
  if (context.size() != fixed.size() || fraction_bits < 0 || fraction_bits > 30) {
    throw model_error(fmt::format("{} values with {} fraction bits do not fit {}", context.size(),
                                  fraction_bits, fixed.size()));
  }
  const double scale = std::ldexp(1.0, fraction_bits);
  for (std::size_t i = 0; i < context.size(); ++i) {
    fixed[i] = static_cast<std::int16_t>(round_limited(double{context[i]} * scale, 32767));
  }
}

void quantize_projected(Span<const std::int32_t> projected, std::uint32_t step,
                        Span<std::uint8_t> packed) {
  check_packed(projected.size(), packed.size());
  if (step == 0) {
    throw model_error("a quantization step of 0");
  }
  for (std::size_t i = 0; i < projected.size(); ++i) {
    const std::int64_t nearest = divide_half_even(projected[i], step);
    set_nibble(
        packed, i,
        static_cast<int>(std::clamp<std::int64_t>(nearest, -int4_symmetric, int4_symmetric)));
  }
}

void screen_context(const TernaryProjection& projection, const ContextFormat& format,
                    Span<const float> context, Span<std::uint8_t> packed) {
  std::vector<std::int16_t> fixed(context.size());
  quantize_context(context, format.fraction_bits, fixed);
  std::vector<std::int32_t> projected(projection.rows());
  projection.project(fixed, projected);
  quantize_projected(projected, format.step, packed);
}

void quantize_weights(Span<const float> weights, double step, Span<std::uint8_t> packed,
                      int greatest) {
  check_packed(weights.size(), packed.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    set_nibble(packed, i, static_cast<int>(round_limited(weights[i] / step, greatest)));
  }
}

std::int32_t quantize_bias(double bias, double worth) {
  return static_cast<std::int32_t>(round_limited(bias / worth, largest_bias));
}

}  // namespace lacuna::sparse::screening
