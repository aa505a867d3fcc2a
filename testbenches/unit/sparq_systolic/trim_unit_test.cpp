// SPDX-License-Identifier: Apache-2.0
//
// The trimming unit of the clocked body beside the encoder of files, and products beside the authors'.
#include "sparq/trim_unit.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sparq/promised_products.h"
#include "sparse/sparq_pair.h"

using namespace lacuna;
using namespace lacuna::sparq;
using sparse::SparqFormat;
using sparse::SparqRounding;

namespace {

std::vector<SparqFormat> all_formats() {
  std::vector<SparqFormat> formats;
  for (const auto rounding : {SparqRounding::trim, SparqRounding::round}) {
    for (const auto& [bits, placements] :
         std::vector<std::pair<unsigned, unsigned>>{{4, 5}, {4, 3}, {4, 2}, {3, 6}, {2, 7}}) {
      formats.push_back({bits, placements, rounding});
    }
  }
  return formats;
}

}  // namespace

TEST_CASE("the trimming unit makes of all pairs what the encoder of files makes of them") {
  for (const SparqFormat& format : all_formats()) {
    const TrimUnit unit(PeKind::sparq, format);
    const auto shifts = format.shifts();
    unsigned different = 0;
    unsigned misplaced = 0;
    for (unsigned pair = 0; pair < 65536; ++pair) {
      const auto first = static_cast<std::uint8_t>(pair);
      const auto second = static_cast<std::uint8_t>(pair >> 8);
      const PairOperand lanes = unit.trim(first, second);
      std::array<unsigned, 2> values{};
      for (const LaneOperand& lane : lanes) {
        values[lane.weight] += static_cast<unsigned>(lane.bits) << lane.shift;
        const bool known = std::find(shifts.begin(), shifts.end(), lane.shift) != shifts.end();
        misplaced += !known || lane.bits >= 1 << format.bits ? 1 : 0;
      }
      different +=
          values == sparse::decode_pair(sparse::encode_pair(first, second, format)) ? 0 : 1;
    }
    CAPTURE(sparse::name_of(format));
    CHECK(different == 0);
    CHECK(misplaced == 0);
  }
}

TEST_CASE("an activation at full precision comes whole out of its parts") {
  for (const auto& [bits, clocks] :
       std::vector<std::pair<unsigned, unsigned>>{{4, 1}, {3, 2}, {2, 2}}) {
    const TrimUnit unit(PeKind::sparq, {bits, 9 - bits, SparqRounding::trim});
    for (std::int16_t value = -128; value < 256; ++value) {
      int sum = 0;
      for (unsigned part = 0; part < clocks; ++part) {
        for (const LaneOperand& lane : unit.split(value, part)) {
          sum += lane.bits * (1 << lane.shift);
          REQUIRE(lane.bits < 1 << bits);
        }
      }
      REQUIRE(sum == value);
    }
  }
}

TEST_CASE("promised products are the authors'") {
  const auto json = nlohmann::json::parse(
      std::ifstream(LACUNA_SOURCE_DIR "/testbenches/data/sparq/expected.json"));
  const auto values = [&json](const std::string& name) {
    return json.at("products").at(name).at("values");
  };
  constexpr std::size_t elements = 131;
  const auto activations = values("A_z30").get<std::vector<std::int16_t>>();
  const auto weights = values("B_z30").get<std::vector<std::int16_t>>();
  for (const SparqFormat& format : all_formats()) {
    const std::string name = "C_z30_w" + std::to_string(format.bits) + "_" +
                             std::to_string(format.placements) + "opt_" +
                             (format.rounding == SparqRounding::trim ? "trim" : "round");
    std::vector<std::int32_t> sums(activations.size() / elements * weights.size() / elements);
    promised_products(PeKind::sparq, format)(activations, weights, elements, sums);
    CAPTURE(name);
    CHECK(sums == values(name).get<std::vector<std::int32_t>>());
  }
}

TEST_CASE("SySMT keeps 8 bits unless all four operands of a pair are there") {
  const auto product = [](std::int16_t x0, std::int16_t w0, std::int16_t x1, std::int16_t w1) {
    std::vector<std::int32_t> sum(1);
    const std::vector<std::int16_t> x = {x0, x1};
    const std::vector<std::int16_t> w = {w0, w1};
    promised_products(PeKind::sysmt, {4, 5, SparqRounding::trim})(x, w, 2, sum);
    return sum[0];
  };
  CHECK(product(255, 3, 7, 5) == 240 * 3 + 7 * 5);
  CHECK(product(255, 3, 7, 0) == 255 * 3);
  CHECK(product(255, 3, 0, 5) == 255 * 3);
  CHECK(product(0, 3, 129, 5) == 129 * 5);
  CHECK(product(31, -1, 17, -2) == -16 - 32);
}
