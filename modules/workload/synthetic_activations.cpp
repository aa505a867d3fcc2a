// SPDX-License-Identifier: Apache-2.0
#include "workload/synthetic_activations.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "core/random_distributions.h"
#include "workload/rounding.h"

namespace lacuna::workload {
namespace {

constexpr std::size_t chunk = 4096;

/// What a sample is multiplied with: whole 2^-24ths, so that the product is exact.
double step_of(double sigma) {
  return round_half_even(sigma * 256.0) / (256.0 * sample_one);
}

/// samples -> activations, a chunk at a time so that the samples stay in the cache.
template <class T, class Fill, class Transform>
void draw(Span<T> activations, Fill fill, Transform transform) {
  std::vector<std::int32_t> samples(std::min(chunk, activations.size()));
  for (std::size_t done = 0; done < activations.size(); done += chunk) {
    const std::size_t count = std::min(chunk, activations.size() - done);
    fill(done, Span<std::int32_t>(samples.data(), count));
    for (std::size_t i = 0; i < count; ++i) {
      activations[done + i] = static_cast<T>(transform(samples[i]));
    }
  }
}

/// Sets elements to zero by one half-word of the stream each.
void strike_out(const RandomStream& zeros, std::uint32_t threshold,
                Span<std::uint8_t> activations) {
  std::vector<std::uint32_t> words(chunk / 2);
  for (std::size_t done = 0; done < activations.size(); done += chunk) {
    const std::size_t count = std::min(chunk, activations.size() - done);
    zeros.fill(done / 2, {words.data(), (count + 1) / 2});
    std::uint8_t* part = activations.data() + done;
    for (std::size_t i = 0; i < count / 2; ++i) {
      part[2 * i] = (words[i] & 0xFFFF) < threshold ? 0 : part[2 * i];
      part[2 * i + 1] = (words[i] >> 16) < threshold ? 0 : part[2 * i + 1];
    }
    if (count % 2 != 0 && (words[count / 2] & 0xFFFF) < threshold) {
      part[count - 1] = 0;
    }
  }
}

}  // namespace

void draw_after_relu(const RandomStream& values, const RandomStream& zeros, double sigma,
                     double zero_fraction, Span<std::uint8_t> activations) {
  const double step = step_of(sigma);
  draw(
      activations,
      [&](std::size_t first, Span<std::int32_t> samples) {
        fill_half_normal(values, first, samples);
      },
      [step](std::int32_t z) { return std::clamp(round_half_even(z * step), 1, 255); });
  strike_out(zeros, static_cast<std::uint32_t>(round_half_even(zero_fraction * 65536.0)),
             activations);
}

void draw_signed(const RandomStream& values, double sigma, Span<std::int8_t> activations) {
  const double step = step_of(sigma);
  draw(
      activations,
      [&](std::size_t first, Span<std::int32_t> samples) { fill_normal(values, first, samples); },
      [step](std::int32_t z) { return std::clamp(round_half_even(z * step), -127, 127); });
}

void draw_softmax(const RandomStream& values, std::size_t row, Span<std::uint8_t> activations) {
  constexpr int weight_bits = 16;
  std::vector<std::int32_t> logits(row);
  std::vector<std::uint64_t> weights(row);
  for (std::size_t first = 0; first < activations.size(); first += row) {
    fill_normal(values, first, logits);
    for (std::size_t i = 0; i < row; ++i) {
      const ScaledInteger e = integer_exp(2 * logits[i]);  // |2 z| < 13: 2^-19 .. 2^19
      weights[i] = (std::uint64_t{e.mantissa} << 20) >> (50 - weight_bits - e.exponent);
    }
    const std::uint64_t sum = std::max<std::uint64_t>(
        1, std::accumulate(weights.begin(), weights.end(), std::uint64_t{0}));
    for (std::size_t i = 0; i < row; ++i) {
      activations[first + i] = static_cast<std::uint8_t>((weights[i] * 255 + sum / 2) / sum);
    }
  }
}

}  // namespace lacuna::workload
