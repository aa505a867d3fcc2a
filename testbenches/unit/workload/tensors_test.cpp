// SPDX-License-Identifier: Apache-2.0
#include "workload/tensors.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <catch2/catch.hpp>

#include "core/random.h"
#include "core/random_distributions.h"
#include "workload/synthetic_activations.h"
#include "workload/synthetic_weights.h"

using namespace lacuna;
using namespace lacuna::workload;

namespace {

Layer convolution(const std::string& name) {
  Layer layer;
  layer.name = name;
  layer.shape.in_channels = 64;
  layer.shape.in_height = layer.shape.in_width = 28;
  layer.shape.out_channels = 64;
  layer.shape.kernel_height = layer.shape.kernel_width = 3;
  layer.bias.drawn = true;
  return layer;
}

template <class T>
double share(const Tensor& tensor, bool (*is)(T)) {
  const auto elements = tensor.elements<T>();
  return static_cast<double>(std::count_if(elements.begin(), elements.end(), is)) /
         static_cast<double>(elements.size());
}

bool equal(const Tensor& a, const Tensor& b) {
  return a.type() == b.type() && a.shape() == b.shape() &&
         std::equal(a.bytes().begin(), a.bytes().end(), b.bytes().begin());
}

}  // namespace

TEST_CASE("tensors depend on seed and layer name alone") {
  const LayerTensors a = make_tensors(convolution("a"), 1);
  make_tensors(convolution("b"), 1);
  const LayerTensors again = make_tensors(convolution("a"), 1);
  CHECK(equal(a.activations, again.activations));
  CHECK(equal(a.weights, again.weights));
  CHECK(equal(a.weight_scales, again.weight_scales));
  CHECK(equal(a.bias, again.bias));
  CHECK_FALSE(equal(a.weights, make_tensors(convolution("b"), 1).weights));
  CHECK_FALSE(equal(a.weights, make_tensors(convolution("a"), 2).weights));
  CHECK_FALSE(equal(a.activations, make_tensors(convolution("a"), 2).activations));
}

TEST_CASE("weights use their channel's whole range and no more") {
  for (const WeightDistribution distribution :
       {WeightDistribution::gaussian, WeightDistribution::laplace}) {
    Layer layer = convolution("w");
    layer.weights.distribution = distribution;
    const QuantizedWeights made = make_weights(layer, 3);
    CHECK(made.weights.shape() == Shape{64, 64, 3, 3});
    const auto weights = made.weights.elements<std::int8_t>();
    for (std::size_t c = 0; c < 64; ++c) {
      const auto channel = weights.subspan(c * 576, 576);
      int largest = 0;
      for (const std::int8_t w : channel) {
        largest = std::max(largest, std::abs(static_cast<int>(w)));
      }
      CHECK(largest == 127);
    }
  }
}

TEST_CASE("quantization rounds 127 z / max to the nearest, halves to even") {
  // 127 z / 254 = z / 2: 1 -> 0.5 -> 0, 3 -> 1.5 -> 2, 5 -> 2.5 -> 2.
  const std::vector<std::int32_t> samples = {254, 1, 3, 5, -1, -3, -5, 4, -254, 253};
  std::vector<std::int8_t> weights(samples.size());
  CHECK(quantize_by_largest(samples, weights) == 254);
  CHECK(weights == std::vector<std::int8_t>{127, 0, 2, 2, 0, -2, -2, 2, -127, 126});
}

TEST_CASE("quantization is exact for every magnitude up to the largest sample") {
  for (const std::int32_t largest : {1, 2, 3, 127, 254, 415364, 1453635, 1 << 21}) {
    std::vector<std::int32_t> samples = {largest, 0};
    for (std::int32_t z = 1; z < largest; z += std::max(1, largest / 5000)) {
      samples.push_back(z % 2 == 0 ? z : -z);
    }
    std::vector<std::int8_t> weights(samples.size());
    quantize_by_largest(samples, weights);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      // In whole numbers: q is right when |127 |z| - q max| is at most max / 2, and even when
      // exactly that.
      const std::int64_t z = std::abs(samples[i]);
      const std::int64_t q = std::abs(static_cast<int>(weights[i]));
      const std::int64_t error = 2 * std::abs(127 * z - q * largest);
      CAPTURE(largest, z, q);
      CHECK((error < largest || (error == largest && q % 2 == 0)));
      CHECK((samples[i] >= 0 || weights[i] <= 0));
    }
  }
}

TEST_CASE("a channel of zeros stays zero") {
  const std::vector<std::int32_t> samples(5, 0);
  std::vector<std::int8_t> weights(5, 1);
  CHECK(quantize_by_largest(samples, weights) == 0);
  CHECK(weights == std::vector<std::int8_t>(5, 0));
}

TEST_CASE("scales undo the quantization") {
  // weight = q * scale; its deviation is the channel's sigma, whose logarithm is normal (-3.5,
  // 0.5).
  Layer layer = convolution("s");
  layer.shape.out_channels = 512;
  for (const WeightDistribution distribution :
       {WeightDistribution::gaussian, WeightDistribution::laplace}) {
    layer.weights.distribution = distribution;
    const QuantizedWeights made = make_weights(layer, 9);
    const auto weights = made.weights.elements<std::int8_t>();
    const auto scales = made.scales.elements<float>();
    REQUIRE(scales.size() == 512);
    double mean = 0, square = 0;
    for (std::size_t c = 0; c < 512; ++c) {
      double sum = 0;
      for (const std::int8_t w : weights.subspan(c * 576, 576)) {
        sum += double{scales[c]} * w * double{scales[c]} * w;
      }
      const double log_sigma = std::log(std::sqrt(sum / 576));
      mean += log_sigma / 512;
      square += log_sigma * log_sigma / 512;
    }
    CHECK(mean == Approx(-3.5).margin(0.12));  // five standard errors of 0.5 / sqrt 512
    CHECK(std::sqrt(square - mean * mean) == Approx(0.5).margin(0.08));
  }
}

