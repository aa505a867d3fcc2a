// SPDX-License-Identifier: Apache-2.0
#include "workload/calibration.h"

#include <algorithm>

#include "reference/output_stage.h"
#include "workload/pixel_sample.h"

namespace lacuna::workload {
namespace {

constexpr std::size_t most_pixels = 32;

Span<const std::int32_t> elements_or_none(const Tensor& bias) {
  return bias.empty() ? Span<const std::int32_t>() : bias.elements<std::int32_t>();
}

}  // namespace

Scale scale_for(std::uint64_t peak, DataType output) {
  const std::uint64_t range = output == DataType::int16   ? 32767
                              : output == DataType::uint8 ? 255
                                                          : 127;
  const std::uint64_t numerator = 4 * range;
  const std::uint64_t denominator = 5 * std::max<std::uint64_t>(peak, 1);
  Scale scale;
  while ((numerator << scale.shift) / denominator < (1U << 14)) {
    ++scale.shift;
  }
  scale.multiplier = static_cast<std::int32_t>((numerator << scale.shift) / denominator);
  return scale;
}

Requantization calibrate(const Layer& layer, const Tensor& activations,
                         Span<const std::int16_t> weights, const Tensor& bias, std::uint64_t seed) {
  Requantization result;
  if (!layer.requantize()) {
    return result;
  }
  const std::size_t channels = layer.shape.out_channels;
  const auto sums = reference::convolve_at(
      reference_shape(layer.shape), activations, weights, layout_of(layer),
      sample_pixels(layer.shape.positions(), most_pixels, seed, layer.name + "/calibration"));
  const auto biases = elements_or_none(bias);
  std::vector<std::uint64_t> peaks(channels, 0);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const std::size_t channel = i % channels;
    const std::int64_t value = std::int64_t{sums[i]} + (biases.empty() ? 0 : biases[channel]);
    peaks[channel] =
        std::max(peaks[channel], static_cast<std::uint64_t>(value < 0 ? -value : value));
  }
  for (const std::uint64_t peak : peaks) {
    const Scale scale = scale_for(peak, layer.output);
    result.multiplier.push_back(scale.multiplier);
    result.shift.push_back(scale.shift);
  }
  return result;
}

std::vector<std::int16_t> widen(const Tensor& weights) {
  const auto elements = weights.elements<std::int8_t>();
  return {elements.begin(), elements.end()};
}

Tensor expected_output(const Layer& layer, const Tensor& activations,
                       Span<const std::int16_t> weights, const Tensor& bias,
                       const Requantization& requantization,
                       const reference::DotProducts& products) {
  const auto sums = reference::convolve(reference_shape(layer.shape), activations, weights,
                                        layout_of(layer), products);
  const reference::OutputStage stage{elements_or_none(bias), requantization.multiplier,
                                     requantization.shift, layer.relu, layer.output};
  return reference::finish(sums, stage, output_shape(layer), layout_of(layer));
}

}  // namespace lacuna::workload
