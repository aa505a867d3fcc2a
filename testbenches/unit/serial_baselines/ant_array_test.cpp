// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include <catch2/catch.hpp>

#include "ant_tile.h"
#include "baselines/ant/array_detailed.h"
#include "baselines/ant/array_fast.h"
#include "support/array/array_comparison.h"
#include "support/array/coverage.h"

using namespace lacuna;
using namespace lacuna::baselines;
using namespace lacuna::baselines::test;

namespace {

constexpr unsigned inputs[] = {1, 3, 16, 31, 32, 33, 70};

Outcome run_fast(const AntTile& tile) {
  FastAntArray array(tile.options);
  return run(array, tile, 1);
}

Outcome run_detailed(const AntTile& tile) {
  DetailedAntArray array(tile.options);
  return run(array, tile, 1);
}

}  // namespace

TEST_CASE("ANT: fast and detailed agree with each other and with a direct convolution") {
  RandomBits random(91);
  Coverage coverage;
  unsigned tiles = 0;
  for (int repetition = 0; repetition < 100; ++repetition) {
    for (const unsigned channels : inputs) {
      const AntTile tile = make_ant_tile(channels, random);
      const Outcome detailed = run_detailed(tile);
      const Outcome fast = run_fast(tile);
      INFO("tile " << tiles);
      REQUIRE(differences(fast, detailed) == nothing);
      REQUIRE(detailed.accumulators == expected_accumulators(tile));
      REQUIRE(detailed.result.effective_macs == expected_effective_macs(tile));
      REQUIRE(broken_lanes(tile, detailed.result) == nothing);
      coverage.count("C=" + std::to_string(channels));
      for (const sparse::AdaptiveFormat& format : tile.formats) {
        coverage.count("rows of " + std::to_string(format.bits) + " bits");
        coverage.count("rows of type " + std::to_string(static_cast<unsigned>(format.type)));
      }
      coverage.count("reserved codes", tile.reserved);
      coverage.count("all weights zero", tile.all_zero);
      coverage.count(tile, detailed.result);
      ++tiles;
    }
  }
  std::cout << "coverage of " << tiles << " tiles:\n";
  coverage.print();
  CHECK(tiles >= 500);
  CHECK(coverage.size() == 7 + 8 + 3 + 2 + 35);
  CHECK(coverage.missing() == nothing);
}

TEST_CASE("ANT: one cycle more in either body is a difference") {
  RandomBits random(92);
  for (const unsigned channels : inputs) {
    const AntTile tile = make_ant_tile(channels, random);
    FastAntArray fast(tile.options);
    DetailedAntArray detailed(tile.options);
    SlowerByOne slow_fast(fast);
    SlowerByOne slow_detailed(detailed);
    CHECK(differences(run(slow_fast, tile, 1), run_detailed(tile)) != nothing);
    CHECK(differences(run_fast(tile), run(slow_detailed, tile, 1)) != nothing);
  }
}

TEST_CASE("ANT: fast and detailed agree on tiles with flipped and missing bytes") {
  RandomBits random(93);
  for (int repetition = 0; repetition < 120; ++repetition) {
    AntTile tile = make_ant_tile(inputs[repetition % 7], random);
    if (!tile.metadata.empty() && repetition % 2 == 0) {
      tile.metadata[random.up_to(tile.geometry.step.channels - 1)] ^=
          static_cast<std::uint8_t>(random.next());
    }
    tile.weights[random.up_to(static_cast<unsigned>(tile.weights.size()) - 1)] ^= 0x10;
    tile.weights.resize(tile.weights.size() - (repetition % 3 == 0 ? tile.weights.size() / 3 : 0));
    tile.metadata.resize(tile.metadata.size() -
                         (repetition % 5 == 0 ? tile.metadata.size() / 2 : 0));
    REQUIRE(differences(run_fast(tile), run_detailed(tile)) == nothing);
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
