// SPDX-License-Identifier: Apache-2.0
#include "sparse/screening/executor.h"

#include <cmath>
#include <random>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "reference/classification.h"

using namespace lacuna;
using namespace lacuna::sparse::screening;

namespace {

/// The order of summation as the header states it, one rounding at a time.
float stated_order(const std::vector<float>& weights, const std::vector<float>& context,
                   std::size_t lanes) {
  std::vector<float> sums(lanes, 0.0F);
  for (std::size_t j = 0; j < weights.size(); ++j) {
    volatile float product = weights[j] * context[j];
    volatile float sum = sums[j % lanes] + product;
    sums[j % lanes] = sum;
  }
  while (sums.size() > 1) {
    std::vector<float> next;
    for (std::size_t i = 0; i < sums.size() / 2; ++i) {
      volatile float sum = sums[i] + sums[i + sums.size() / 2];
      next.push_back(static_cast<float>(sum));
    }
    sums = next;
  }
  return sums[0];
}

}  // namespace

TEST_CASE("FP32 results have the stated order of summation and stay within the error bound") {
  std::mt19937 random(6);
  std::normal_distribution<float> normal(0, 1);
  for (const std::size_t length : {0, 1, 15, 16, 17, 31, 64, 100, 512, 1500}) {
    for (const std::size_t lanes : {1, 2, 8, 16, 32, 256}) {
      std::vector<float> weights(length);
      std::vector<float> context(length);
      for (std::size_t j = 0; j < length; ++j) {
        weights[j] = normal(random) * std::ldexp(1.0F, int(random() % 20) - 10);
        context[j] = normal(random);
      }
      INFO(length << " values in " << lanes << " lanes");
      REQUIRE(lane_dot(weights, context, lanes) == stated_order(weights, context, lanes));
      const float bias = normal(random);
      std::vector<double> exact(1);
      reference::classify(weights, context, std::vector<float>{bias}, exact);
      REQUIRE(std::abs(accurate_result(weights, context, bias, lanes) - exact[0]) <=
              reference::float_error_bound(weights, context, bias));
    }
  }
}

TEST_CASE("the order of summation decides the last bits, so another order would be seen") {
  // Lane 0 holds 1, lane 8 holds 2^24, lane 1 holds -2^24: 1 is lost where it meets 2^24 first.
  std::vector<float> weights(16, 0.0F);
  weights[0] = 1;
  weights[8] = 16777216;
  weights[1] = -16777216;
  const std::vector<float> ones(16, 1.0F);
  CHECK(lane_dot(weights, ones) == 0);     // (1 + 2^24) + -2^24
  CHECK(lane_dot(weights, ones, 1) == 1);  // (1 - 2^24) + 2^24
}

TEST_CASE("sizes that do not fit are refused") {
  const std::vector<float> three(3);
  const std::vector<float> four(4);
  CHECK_THROWS_AS(lane_dot(three, four), Error);
  CHECK_THROWS_AS(lane_dot(three, three, 3), Error);
  CHECK_THROWS_AS(lane_dot(three, three, 512), Error);
  CHECK_THROWS_AS(mixed_output(std::vector<std::int32_t>{1}, 1, std::vector<std::uint32_t>{1},
                               std::vector<float>{1}),
                  Error);
  CHECK_THROWS_AS(mixed_output(std::vector<std::int32_t>{1}, 1, std::vector<std::uint32_t>{0},
                               std::vector<float>{}),
                  Error);
}

TEST_CASE("the mixed output is accurate at candidates and approximate elsewhere") {
  const std::vector<std::int32_t> sums = {4, -8, 100, (1 << 24) + 1};
  const auto output =
      mixed_output(sums, 0.25F, std::vector<std::uint32_t>{1, 2}, std::vector<float>{7.5F, -1.5F});
  // 2^24 + 1 is rounded to FP32 before it is multiplied.
  CHECK(output == std::vector<float>{1.0F, 7.5F, -1.5F, 4194304.0F});
}
