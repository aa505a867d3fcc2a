// SPDX-License-Identifier: Apache-2.0
#include "sparse/screening/special_functions.h"

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "reference/classification.h"

using namespace lacuna;
using namespace lacuna::sparse::screening;

namespace {

// With r within ln 2 / 2 and a little for the rounding of x * log2 e, e^r = p(r) + e^s r^5 / 120 for
// some s between 0 and r. Relative to e^r that is e^(s - r) |r|^5 / 120 <= e^|r| |r|^5 / 120.
const double r_limit = 0.5 * std::log(2.0) + 2e-5;
const double series_rest = std::exp(r_limit) * std::pow(r_limit, 5) / 120;
// Horner's four steps round eight times, and rounding of r itself counts as much as |x| ulps of r's
// parts: together below 2^-19.
const double bound = series_rest + std::ldexp(1.0, -19);

}  // namespace

TEST_CASE("exp by Taylor's polynomial keeps the derived bound wherever the result is normal") {
  CHECK(bound < 6.2e-5);
  double worst = 0;
  for (float x = -87.0F; x < 88.7F; x += 0.00037F) {
    const double exact = std::exp(double{x});
    const double error = std::abs(double{taylor_exp(x)} - exact) / exact;
    worst = std::max(worst, error);
  }
  CHECK(worst < bound);
  CHECK(worst > 0.8 * series_rest);  // the bound is not an idle one
}

TEST_CASE("exp takes the extremes") {
  const float infinity = std::numeric_limits<float>::infinity();
  CHECK(taylor_exp(0) == 1.0F);
  CHECK(taylor_exp(-0.0F) == 1.0F);
  CHECK(taylor_exp(89.5F) == infinity);
  CHECK(taylor_exp(infinity) == infinity);
  CHECK(taylor_exp(std::numeric_limits<float>::max()) == infinity);
  CHECK(taylor_exp(-105.0F) == 0.0F);
  CHECK(taylor_exp(-infinity) == 0.0F);
  CHECK(taylor_exp(std::numeric_limits<float>::lowest()) == 0.0F);
  CHECK(std::isnan(taylor_exp(std::nanf(""))));
  // Subnormal: half of the smallest step, and the error of a normal result.
  for (float x = -103.0F; x < -87.0F; x += 0.01F) {
    const double exact = std::exp(double{x});
    REQUIRE(std::abs(taylor_exp(x) - exact) <= exact * bound + std::ldexp(0.5001, -149));
  }
}

TEST_CASE("without reduction exp is the polynomial itself") {
  for (float x = -3; x < 3; x += 0.01F) {
    const double r = x;
    const double polynomial = 1 + r + r * r / 2 + r * r * r / 6 + r * r * r * r / 24;
    REQUIRE(taylor_exp(x, ExpArgument::unreduced) == Approx(polynomial).epsilon(1e-5));
    REQUIRE(taylor_exp(x, ExpArgument::unreduced) > 0);
  }
  // Its derivative vanishes at -1.596, where it is least: 0.2702.
  CHECK(taylor_exp(-1.5961F, ExpArgument::unreduced) == Approx(0.27023).epsilon(1e-3));
  CHECK(taylor_exp(-10, ExpArgument::unreduced) > 250);  // far from exp(-10)
}

TEST_CASE("a sigmoid is near to the exact one and stays within 0 .. 1") {
  for (float x = -120; x < 120; x += 0.013F) {
    std::vector<double> exact(1);
    reference::sigmoid(std::vector<double>{x}, exact);
    const float value = taylor_sigmoid(x);
    REQUIRE(value >= 0);
    REQUIRE(value <= 1);
    REQUIRE(std::abs(value - exact[0]) <= exact[0] * (bound + 2e-7) + 1e-38);
  }
  CHECK(taylor_sigmoid(0) == 0.5F);
}

TEST_CASE("a softmax is near to the exact one, whole or merged from parts") {
  std::mt19937 random(8);
  std::normal_distribution<float> normal(0, 6);
  for (const std::size_t length : {1, 2, 15, 16, 17, 200, 5000}) {
    std::vector<float> values(length);
    for (auto& value : values) {
      value = normal(random);
    }
    std::vector<double> exact(length);
    reference::softmax(std::vector<double>(values.begin(), values.end()), exact);
    const SoftmaxPart whole = softmax_part(values);
    std::vector<float> probabilities(length);
    normalize_softmax(values, whole, probabilities);
    double sum = 0;
    for (std::size_t i = 0; i < length; ++i) {
      // Numerator and normalizer each keep the bound; summing adds at most a rounding a term.
      REQUIRE(std::abs(probabilities[i] - exact[i]) <=
              exact[i] * (2.1 * bound + double(length) * 6e-8) + 1e-38);
      sum += probabilities[i];
    }
    CHECK(sum == Approx(1).epsilon(1e-5));
    std::vector<SoftmaxPart> parts;
    for (std::size_t first = 0; first < length; first += 7) {
      parts.push_back(softmax_part(
          Span<const float>(values).subspan(first, std::min<std::size_t>(7, length - first))));
    }
    const SoftmaxPart merged = merge_softmax(parts);
    CHECK(merged.maximum == whole.maximum);
    CHECK(merged.sum == Approx(whole.sum).epsilon(2e-4));
  }
}

TEST_CASE("a softmax takes values that exp alone would not") {
  const std::vector<float> values = {1000.0F, 999.0F, -1e30F};
  std::vector<float> probabilities(3);
  normalize_softmax(values, softmax_part(values), probabilities);
  CHECK(probabilities[0] == Approx(1 / (1 + std::exp(-1.0))).epsilon(1e-4));
  CHECK(probabilities[2] == 0);
  CHECK_THROWS_AS(softmax_part({}), Error);
  CHECK_THROWS_AS(merge_softmax({}), Error);
}
