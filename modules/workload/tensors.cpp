// SPDX-License-Identifier: Apache-2.0
#include "workload/tensors.h"

#include <algorithm>

#include "core/random.h"
#include "workload/synthetic_activations.h"
#include "workload/synthetic_weights.h"

namespace lacuna::workload {
namespace {

RandomStream stream_of(const Layer& layer, const char* tensor, std::uint64_t seed) {
  return {seed, layer.name + "/" + tensor};
}

Tensor ones(std::size_t count) {
  Tensor tensor(DataType::float32, {count});
  const auto elements = tensor.elements<float>();
  std::fill(elements.begin(), elements.end(), 1.0F);
  return tensor;
}

}  // namespace

Tensor make_activations(const Layer& layer, std::uint64_t seed) {
  const ActivationSource& source = layer.activations;
  if (source.given) {
    return *source.given;
  }
  const RandomStream values = stream_of(layer, "activations", seed);
  const RandomStream zeros = stream_of(layer, "zeros", seed);
  Tensor tensor(activation_type(layer), activation_shape(layer));
  switch (source.distribution) {
    case ActivationDistribution::half_normal:
      draw_after_relu(values, zeros, source.sigma, source.zero_fraction,
                      tensor.elements<std::uint8_t>());
      break;
    case ActivationDistribution::normal:
      draw_signed(values, source.sigma, tensor.elements<std::int8_t>());
      break;
    case ActivationDistribution::softmax:
      draw_softmax(values, layer.shape.group_in_channels(), tensor.elements<std::uint8_t>());
      break;
  }
  return tensor;
}

QuantizedWeights make_weights(const Layer& layer, std::uint64_t seed) {
  const WeightSource& source = layer.weights;
  const std::size_t channels = layer.shape.out_channels;
  const RandomStream values = stream_of(layer, "weights", seed);
  QuantizedWeights result;
  if (source.given) {
    result = {*source.given, ones(channels)};
  } else {
    result = {Tensor(DataType::int8, weight_shape(layer)), ones(channels)};
    if (layer.weight_storage == WeightStorage::offline) {
      draw_weights(values, stream_of(layer, "scales", seed), source.distribution,
                   result.weights.elements<std::int8_t>(), result.scales.elements<float>());
    } else {
      draw_signed(values, signed_sigma, result.weights.elements<std::int8_t>());
    }
  }
  if (source.scales) {
    result.scales = *source.scales;
  }
  return result;
}

Tensor make_bias(const Layer& layer, std::uint64_t seed) {
  if (layer.bias.given) {
    return *layer.bias.given;
  }
  if (!layer.bias.drawn) {
    return {};
  }
  Tensor tensor(DataType::int32, {layer.shape.out_channels});
  draw_bias(stream_of(layer, "bias", seed), tensor.elements<std::int32_t>());
  return tensor;
}

LayerTensors make_tensors(const Layer& layer, std::uint64_t seed) {
  QuantizedWeights weights = make_weights(layer, seed);
  return {make_activations(layer, seed), std::move(weights.weights), std::move(weights.scales),
          make_bias(layer, seed)};
}

}  // namespace lacuna::workload
