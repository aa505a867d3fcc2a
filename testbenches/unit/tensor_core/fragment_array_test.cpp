// SPDX-License-Identifier: Apache-2.0
//
// The chain detailed = fast, and both = a direct convolution, of dense and structured weights.
#include <string>

#include <catch2/catch.hpp>

#include "baselines/tensor_core/array_detailed.h"
#include "baselines/tensor_core/array_fast.h"
#include "core/error.h"
#include "fragment_tile.h"
#include "support/array/equal_bodies.h"
#include "support/array/stepping.h"

using namespace lacuna;
using namespace lacuna::baselines;
using namespace lacuna::baselines::test;

namespace {

constexpr unsigned inputs[] = {1, 3, 16, 31, 32, 33};

const Bodies<FragmentTile> bodies =
    bodies_of<FragmentTile, FastFragmentArray, DetailedFragmentArray>(
        [](const FragmentTile& tile) { return tile.options; });

/// What must hold of every result, from the tile's shape alone.
std::string broken(const FragmentTile& tile, const engine::ArrayResult& result) {
  const engine::TileGeometry& geometry = tile.geometry;
  const std::uint64_t batches = engine::column_batches(geometry.step.height, geometry.step.width,
                                                       geometry.array_columns, geometry.spread)
                                    .size();
  const std::uint64_t octets =
      std::uint64_t{(geometry.array_rows + 7) / 8} * ((geometry.array_columns + 7) / 8);
  const std::uint64_t tiles = geometry.step.blocks * batches;
  const std::uint64_t busy = tiles * tile.block_cycles[0];
  std::string names;
  const auto require = [&names](const char* name, bool holds) {
    names += holds ? "" : std::string(name) + "; ";
  };
  require("busy", result.busy_cycles == busy);
  require("passes", result.passes == tiles * tile.passes);
  require("cycles",
          result.cycles == result.busy_cycles + result.drain_stall_cycles + result.fill_cycles);
  require("FEDP cycles", result.pe_cycles == tiles * tile.passes * 32 * octets * 8);
  require("lanes", result.lane_cycles == busy * octets * 32);
  require("effectual + intra + inter = all",
          result.effectual_lane_cycles + result.intra_pe_idle + result.inter_pe_idle ==
              result.lane_cycles);
  require("effectual + intra = slots of real channels and positions",
          result.effectual_lane_cycles + result.intra_pe_idle ==
              tile.passes * 16 * geometry.step.channels * geometry.positions());
  require("effectual lanes", result.effectual_lane_cycles == result.effective_macs);
  require("without overheads only busy", tile.overheads || result.cycles == busy);
  return names;
}

void check_particular(const FragmentTile& tile, const engine::ArrayResult& result,
                      Coverage& coverage) {
  REQUIRE(broken(tile, result) == nothing);
  coverage.count("dense stream", tile.source == engine::WeightSource::stream && !tile.structured);
  if (tile.structured) {
    coverage.count("blocks " + to_text(tile.format.blocks));
    coverage.count("values " + to_text(tile.format.values));
  }
  coverage.count("windows cut by the chunk", tile.phase != 0);
  coverage.count("controller with idle cycles", tile.options.controller.first != 0);
  coverage.count("parts of octets",
                 tile.geometry.array_rows % 8 != 0 && tile.geometry.array_columns % 8 != 0);
}

}  // namespace

TEST_CASE("fast and detailed agree with each other and with a direct convolution on random tiles") {
  const Coverage coverage =
      check_equal_bodies(bodies, inputs, 120, 2026, make_tile, check_particular);
  // 16 columns drain while the next 32 cycles go by; fragment_timing_test.cpp has wider arrays.
  CHECK(coverage.missing() == "stalled by the drain; ");
  // Blocks 1:1 and 4:4 to 4:8, values 1:4, 2:2, 2:3 and 2:4.
  CHECK(coverage.size() == 6 + 35 + 4 + 6 + 4);
}

TEST_CASE("one cycle more in either body is a difference") {
  check_slower_bodies(bodies, inputs, 3, make_tile);
}

TEST_CASE("fast and detailed agree on tiles with flipped and missing values") {
  RandomBits random(78);
  for (unsigned repetition = 0; repetition < 60; ++repetition) {
    FragmentTile tile = make_tile(inputs[repetition % 6], random);
    damage_weights(tile, repetition, random);
    REQUIRE(differences(bodies.run_fast(tile), bodies.run_detailed(tile)) == nothing);
  }
}

TEST_CASE("metadata that names no pattern is an error of both bodies") {
  RandomBits random(5);
  FragmentTile tile = make_tile(32, random);
  while (!tile.structured) {
    tile = make_tile(32, random);
  }
  tile.metadata[2] = 9;  // nine of at most four
  CHECK_THROWS_AS(bodies.run_fast(tile), Error);
  CHECK_THROWS_AS(bodies.run_detailed(tile), Error);
  tile.metadata.resize(8);
  CHECK_THROWS_AS(bodies.run_fast(tile), Error);
  CHECK_THROWS_AS(bodies.run_detailed(tile), Error);
}

TEST_CASE("a body stepped clock by clock takes as many steps as it counts cycles") {
  RandomBits random(31);
  for (const unsigned channels : inputs) {
    const FragmentTile tile = make_tile(channels, random);
    FastFragmentArray fast(tile.options);
    DetailedFragmentArray detailed(tile.options);
    check_steps(fast, tile, expected_accumulators(tile));
    check_steps(detailed, tile, expected_accumulators(tile));
    CHECK(fast.pass_bytes() == detailed.pass_bytes());
  }
}

TEST_CASE("fast takes weights again when the buffer was loaded anew, and only then") {
  RandomBits random(10);
  FragmentTile tile = make_tile(32, random);
  while (tile.initial.size() < 100) {  // so many results that other weights must change some
    tile = make_tile(32, random);
  }
  FastFragmentArray array(tile.options);
  check_weights_taken_anew(array, tile);
}

TEST_CASE("the eight steps of a set visit every output of an octet once") {
  for (unsigned first = 0; first < fragment_steps; first += steps_of_set) {
    std::array<int, 64> visits{};
    for (unsigned s = 0; s < steps_of_set; ++s) {
      const FragmentStep step = fragment_step(first + s);
      CHECK(step.first_lane == first / 2);
      for (unsigned fedp = 0; fedp < octet_fedps; ++fedp) {
        ++visits[(step.first_row + fedp % 4) * 8 + step.first_column + fedp / 4];
      }
    }
    CHECK(std::all_of(visits.begin(), visits.end(), [](int n) { return n == 1; }));
  }
}
