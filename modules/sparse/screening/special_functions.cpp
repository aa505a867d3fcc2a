// SPDX-License-Identifier: Apache-2.0
#include "sparse/screening/special_functions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::sparse::screening {
namespace {

// ln 2 in two parts [Cody, Waite 1980]: the first has 9 significant bits, so that its product with a
// whole number below 2^15 is exact.
constexpr float ln2_high = 0.693359375F;
constexpr float ln2_low = -2.12194440e-4F;
constexpr float log2_e = 1.44269504F;

/// The nearest whole number, ties to even, of |x| < 2^22: adding 1.5 * 2^23 leaves no bits below 1.
float round_half_even(float x) {
  constexpr float no_fraction = 12582912.0F;
  return (x + no_fraction) - no_fraction;
}

/// value * 2^n, rounded once where it is subnormal.
float scaled(float value, int n) {
  if (n < -125 || n > 127) {
    return std::ldexp(value, n);
  }
  const auto bits = static_cast<std::uint32_t>(n + 127) << 23;
  float power = 0;
  std::memcpy(&power, &bits, sizeof power);
  return value * power;
}

}  // namespace

float taylor_polynomial(float r) {
  return 1.0F + r * (1.0F + r * (0.5F + r * (1.0F / 6.0F + r * (1.0F / 24.0F))));
}

float taylor_exp(float x, ExpArgument argument) {
  if (argument == ExpArgument::unreduced || std::isnan(x)) {
    return taylor_polynomial(x);
  }
  if (x > 89.0F) {
    return std::numeric_limits<float>::infinity();
  }
  if (x < -104.0F) {
    return 0.0F;
  }
  const float n = round_half_even(x * log2_e);
  const float r = (x - n * ln2_high) - n * ln2_low;
  return scaled(taylor_polynomial(r), static_cast<int>(n));
}

float taylor_sigmoid(float x, ExpArgument argument) {
  return 1.0F / (1.0F + taylor_exp(-x, argument));
}

SoftmaxPart softmax_part(Span<const float> values, ExpArgument argument, std::size_t lanes) {
  if (values.empty() || lanes == 0 || lanes > most_executor_lanes) {
    throw model_error(fmt::format("a softmax of {} values in {} lanes", values.size(), lanes));
  }
  const float maximum = *std::max_element(values.begin(), values.end());
  std::array<float, most_executor_lanes> lane{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    lane[i % lanes] += taylor_exp(values[i] - maximum, argument);
  }
  return {maximum, add_lanes({lane.data(), lanes})};
}

SoftmaxPart merge_softmax(Span<const SoftmaxPart> parts, ExpArgument argument) {
  if (parts.empty()) {
    throw model_error("a softmax of no parts");
  }
  SoftmaxPart whole = parts[0];
  for (const SoftmaxPart& part : parts) {
    whole.maximum = std::max(whole.maximum, part.maximum);
  }
  whole.sum = 0;
  for (const SoftmaxPart& part : parts) {
    whole.sum += part.sum * taylor_exp(part.maximum - whole.maximum, argument);
  }
  return whole;
}

void normalize_softmax(Span<const float> values, const SoftmaxPart& whole,
                       Span<float> probabilities, ExpArgument argument) {
  if (values.size() != probabilities.size()) {
    throw model_error(
        fmt::format("{} values for {} probabilities", values.size(), probabilities.size()));
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    probabilities[i] = taylor_exp(values[i] - whole.maximum, argument) / whole.sum;
  }
}

}  // namespace lacuna::sparse::screening
