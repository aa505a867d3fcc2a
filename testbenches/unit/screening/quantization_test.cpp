// SPDX-License-Identifier: Apache-2.0
#include "sparse/screening/quantization.h"

#include <cmath>
#include <limits>
#include <random>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "expected.h"
#include "sparse/screening/learner.h"

using namespace lacuna;
using namespace lacuna::sparse::screening;
using namespace lacuna::testing;

TEST_CASE("whole numbers are divided to the nearest, ties to the even one") {
  CHECK(divide_half_even(5, 2) == 2);
  CHECK(divide_half_even(7, 2) == 4);
  CHECK(divide_half_even(-5, 2) == -2);
  CHECK(divide_half_even(-7, 2) == -4);
  CHECK(divide_half_even(-1, 2) == 0);
  for (std::int64_t divisor = 1; divisor < 12; ++divisor) {
    for (std::int64_t value = -100; value <= 100; ++value) {
      // Both are below 2^53: the quotient's ties are exact in double precision.
      REQUIRE(divide_half_even(value, divisor) == std::llrint(double(value) / double(divisor)));
    }
  }
}

TEST_CASE("contexts are rounded to fixed point, limited, and not-a-number is zero") {
  const std::vector<float> context = {
      0.5F,         -0.5F,    1.5F,   2.49F,
      -2.51F,       40000.0F, -1e30F, std::numeric_limits<float>::infinity(),
      std::nanf("")};
  std::vector<std::int16_t> fixed(context.size());
  quantize_context(context, 0, fixed);
  CHECK(fixed == std::vector<std::int16_t>{0, 0, 2, 2, -3, 32767, -32767, 32767, 0});
  quantize_context(std::vector<float>{0.25F}, 10, Span<std::int16_t>(fixed).first(1));
  CHECK(fixed[0] == 256);
  CHECK_THROWS_AS(quantize_context(context, 31, fixed), Error);
}

TEST_CASE("projected values are limited to -7 .. 7") {
  const std::vector<std::int32_t> projected = {
      0, 5, -5, 15, -15, 75, 1 << 30, -(1 << 30), std::numeric_limits<std::int32_t>::min()};
  std::vector<std::uint8_t> packed(int4_bytes(projected.size()));
  quantize_projected(projected, 10, packed);
  std::vector<std::int8_t> values(projected.size());
  unpack_int4(packed, values);
  CHECK(values == std::vector<std::int8_t>{0, 0, 0, 2, -2, 7, 7, -7, -7});
  CHECK_THROWS_AS(quantize_projected(projected, 0, packed), Error);
}

TEST_CASE("weights and biases are limited") {
  std::vector<std::uint8_t> packed(3);
  quantize_weights(std::vector<float>{1.25F, -1.75F, 100.0F, -100.0F, 0.24F}, 0.5, packed);
  std::vector<std::int8_t> values(5);
  unpack_int4(packed, values);
  CHECK(values == std::vector<std::int8_t>{2, -4, 7, -7, 0});
  quantize_weights(std::vector<float>{1.25F, -1.75F, 100.0F, -100.0F, 0.24F}, 0.5, packed, 1);
  unpack_int4(packed, values);
  CHECK(values == std::vector<std::int8_t>{1, -1, 1, -1, 0});
  CHECK(quantize_bias(1e30, 1e-3) == largest_bias);
  CHECK(quantize_bias(-1e30, 1e-3) == -largest_bias);
  CHECK(quantize_bias(0.75, 0.5) == 2);  // 1.5, a tie
}

TEST_CASE("a context becomes the INT4 vector that NumPy finds") {
  const TernaryProjection projection(expected().at("seed"), expected_projected, expected_dimension);
  const ContextFormat format{expected().at("fraction_bits"), expected().at("context_step")};
  const auto contexts = flat<float>("contexts");
  const auto projected = flat<std::int32_t>("projected");
  const auto packed_values = flat<int>("context4");
  for (std::size_t c = 0; c < expected_listed; ++c) {
    const auto context =
        Span<const float>(contexts).subspan(c * expected_dimension, expected_dimension);
    std::vector<std::int16_t> fixed(expected_dimension);
    quantize_context(context, format.fraction_bits, fixed);
    std::vector<std::int32_t> sums(expected_projected);
    projection.project(fixed, sums);
    std::vector<std::uint8_t> packed(int4_bytes(expected_projected));
    screen_context(projection, format, context, packed);
    for (std::size_t k = 0; k < expected_projected; ++k) {
      REQUIRE(sums[k] == projected[c * expected_projected + k]);
      REQUIRE(int{int4_at(packed, k)} == packed_values[c * expected_projected + k]);
    }
  }
}

TEST_CASE("the chosen step of weights is as good as the best of a fine search") {
  std::mt19937 random(3);
  std::normal_distribution<float> normal(0, 0.2F);
  std::vector<float> weights(20000);
  for (auto& weight : weights) {
    weight = normal(random);
  }
  const auto squared_error = [&](double step, int greatest) {
    double sum = 0;
    for (const float weight : weights) {
      const double steps =
          std::min(std::max(std::nearbyint(weight / step), -double(greatest)), double(greatest));
      sum += (weight - steps * step) * (weight - steps * step);
    }
    return sum;
  };
  for (const int greatest : {1, 3, 7}) {
    double least = 1e30;
    for (double step = 0.005; step < 0.5; step += 0.001) {
      least = std::min(least, squared_error(step, greatest));
    }
    CHECK(squared_error(choose_weight_step(weights, greatest), greatest) < 1.02 * least);
  }
  CHECK(choose_weight_step(std::vector<float>(5), 7) > 0);
}

TEST_CASE("the chosen format of contexts leaves room and wastes none") {
  const TernaryProjection projection(1, 8, 32);
  std::mt19937 random(4);
  std::normal_distribution<float> normal(0, 3.0F);
  std::vector<float> contexts(50 * 32);
  float largest = 0;
  for (auto& value : contexts) {
    value = normal(random);
    largest = std::max(largest, std::abs(value));
  }
  const ContextFormat format = choose_context_format(projection, contexts);
  CHECK(std::ldexp(largest, format.fraction_bits) <= 16384);
  CHECK(std::ldexp(largest, format.fraction_bits + 1) > 16383);
  // A normal distribution in fifteen steps: the best limit is near 2.9 deviations.
  const double deviation = 3.0 * std::sqrt(32.0 / 3) * std::ldexp(1.0, format.fraction_bits);
  CHECK(7.0 * format.step > 2.0 * deviation);
  CHECK(7.0 * format.step < 4.0 * deviation);
  const ContextFormat of_zeros = choose_context_format(projection, std::vector<float>(32));
  CHECK(of_zeros.step >= 1);
}
