// SPDX-License-Identifier: Apache-2.0
// Probabilities of a classification, against sums of exponentials in double precision.
#include "workload/normalize.h"

#include <cmath>

#include <catch2/catch.hpp>

namespace lacuna::workload {

namespace {

using sparse::screening::SoftmaxPart;

/// Three accurate results, out of order.
Classification three_results() {
  Classification result;
  result.accurate = {{9, 1.5F}, {2, -0.25F}, {5, 3.0F}};
  result.approximate = {{8, 0.5F}, {1, -2.0F}};
  return result;
}

}  // namespace

TEST_CASE("a softmax runs over what all parts of a machine found") {
  Classification result = three_results();
  // One part holds 3 and -0.25, another 1.5, 0.5 and -2.
  const std::vector<SoftmaxPart> parts = {
      {3.0F, static_cast<float>(1 + std::exp(-3.25))},
      {1.5F, static_cast<float>(1 + std::exp(-1.0) + std::exp(-3.5))}};
  CHECK(normalize(result, parts, Normalizer::softmax) == 5);
  const double sum =
      std::exp(3.0) + std::exp(-0.25) + std::exp(1.5) + std::exp(0.5) + std::exp(-2.0);
  CHECK(result.accurate == std::vector<Scored>{{2, -0.25F}, {5, 3.0F}, {9, 1.5F}});
  CHECK(result.approximate == std::vector<Scored>{{1, -2.0F}, {8, 0.5F}});
  REQUIRE(result.probabilities.size() == 3);
  CHECK(result.probabilities[0] == Approx(std::exp(-0.25) / sum).epsilon(2e-4));
  CHECK(result.probabilities[1] == Approx(std::exp(3.0) / sum).epsilon(2e-4));
  CHECK(result.probabilities[2] == Approx(std::exp(1.5) / sum).epsilon(2e-4));
  CHECK(result.normalizer.maximum == 3.0F);
  CHECK(result.normalizer.sum == Approx(sum / std::exp(3.0)).epsilon(2e-4));
}

TEST_CASE("a softmax over nothing gives no probabilities") {
  Classification result;
  CHECK(normalize(result, {}, Normalizer::softmax) == 0);
  CHECK(result.probabilities.empty());
}

TEST_CASE("a sigmoid looks at one output only") {
  Classification result = three_results();
  const std::vector<SoftmaxPart> parts = {{3.0F, 1.0F}};
  CHECK(normalize(result, parts, Normalizer::sigmoid) == 3);
  REQUIRE(result.probabilities.size() == 3);
  CHECK(result.probabilities[0] == Approx(1 / (1 + std::exp(0.25))).epsilon(2e-4));
  CHECK(result.probabilities[1] == Approx(1 / (1 + std::exp(-3.0))).epsilon(2e-4));
  CHECK(result.probabilities[2] == Approx(1 / (1 + std::exp(-1.5))).epsilon(2e-4));
  CHECK(result.normalizer.sum == 0);
}

}  // namespace lacuna::workload
