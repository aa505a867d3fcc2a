// SPDX-License-Identifier: Apache-2.0
#include "workload/network_builder.h"

#include <algorithm>
#include <utility>

#include "workload/defaults.h"

namespace lacuna::workload {
namespace {

/// A product of sizes; one that is too large for 32 bits is also too large for a layer, and refused
/// as such.
std::uint32_t product(std::uint64_t a, std::uint64_t b, std::uint64_t c = 1) {
  const std::uint64_t value = a * b * c;  // at most 2^12 * 2^25 * 2^16
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, UINT32_MAX));
}

}  // namespace

NetworkBuilder::Image NetworkBuilder::convolution(const std::string& name, const Image& input,
                                                  std::uint32_t out_channels, const Window& window,
                                                  bool relu) {
  Layer layer;
  layer.name = name;
  layer.kind = LayerKind::convolution;
  LayerShape& s = layer.shape;
  s.batch = knobs_.batch;
  s.groups = window.groups;
  s.in_channels = input.channels;
  s.in_height = s.in_width = input.size;
  s.out_channels = out_channels;
  s.kernel_height = s.kernel_width = window.kernel;
  s.stride_height = s.stride_width = window.stride;
  s.pad_top = s.pad_left = s.pad_bottom = s.pad_right = window.padding;
  if (window.kernel_width != 0) {
    s.kernel_width = window.kernel_width;
    s.pad_left = s.pad_right = window.kernel_width / 2;
  }
  layer.relu = relu;
  layer.activations = synthetic_activations(knobs_, input.after_relu);
  layer.bias.drawn = true;
  add(layer);
  return {out_channels, s.out_height(), relu};
}

NetworkBuilder::Image NetworkBuilder::pool(const Image& input, const Window& window) {
  const std::uint32_t padded = input.size + 2 * window.padding;
  const std::uint32_t size =
      padded < window.kernel ? 0 : (padded - window.kernel) / window.stride + 1;
  return {input.channels, size, input.after_relu};
}

void NetworkBuilder::gemm(const std::string& name, const Matrix& matrix, bool relu) {
  Layer layer;
  layer.name = name;
  layer.kind = LayerKind::gemm;
  layer.shape.in_width = product(knobs_.batch, matrix.tokens);
  layer.shape.in_channels = matrix.in;
  layer.shape.out_channels = matrix.out;
  layer.relu = relu;
  layer.activations = synthetic_activations(knobs_, matrix.after_relu);
  layer.bias.drawn = true;
  add(std::move(layer));
}

void NetworkBuilder::attention(const std::string& prefix, std::uint32_t tokens, std::uint32_t heads,
                               std::uint32_t width) {
  if (knobs_.attention == AttentionKnob::exclude) {
    return;
  }
  Layer layer;
  layer.kind = LayerKind::attention;
  layer.compress = false;
  layer.shape.groups = product(knobs_.batch, heads);
  layer.shape.in_width = tokens;

  layer.name = prefix + "scores";
  layer.shape.in_channels = product(knobs_.batch, width);
  layer.shape.out_channels = product(knobs_.batch, heads, tokens);
  layer.activations = synthetic_activations(knobs_, false);
  layer.weight_storage = WeightStorage::dynamic;
  add(layer);

  layer.name = prefix + "contexts";
  std::swap(layer.shape.in_channels, layer.shape.out_channels);
  layer.activations.distribution = ActivationDistribution::softmax;
  layer.weight_storage = WeightStorage::dynamic_transposed;
  add(std::move(layer));
}

void NetworkBuilder::add(Layer layer) {
  layer.output = output_type(knobs_, OutputKnob::int8, layer.relu);
  layer.weights.distribution = knobs_.weights;
  const auto problems = problems_of(layer.shape);
  if (!problems.empty()) {
    throw input_error({}, "layer '" + layer.name + "': " + problems.front());
  }
  layers_.push_back(std::move(layer));
}

std::vector<Layer> NetworkBuilder::take() {
  return std::move(layers_);
}

}  // namespace lacuna::workload