TEST_CASE("post-ReLU activations have the zeros and the top bits of the knobs") {
  Layer layer = convolution("act");
  layer.shape.in_channels = 512;
  const Tensor half = make_activations(layer, 4);
  CHECK(half.type() == DataType::uint8);
  CHECK(half.shape() == Shape{1, 512, 28, 28});
  const double zeros = share<std::uint8_t>(half, [](std::uint8_t v) { return v == 0; });
  CHECK(zeros == Approx(0.5).margin(0.005));
  // papers/NETWORKS §6: 0.5 % of the non-zero ones reach bit 7.
  const double top = share<std::uint8_t>(half, [](std::uint8_t v) { return v >= 128; });
  CHECK(top / (1 - zeros) == Approx(0.005).margin(0.0008));
  layer.activations.zero_fraction = 1.0;
  CHECK(share<std::uint8_t>(make_activations(layer, 4), [](std::uint8_t v) { return v == 0; }) ==
        1.0);
  layer.activations.zero_fraction = 0.0;
  CHECK(share<std::uint8_t>(make_activations(layer, 4), [](std::uint8_t v) { return v == 0; }) ==
        0.0);
}

TEST_CASE("an odd number of post-ReLU activations is filled to the end") {
  std::vector<std::uint8_t> activations(4097, 0);
  draw_after_relu(RandomStream(1, "v"), RandomStream(1, "z"), 45.4, 0.0, activations);
  CHECK(std::count(activations.begin(), activations.end(), 0) == 0);
}

TEST_CASE("signed activations are symmetric with the given sigma") {
  std::vector<std::int8_t> activations(1 << 17);
  draw_signed(RandomStream(6, "q"), 28.0, activations);
  double sum = 0, square = 0;
  for (const std::int8_t a : activations) {
    sum += a;
    square += double{1} * a * a;
    CHECK_FALSE(a == -128);
  }
  const double count = static_cast<double>(activations.size());
  CHECK(sum / count == Approx(0).margin(5 * 28 / std::sqrt(count)));
  CHECK(std::sqrt(square / count) == Approx(28).margin(0.3));
}

TEST_CASE("probabilities of a row add up to about 255 and are mostly small") {
  Layer layer;
  layer.name = "b0.contexts";
  layer.kind = LayerKind::attention;
  layer.shape.groups = 3;
  layer.shape.in_width = 50;
  layer.shape.in_channels = 3 * 50;
  layer.shape.out_channels = 3 * 16;
  layer.activations.distribution = ActivationDistribution::softmax;
  layer.weight_storage = WeightStorage::dynamic_transposed;
  const LayerTensors tensors = make_tensors(layer, 8);
  const auto p = tensors.activations.elements<std::uint8_t>();
  CHECK(tensors.activations.shape() == Shape{50, 150});
  for (std::size_t row = 0; row < 150; ++row) {
    const int sum = std::accumulate(p.begin() + row * 50, p.begin() + (row + 1) * 50, 0);
    CHECK(std::abs(sum - 255) <= 25);  // at most half a step an element
  }
  CHECK(share<std::uint8_t>(tensors.activations, [](std::uint8_t v) { return v < 16; }) > 0.85);
  CHECK(tensors.weights.shape() == Shape{48, 50});
  CHECK(tensors.bias.empty());
}

TEST_CASE("tensors from files are used as they are") {
  Layer layer;
  layer.name = "g";
  layer.kind = LayerKind::gemm;
  layer.shape.in_width = 2;
  layer.shape.in_channels = 3;
  layer.shape.out_channels = 2;
  Tensor a(DataType::int8, {2, 3}), w(DataType::int8, {2, 3}), b(DataType::int32, {2}),
      s(DataType::float32, {2});
  a.elements<std::int8_t>()[5] = -7;
  w.elements<std::int8_t>()[1] = -128;
  b.elements<std::int32_t>()[0] = 99;
  s.elements<float>()[1] = 0.25F;
  layer.activations.given = std::make_shared<const Tensor>(a);
  layer.weights.given = std::make_shared<const Tensor>(w);
  LayerTensors made = make_tensors(layer, 1);
  CHECK(activation_type(layer) == DataType::int8);
  CHECK(equal(made.activations, a));
  CHECK(equal(made.weights, w));
  CHECK(made.bias.empty());
  CHECK(made.weight_scales.elements<float>()[0] == 1.0F);
  layer.bias.given = std::make_shared<const Tensor>(b);
  layer.weights.scales = std::make_shared<const Tensor>(s);
  made = make_tensors(layer, 1);
  CHECK(equal(made.bias, b));
  CHECK(equal(made.weight_scales, s));
}

TEST_CASE("biases are small and of both signs") {
  std::vector<std::int32_t> bias(1000);
  draw_bias(RandomStream(1, "bias"), bias);
  CHECK(*std::min_element(bias.begin(), bias.end()) >= -1024);
  CHECK(*std::min_element(bias.begin(), bias.end()) < -900);
  CHECK(*std::max_element(bias.begin(), bias.end()) <= 1023);
  CHECK(*std::max_element(bias.begin(), bias.end()) > 900);
}
