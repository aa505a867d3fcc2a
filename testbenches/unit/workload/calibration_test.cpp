// SPDX-License-Identifier: Apache-2.0
#include "workload/calibration.h"

#include <cmath>

#include <catch2/catch.hpp>

#include "workload/tensors.h"

using namespace lacuna;
using namespace lacuna::workload;

namespace {

Layer convolution() {
  Layer layer;
  layer.name = "c";
  layer.shape.in_channels = 32;
  layer.shape.in_height = layer.shape.in_width = 14;
  layer.shape.out_channels = 24;
  layer.shape.kernel_height = layer.shape.kernel_width = 3;
  layer.shape.pad_top = layer.shape.pad_left = layer.shape.pad_bottom = layer.shape.pad_right = 1;
  layer.bias.drawn = true;
  return layer;
}

}  // namespace

TEST_CASE("the peak lands at four fifths of the range") {
  for (const DataType output : {DataType::int8, DataType::uint8, DataType::int16}) {
    const double range = output == DataType::int16 ? 32767 : output == DataType::uint8 ? 255 : 127;
    for (const std::uint64_t peak :
         {1ULL, 7ULL, 1000ULL, 123456ULL, 1ULL << 31, (1ULL << 32) - 1}) {
      const Scale scale = scale_for(peak, output);
      CHECK(scale.multiplier >= 1 << 14);
      CHECK(scale.multiplier < 1 << 15);
      CHECK(scale.shift >= 0);
      CHECK(scale.shift <= 62);
      CHECK(static_cast<double>(peak) * scale.multiplier / std::ldexp(1.0, scale.shift) ==
            Approx(0.8 * range).epsilon(1e-4));
    }
  }
  CHECK(scale_for(0, DataType::int8).multiplier == scale_for(1, DataType::int8).multiplier);
}

TEST_CASE("calibrated outputs fill their range without much clipping") {
  Layer layer = convolution();
  for (const bool relu : {false, true}) {
    layer.relu = relu;
    layer.output = relu ? DataType::uint8 : DataType::int8;
    const LayerTensors t = make_tensors(layer, 5);
    const auto weights = widen(t.weights);
    const Requantization r = calibrate(layer, t.activations, weights, t.bias, 5);
    CHECK(r.multiplier.size() == 24);
    const Tensor output = expected_output(layer, t.activations, weights, t.bias, r);
    CHECK(output.shape() == Shape{1, 24, 14, 14});
    CHECK(output.type() == layer.output);
    const int limit = relu ? 255 : 127;
    std::size_t clipped = 0, large = 0;
    for (std::size_t i = 0; i < output.size(); ++i) {
      const int v = relu ? output.elements<std::uint8_t>()[i] : output.elements<std::int8_t>()[i];
      clipped += std::abs(v) >= limit ? 1 : 0;
      large += std::abs(v) > limit / 2 ? 1 : 0;
    }
    CHECK(clipped < output.size() / 100);
    CHECK(large > output.size() / 100);
  }
}

TEST_CASE("calibration is the same every time and looks at the weights that run") {
  const Layer layer = convolution();
  const LayerTensors t = make_tensors(layer, 5);
  auto weights = widen(t.weights);
  const Requantization once = calibrate(layer, t.activations, weights, t.bias, 5);
  const Requantization twice = calibrate(layer, t.activations, weights, t.bias, 5);
  CHECK(once.multiplier == twice.multiplier);
  CHECK(once.shift == twice.shift);
  for (std::int16_t& w : weights) {
    w = static_cast<std::int16_t>(w * 4);
  }
  const Requantization larger = calibrate(layer, t.activations, weights, {}, 5);
  const Requantization plain = calibrate(layer, t.activations, widen(t.weights), {}, 5);
  for (std::size_t c = 0; c < 24; ++c) {
    CHECK(larger.shift[c] == plain.shift[c] + 2);
    CHECK(larger.multiplier[c] == plain.multiplier[c]);
  }
}

TEST_CASE("int32 outputs are not scaled") {
  Layer layer = convolution();
  layer.output = DataType::int32;
  const LayerTensors t = make_tensors(layer, 5);
  const auto weights = widen(t.weights);
  const Requantization r = calibrate(layer, t.activations, weights, t.bias, 5);
  CHECK(r.multiplier.empty());
  const Tensor output = expected_output(layer, t.activations, weights, t.bias, r);
  // The pixel in the corner by the definition.
  const auto a = t.activations.elements<std::uint8_t>();
  for (std::size_t n = 0; n < 24; ++n) {
    std::int64_t sum = t.bias.elements<std::int32_t>()[n];
    for (std::size_t c = 0; c < 32; ++c)
      for (std::size_t y = 0; y < 2; ++y)
        for (std::size_t x = 0; x < 2; ++x)
          sum += a[(c * 14 + y) * 14 + x] * weights[((n * 32 + c) * 3 + y + 1) * 3 + x + 1];
    CHECK(output.elements<std::int32_t>()[n * 196] == sum);
  }
}

TEST_CASE("the scores of a head meet that head's keys only") {
  Layer layer;
  layer.name = "b0.scores";
  layer.kind = LayerKind::attention;
  layer.weight_storage = WeightStorage::dynamic;
  layer.output = DataType::int32;
  constexpr std::size_t heads = 3, tokens = 5, depth = 4;
  layer.shape.groups = heads;
  layer.shape.in_width = tokens;
  layer.shape.in_channels = heads * depth;
  layer.shape.out_channels = heads * tokens;
  layer.activations.distribution = ActivationDistribution::normal;
  layer.activations.sigma = 28;
  const LayerTensors t = make_tensors(layer, 2);
  const auto q = t.activations.elements<std::int8_t>();  // [tokens, heads * depth]
  const auto k = t.weights.elements<std::int8_t>();      // [heads * tokens, depth]
  const Tensor output = expected_output(layer, t.activations, widen(t.weights), t.bias, {});
  REQUIRE(output.shape() == Shape{tokens, heads * tokens});
  for (std::size_t i = 0; i < tokens; ++i)
    for (std::size_t h = 0; h < heads; ++h)
      for (std::size_t j = 0; j < tokens; ++j) {
        int sum = 0;
        for (std::size_t d = 0; d < depth; ++d) {
          sum += q[i * heads * depth + h * depth + d] * k[(h * tokens + j) * depth + d];
        }
        CHECK(output.elements<std::int32_t>()[i * heads * tokens + h * tokens + j] == sum);
      }
}
