// SPDX-License-Identifier: Apache-2.0
#include "workload/quality.h"

#include <cmath>

#include <catch2/catch.hpp>

#include "workload/tensors.h"

using namespace lacuna;
using namespace lacuna::workload;

namespace {

/// A product [pixels, elements] x [channels, elements]^T with weights of our own.
struct Product {
  Layer layer;
  Tensor activations;
  Tensor weights;
  Tensor scales;
  std::vector<std::int16_t> decoded;

  Product(unsigned pixels, unsigned channels, unsigned elements)
      : activations(DataType::uint8, {pixels, elements}),
        weights(DataType::int8, {channels, elements}),
        scales(DataType::float32, {channels}),
        decoded(std::size_t{channels} * elements) {
    layer.name = "product";
    layer.kind = LayerKind::gemm;
    layer.shape.in_width = pixels;
    layer.shape.in_channels = elements;
    layer.shape.out_channels = channels;
  }
  Quality measure() const {
    return measure_quality(layer, activations, weights, scales, decoded, 1);
  }
};

}  // namespace

TEST_CASE("the quality of a small product, worked out by hand") {
  Product product(2, 2, 2);
  // Channels (3, 4) and (0, 5), the second worth twice as much; the encoder makes (3, 2) and (1, 5) of them.
  product.weights.elements<std::int8_t>()[0] = 3;
  product.weights.elements<std::int8_t>()[1] = 4;
  product.weights.elements<std::int8_t>()[3] = 5;
  product.scales.elements<float>()[0] = 0.5F;
  product.scales.elements<float>()[1] = 1.0F;
  product.decoded = {3, 2, 1, 5};
  // Pixels (2, 0) and (0, 1): sums (6, 0) and (4, 5) become (6, 2) and (2, 5).
  product.activations.elements<std::uint8_t>()[0] = 2;
  product.activations.elements<std::uint8_t>()[3] = 1;
  const Quality quality = product.measure();
  // Weights: (1.5, 2), (0, 5) with errors 1 and 1.
  REQUIRE(quality.weight_sqnr_db);
  CHECK(*quality.weight_sqnr_db == Approx(10 * std::log10((2.25 + 4 + 25) / 2.0)));
  // Sums: (3, 0), (2, 5) with errors 2 and 1.
  REQUIRE(quality.output_sqnr_db);
  CHECK(*quality.output_sqnr_db == Approx(10 * std::log10((9 + 4 + 25) / 5.0)));
  CHECK(quality.top1_agreement == 1);  // 3 stays before 2, 5 before 1
  // softmax(1.5, 1) against softmax(1.5, 2), and softmax(1, 5) against softmax(0, 5).
  const auto divergence = [](double p, double q) {
    return p * std::log(p / q) + (1 - p) * std::log((1 - p) / (1 - q));
  };
  const auto first = [](double a, double b) { return 1 / (1 + std::exp(b - a)); };
  CHECK(quality.weight_kl ==
        Approx((divergence(first(1.5, 1), first(1.5, 2)) + divergence(first(1, 5), first(0, 5))) /
               2));
}

TEST_CASE("pixels whose largest channel changes do not agree") {
  Product product(4, 2, 1);
  product.weights.elements<std::int8_t>()[0] = 10;
  product.weights.elements<std::int8_t>()[1] = 9;
  product.scales.elements<float>()[0] = product.scales.elements<float>()[1] = 1.0F;
  product.decoded = {8, 9};
  for (unsigned pixel = 1; pixel < 4; ++pixel) {  // the first sees only zeros, and keeps channel 0
    product.activations.elements<std::uint8_t>()[pixel] = 1;
  }
  CHECK(product.measure().top1_agreement == Approx(0.25));
}

TEST_CASE("an encoder without loss has no ratio, no divergence, and agrees everywhere") {
  Product product(100, 3, 5);  // more pixels than are sampled
  for (std::size_t i = 0; i < product.decoded.size(); ++i) {
    product.weights.elements<std::int8_t>()[i] = static_cast<std::int8_t>(17 * i - 100);
    product.decoded[i] = product.weights.elements<std::int8_t>()[i];
  }
  product.scales.elements<float>()[0] = 0.01F;
  const Quality quality = product.measure();
  CHECK_FALSE(quality.weight_sqnr_db);
  CHECK_FALSE(quality.output_sqnr_db);
  CHECK(quality.weight_kl == 0);
  CHECK(quality.top1_agreement == 1);
}

TEST_CASE("weights worth so much that a softmax vanishes still have a finite divergence") {
  Product product(1, 1, 2);
  product.weights.elements<std::int8_t>()[0] = 127;
  product.weights.elements<std::int8_t>()[1] = -127;
  product.scales.elements<float>()[0] = 100.0F;
  product.decoded = {-127, 127};
  CHECK(product.measure().weight_kl == Approx(25400));
}

TEST_CASE("what a machine loses of activations is lost in its outputs, not in its weights") {
  Product product(20, 4, 3);
  for (std::size_t i = 0; i < product.decoded.size(); ++i) {
    product.weights.elements<std::int8_t>()[i] = static_cast<std::int8_t>(i + 1);
    product.decoded[i] = product.weights.elements<std::int8_t>()[i];
  }
  for (std::uint8_t& activation : product.activations.elements<std::uint8_t>()) {
    activation = 9;
  }
  for (float& scale : product.scales.elements<float>()) {
    scale = 1.0F;
  }
  const auto eighths_lost = [](Span<const std::int16_t> rows, Span<const std::int16_t> weights,
                               std::size_t reduction, Span<std::int32_t> sums) {
    std::vector<std::int16_t> kept(rows.begin(), rows.end());
    for (std::int16_t& activation : kept) {
      activation = static_cast<std::int16_t>(activation / 8 * 8);
    }
    lacuna::reference::dot_products(kept, weights, reduction, sums);
  };
  const Quality quality = measure_quality(product.layer, product.activations, product.weights,
                                          product.scales, product.decoded, 1, eighths_lost);
  CHECK_FALSE(quality.weight_sqnr_db);
  REQUIRE(quality.output_sqnr_db);
  CHECK(*quality.output_sqnr_db ==
        Approx(20 * std::log10(9.0)));  // 8 instead of 9: an error of a ninth
}
