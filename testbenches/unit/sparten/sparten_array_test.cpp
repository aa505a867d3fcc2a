// SPDX-License-Identifier: Apache-2.0
//
// The chain detailed = fast, and both = a direct convolution and the rule of cycles, counted pair by pair.
#include <string>

#include <catch2/catch.hpp>

#include "baselines/sparten/array_detailed.h"
#include "baselines/sparten/array_fast.h"
#include "sparten_tile.h"
#include "support/array/equal_bodies.h"
#include "support/array/stepping.h"

using namespace lacuna;
using namespace lacuna::baselines;
using namespace lacuna::baselines::test;

namespace {

constexpr unsigned inputs[] = {1, 3, 16, 31, 64, 130};

const Bodies<SpartenTile> bodies = bodies_of<SpartenTile, FastSpartenArray, DetailedSpartenArray>(
    [](const SpartenTile& tile) { return tile.options; });

/// What must hold of every result, from the tile alone.
std::string broken(const SpartenTile& tile, const engine::ArrayResult& result) {
  const std::uint64_t busy = expected_busy_cycles(tile);
  std::string names;
  const auto require = [&names](const char* name, bool holds) {
    names += holds ? "" : std::string(name) + "; ";
  };
  require("busy", result.busy_cycles == busy);
  require("cycles",
          result.cycles == result.busy_cycles + result.drain_stall_cycles + result.fill_cycles);
  require("lanes", result.lane_cycles == busy * tile.geometry.array_rows *
                                             std::uint64_t{tile.geometry.array_columns});
  require("effectual + intra + inter = all",
          result.effectual_lane_cycles + result.intra_pe_idle + result.inter_pe_idle ==
              result.lane_cycles);
  require("a lane works on a pair", result.effectual_lane_cycles == result.effective_macs);
  require("a PE draws for a pair", result.pe_cycles == result.effective_macs);
  require("without overheads only busy", tile.overheads || result.cycles == busy);
  return names;
}

void check_particular(const SpartenTile& tile, const engine::ArrayResult& result,
                      Coverage& coverage) {
  REQUIRE(broken(tile, result) == nothing);
  const std::uint64_t floor = result.passes * std::uint64_t{tile.options.chunk_floor};
  coverage.count("chunks at the floor only", result.busy_cycles == floor);
  coverage.count("chunks above the floor", result.busy_cycles > floor);
  coverage.count("several chunks", tile.geometry.step.elements > 128);
  coverage.count("a row without weights", tile.some_row_empty);
  coverage.count("no pair at all", result.effective_macs == 0);
}

}  // namespace

TEST_CASE("fast and detailed agree with each other and with a direct convolution on random tiles") {
  const Coverage coverage =
      check_equal_bodies(bodies, inputs, 100, 2019, make_tile, check_particular);
  CHECK(coverage.size() == 6 + 35 + 5);
  CHECK(coverage.missing() == nothing);
}

TEST_CASE("one cycle more in either body is a difference") {
  check_slower_bodies(bodies, inputs, 3, make_tile);
}

TEST_CASE("fast and detailed agree on tiles with flipped and missing bytes") {
  RandomBits random(78);
  for (int repetition = 0; repetition < 60; ++repetition) {
    SpartenTile tile = make_tile(inputs[repetition % 6], random);
    tile.weights[random.up_to(static_cast<unsigned>(tile.weights.size()) - 1)] ^= 0x10;
    // A value that became zero is still announced by its mask: it takes its cycle in the clocked body only.
    bool zero = tile.source == engine::WeightSource::stream;
    zero = zero && std::find(tile.weights.begin(), tile.weights.end(), 0) != tile.weights.end();
    if (!zero) {
      REQUIRE(differences(bodies.run_fast(tile), bodies.run_detailed(tile)) == nothing);
    }
  }
}

TEST_CASE("a body stepped clock by clock takes as many steps as it counts cycles") {
  RandomBits random(31);
  for (const unsigned channels : inputs) {
    const SpartenTile tile = make_tile(channels, random);
    FastSpartenArray fast(tile.options);
    DetailedSpartenArray detailed(tile.options);
    check_steps(fast, tile, expected_accumulators(tile));
    check_steps(detailed, tile, expected_accumulators(tile));
  }
}

TEST_CASE("fast takes weights again when the buffer was loaded anew, and only then") {
  RandomBits random(10);
  SpartenTile tile = make_tile(64, random);
  while (tile.initial.size() < 100 || tile.source == engine::WeightSource::stream) {
    tile = make_tile(64, random);
  }
  FastSpartenArray array(tile.options);
  check_weights_taken_anew(array, tile);
}
