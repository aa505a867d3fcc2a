// SPDX-License-Identifier: Apache-2.0
#include "sparq/sparse_tensor_core/promised_selection.h"

#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "core/error.h"

using namespace lacuna;
using sparse::SparqFormat;
using sparse::SparqRounding;

TEST_CASE("promised products of weights of 2:4 are the authors'") {
  const auto json = nlohmann::json::parse(
      std::ifstream(LACUNA_SOURCE_DIR "/testbenches/data/sparq/expected.json"));
  const auto values = [&json](const std::string& name) {
    return json.at("products").at(name).at("values");
  };
  constexpr std::size_t elements = 131;  // the last group has three
  const auto activations = values("A_z30").get<std::vector<std::int16_t>>();
  const auto weights = values("B24_z30").get<std::vector<std::int16_t>>();
  unsigned compared = 0;
  for (const auto rounding : {SparqRounding::trim, SparqRounding::round}) {
    for (const SparqFormat format :
         {SparqFormat{4, 5, rounding}, SparqFormat{4, 3, rounding}, SparqFormat{4, 2, rounding},
          SparqFormat{3, 6, rounding}, SparqFormat{2, 7, rounding}}) {
      const std::string name = "C_z30_w" + std::to_string(format.bits) + "_" +
                               std::to_string(format.placements) + "opt_" +
                               (rounding == SparqRounding::trim ? "trim" : "round") + "_stc";
      std::vector<std::int32_t> sums(activations.size() / elements * weights.size() / elements);
      sparq::promised_selection(format)(activations, weights, elements, sums);
      CAPTURE(name);
      CHECK(sums == values(name).get<std::vector<std::int32_t>>());
      ++compared;
    }
  }
  CHECK(compared == 10);
}

TEST_CASE(
    "the activation of a weight that is alone keeps both budgets, whatever stands beside it") {
  const auto product = [](std::vector<std::int16_t> x, std::vector<std::int16_t> w) {
    std::vector<std::int32_t> sum(1);
    sparq::promised_selection({4, 5, SparqRounding::trim})(x, w, x.size(), sum);
    return sum[0];
  };
  CHECK(product({255, 7, 9, 11}, {3, 0, 0, 0}) == 3 * 255);
  CHECK(product({255, 7, 9, 11}, {3, 0, 1, 0}) == 3 * 240 + 9);
  CHECK(product({255, 7, 0, 11}, {3, 0, 1, 0}) == 3 * 255);
  CHECK(product({255, 7, 9, 255, 255}, {0, 0, 0, 1, 2}) == 3 * 255);
  CHECK_THROWS_AS(product({1, 2, 3, 4}, {1, 1, 1, 0}), Error);
}

TEST_CASE("a sum beyond 2^24 of 2:4 weights is exact") {
  // 9000 activations of 255 whose first two of four meet weights of 127: 4500 products of 240 x 127.
  constexpr std::size_t length = 9000;
  const std::vector<std::int16_t> activations(length, 255);
  std::vector<std::int16_t> weights(length, 0);
  for (std::size_t i = 0; i < length; i += 4) {
    weights[i] = weights[i + 1] = 127;
  }
  std::vector<std::int32_t> sums(1);
  sparq::promised_selection({4, 5, SparqRounding::trim})(activations, weights, length, sums);
  CHECK(sums[0] == 4500 * 240 * 127);
  CHECK(sums[0] > 1 << 24);
}
