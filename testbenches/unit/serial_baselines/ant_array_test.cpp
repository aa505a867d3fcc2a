// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "ant_tile.h"
#include "baselines/ant/array_detailed.h"
#include "baselines/ant/array_fast.h"
#include "support/array/equal_bodies.h"

using namespace lacuna;
using namespace lacuna::baselines;
using namespace lacuna::baselines::test;

namespace {

constexpr unsigned inputs[] = {1, 3, 16, 31, 32, 33, 70};

const Bodies<AntTile> bodies = bodies_of<AntTile, FastAntArray, DetailedAntArray>(
    [](const AntTile& tile) { return tile.options; });

void check_particular(const AntTile& tile, const engine::ArrayResult& result, Coverage& coverage) {
  REQUIRE(broken_lanes(tile, result) == nothing);
  for (const sparse::AdaptiveFormat& format : tile.formats) {
    coverage.count("rows of " + std::to_string(format.bits) + " bits");
    coverage.count("rows of type " + std::to_string(static_cast<unsigned>(format.type)));
  }
  coverage.count("reserved codes", tile.reserved);
  coverage.count("all weights zero", tile.all_zero);
}

}  // namespace

TEST_CASE("ANT: fast and detailed agree with each other and with a direct convolution") {
  const Coverage coverage =
      check_equal_bodies(bodies, inputs, 100, 91, make_ant_tile, check_particular);
  CHECK(coverage.size() == 7 + 8 + 3 + 2 + 35);
  CHECK(coverage.missing() == nothing);
}

TEST_CASE("ANT: one cycle more in either body is a difference") {
  check_slower_bodies(bodies, inputs, 92, make_ant_tile);
}

TEST_CASE("ANT: fast and detailed agree on tiles with flipped and missing bytes") {
  RandomBits random(93);
  for (unsigned repetition = 0; repetition < 120; ++repetition) {
    AntTile tile = make_ant_tile(inputs[repetition % 7], random);
    if (!tile.metadata.empty() && repetition % 2 == 0) {
      tile.metadata[random.up_to(tile.geometry.step.channels - 1)] ^=
          static_cast<std::uint8_t>(random.next());
    }
    damage_weights(tile, repetition, random);
    tile.metadata.resize(tile.metadata.size() -
                         (repetition % 5 == 0 ? tile.metadata.size() / 2 : 0));
    REQUIRE(differences(bodies.run_fast(tile), bodies.run_detailed(tile)) == nothing);
  }
}

TEST_CASE("the decoder gives an integer of no more bits than the code, and an exponent") {
  for (unsigned byte = 0; byte < 256; ++byte) {
    const AntRowFormat format = AntRowFormat::of(static_cast<std::uint8_t>(byte));
    const unsigned type = std::min<unsigned>(format.type, 2);
    for (unsigned code = 0; code < 1u << format.bits; ++code) {
      const AntOperand operand = decode_operand(code, format);
      REQUIRE(operand.integer * (1 << operand.exponent) ==
              sparse::adaptive_value(
                  code, {static_cast<sparse::NumericType>(type), format.bits, format.shift}));
      REQUIRE(operand.exponent <= 7);
      REQUIRE(operand.integer >= -(1 << (format.bits - 1)));
      REQUIRE(operand.integer < 1 << (format.bits - 1));
    }
  }
  CHECK(decode_operand(0b001100, AntRowFormat{6, 1, 0}).integer == 12);
  const AntOperand flint = decode_operand(0b110110, AntRowFormat{6, 1, 0});  // 1 01 10: 6 x 2^3
  CHECK((flint.integer == -6 && flint.exponent == 3));
}
