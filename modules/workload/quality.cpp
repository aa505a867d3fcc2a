// SPDX-License-Identifier: Apache-2.0
#include "workload/quality.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "workload/calibration.h"
#include "workload/pixel_sample.h"

namespace lacuna::workload {
namespace {

constexpr std::size_t sampled_pixels = 64;

/// Power of a signal and of its error.
struct Powers {
  double signal = 0;
  double error = 0;

  void add(double original, double changed) {
    signal += original * original;
    error += (original - changed) * (original - changed);
  }
  std::optional<double> ratio_db() const {
    return error > 0 && signal > 0 ? std::optional<double>(10 * std::log10(signal / error))
                                   : std::nullopt;
  }
};

/// ln(softmax), in which nothing overflows or vanishes.
std::vector<double> log_softmax(const std::vector<double>& values) {
  const double largest = *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (const double value : values) {
    sum += std::exp(value - largest);
  }
  std::vector<double> result;
  result.reserve(values.size());
  for (const double value : values) {
    result.push_back(value - largest - std::log(sum));
  }
  return result;
}

/// KL(p || q) of distributions given by their logarithms.
double divergence(const std::vector<double>& p, const std::vector<double>& q) {
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    sum += std::exp(p[i]) * (p[i] - q[i]);
  }
  return sum;
}

void measure_weights(Span<const std::int8_t> weights, Span<const float> scales,
                     Span<const std::int16_t> decoded, Quality& quality) {
  const std::size_t elements = weights.size() / scales.size();
  Powers powers;
  std::vector<double> before(elements);
  std::vector<double> after(elements);
  for (std::size_t channel = 0; channel < scales.size(); ++channel) {
    for (std::size_t e = 0; e < elements; ++e) {
      const double scale = scales[channel];
      before[e] = weights[channel * elements + e] * scale;
      after[e] = decoded[channel * elements + e] * scale;
      powers.add(before[e], after[e]);
    }
    quality.weight_kl += divergence(log_softmax(after), log_softmax(before));
  }
  quality.weight_kl /= static_cast<double>(scales.size());
  quality.weight_sqnr_db = powers.ratio_db();
}

/// The channel with the largest value; of equal ones the first.
std::size_t largest_channel(const std::int32_t* sums, Span<const float> scales) {
  std::size_t largest = 0;
  for (std::size_t channel = 1; channel < scales.size(); ++channel) {
    const double here = double{scales[channel]} * sums[channel];
    largest = here > double{scales[largest]} * sums[largest] ? channel : largest;
  }
  return largest;
}

void measure_outputs(Span<const std::int32_t> before, Span<const std::int32_t> after,
                     Span<const float> scales, Quality& quality) {
  const std::size_t channels = scales.size();
  const std::size_t pixels = before.size() / channels;
  Powers powers;
  std::size_t agreeing = 0;
  for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
    const std::int32_t* original = before.data() + pixel * channels;
    const std::int32_t* changed = after.data() + pixel * channels;
    for (std::size_t channel = 0; channel < channels; ++channel) {
      const double scale = scales[channel];
      powers.add(scale * original[channel], scale * changed[channel]);
    }
    agreeing += largest_channel(original, scales) == largest_channel(changed, scales) ? 1 : 0;
  }
  quality.output_sqnr_db = powers.ratio_db();
  quality.top1_agreement = static_cast<double>(agreeing) / static_cast<double>(pixels);
}

}  // namespace

Quality measure_quality(const Layer& layer, const Tensor& activations, const Tensor& weights,
                        const Tensor& scales, Span<const std::int16_t> decoded, std::uint64_t seed,
                        const reference::DotProducts& products) {
  Quality quality;
  const Span<const float> worth = scales.elements<float>();
  measure_weights(weights.elements<std::int8_t>(), worth, decoded, quality);
  const std::vector<std::size_t> pixels =
      sample_pixels(layer.shape.positions(), sampled_pixels, seed, layer.name + "/quality");
  const reference::Convolution shape = reference_shape(layer.shape);
  const auto before =
      reference::convolve_at(shape, activations, widen(weights), layout_of(layer), pixels);
  const auto after =
      reference::convolve_at(shape, activations, decoded, layout_of(layer), pixels, products);
  measure_outputs(before, after, worth, quality);
  return quality;
}

}  // namespace lacuna::workload
