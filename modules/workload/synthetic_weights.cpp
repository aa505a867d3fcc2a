// SPDX-License-Identifier: Apache-2.0
#include "workload/synthetic_weights.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <vector>

#include "core/random_distributions.h"
#include "workload/rounding.h"

namespace lacuna::workload {
namespace {

constexpr std::int32_t log_spread_mean = -7 * sample_one / 2;
constexpr std::int32_t log_spread_deviation = sample_one / 2;
constexpr double laplace_of_variance_one = 0.70710678118654752440;  // its scale: 1 / sqrt 2

std::int32_t largest_magnitude(Span<const std::int32_t> samples) {
  std::int32_t largest = 0;
  for (const std::int32_t sample : samples) {
    largest = std::max(largest, std::abs(sample));
  }
  return largest;
}

}  // namespace

std::int32_t quantize_by_largest(Span<const std::int32_t> samples, Span<std::int8_t> weights) {
  const std::int32_t largest = largest_magnitude(samples);
  if (largest == 0) {
    std::fill(weights.begin(), weights.end(), std::int8_t{0});
    return 0;
  }
  // Exact: a quotient of whole numbers below 2^31 is never so close to a half that the division could reach it.
  const auto divisor = static_cast<double>(largest);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    weights[i] = static_cast<std::int8_t>(round_half_even(127.0 * samples[i] / divisor));
  }
  return largest;
}

void draw_weights(const RandomStream& values, const RandomStream& spreads,
                  WeightDistribution distribution, Span<std::int8_t> weights, Span<float> scales) {
  const std::size_t channels = scales.size();
  const std::size_t length = weights.size() / channels;
  std::vector<std::int32_t> samples(length);
  for (std::size_t c = 0; c < channels; ++c) {
    double unit = 1.0 / sample_one;
    if (distribution == WeightDistribution::gaussian) {
      fill_normal(values, c * length, samples);
    } else {
      fill_laplace(values, c * length, samples);
      unit *= laplace_of_variance_one;
    }
    const std::int32_t largest = quantize_by_largest(samples, weights.subspan(c * length, length));
    const double sigma = lognormal(spreads.word(c), log_spread_mean, log_spread_deviation).value();
    scales[c] = static_cast<float>(sigma * unit * std::max(largest, 1) / 127.0);
  }
}

void draw_bias(const RandomStream& values, Span<std::int32_t> bias) {
  std::vector<std::uint32_t> words(bias.size());
  values.fill(0, words);
  for (std::size_t i = 0; i < bias.size(); ++i) {
    bias[i] = static_cast<std::int32_t>(below(words[i], 2048)) - 1024;
  }
}

}  // namespace lacuna::workload
