// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "baselines/bitwave/array_detailed.h"
#include "baselines/bitwave/array_fast.h"
#include "bitwave_tile.h"
#include "support/array/equal_bodies.h"

using namespace lacuna;
using namespace lacuna::baselines;
using namespace lacuna::baselines::test;

namespace {

constexpr unsigned inputs[] = {1, 3, 16, 31, 32, 33, 70};

const Bodies<BitwaveTile> bodies = {
    [](const BitwaveTile& tile) {
      return std::make_unique<FastBitwaveArray>(tile.options, tile.rule);
    },
    [](const BitwaveTile& tile) {
      return std::make_unique<DetailedBitwaveArray>(tile.options, tile.rule);
    }};

std::uint64_t busy_cycles(const BitwaveTile& tile) {
  const engine::TileStep& step = tile.geometry.step;
  const std::uint64_t batches =
      engine::column_batches(step.height, step.width, tile.geometry.array_columns,
                             tile.geometry.spread)
          .size();
  std::uint64_t sum = 0;
  for (const std::uint64_t cycles : tile.block_cycles) {
    sum += cycles * batches;
  }
  return sum;
}

void check_particular(const BitwaveTile& tile, const engine::ArrayResult& result,
                      Coverage& coverage) {
  REQUIRE(result.busy_cycles == busy_cycles(tile));
  REQUIRE(broken_lanes(tile, result) == nothing);
  coverage.count("sign column beside", tile.rule.sign == SignColumn::beside);
  coverage.count("sign column serial", tile.rule.sign == SignColumn::serial);
  coverage.count("sign column minus one", tile.rule.sign == SignColumn::minus_one);
  coverage.count(std::to_string(tile.pass_elements) + " elements a pass");
  coverage.count("all weights zero", tile.all_zero);
}

}  // namespace

TEST_CASE("BitWave: fast and detailed agree with each other and with a direct convolution") {
  const Coverage coverage =
      check_equal_bodies(bodies, inputs, 100, 61, make_bitwave_tile, check_particular);
  CHECK(coverage.missing() == nothing);
}

TEST_CASE("BitWave: one cycle more in either body is a difference") {
  check_slower_bodies(bodies, inputs, 62, make_bitwave_tile);
}

TEST_CASE("BitWave: fast and detailed agree on tiles with flipped and missing bytes") {
  RandomBits random(63);
  for (unsigned repetition = 0; repetition < 90; ++repetition) {
    BitwaveTile tile = make_bitwave_tile(inputs[repetition % 7], random);
    if (!tile.metadata.empty() && repetition % 2 == 0) {
      tile.metadata[random.up_to(static_cast<unsigned>(tile.metadata.size()) - 1)] ^= 0x90;
    }
    damage_weights(tile, repetition, random);
    tile.metadata.resize(tile.metadata.size() -
                         (repetition % 5 == 0 ? tile.metadata.size() / 4 : 0));
    REQUIRE(differences(bodies.run_fast(tile), bodies.run_detailed(tile)) == nothing);
  }
}

TEST_CASE("the parser gives columns that are not zero, highest first, with the signs") {
  ColumnParser parser(SignColumn::beside);
  ColumnGroup group;
  group.index = 0b1010'0001;
  group.columns[7] = 0b0000'0010;  // weight 1 is negative
  group.columns[5] = 0b0000'0011;
  group.columns[0] = 0b1000'0010;
  parser.load(group);
  const PeOperation first = parser.schedule();
  CHECK((first.common_shift == 5 && first.effectual == 2));
  CHECK((first.lanes[0].adds && !first.lanes[0].negate));
  CHECK((first.lanes[1].adds && first.lanes[1].negate));
  const PeOperation second = parser.schedule();
  CHECK((second.common_shift == 0 && second.effectual == 2 && second.lanes[7].adds));
  CHECK_FALSE(parser.pending());
}

TEST_CASE("a serial sign column takes a cycle, minus one takes two columns at once without it") {
  ColumnGroup group;
  group.index = 0b1000'0011;
  group.columns[7] = 1;
  group.columns[1] = 1;
  group.columns[0] = 1;
  const auto cycles = [](SignColumn rule, const ColumnGroup& of) {
    ColumnParser parser(rule);
    parser.load(of);
    unsigned count = 0;
    for (; parser.pending(); ++count) {
      parser.schedule();
    }
    return count;
  };
  CHECK(cycles(SignColumn::beside, group) == 2);
  CHECK(cycles(SignColumn::serial, group) == 3);
  CHECK(cycles(SignColumn::minus_one, group) == 2);
  group.index = 0b0000'0011;
  CHECK(cycles(SignColumn::beside, group) == 2);
  CHECK(cycles(SignColumn::serial, group) == 2);
  CHECK(cycles(SignColumn::minus_one, group) == 1);
  group.index = 0b0000'0001;
  CHECK(cycles(SignColumn::minus_one, group) == 1);
}
