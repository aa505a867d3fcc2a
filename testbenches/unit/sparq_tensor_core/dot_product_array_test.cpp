// SPDX-License-Identifier: Apache-2.0
//
// The chain detailed = fast, and both = a direct convolution with SPARQ's rule restated, with dense weights and of 2:4.
#include <iostream>
#include <string>

#include <catch2/catch.hpp>

#include "dot_product_tile.h"
#include "sparq/tensor_core/array_detailed.h"
#include "sparq/tensor_core/array_fast.h"
#include "support/array/array_comparison.h"
#include "support/array/coverage.h"
#include "support/array/stepping.h"

using namespace lacuna;
using namespace lacuna::sparq;
using namespace lacuna::sparq::test;

namespace {

constexpr unsigned inputs[] = {1, 3, 16, 31, 32, 35};
constexpr PeKind kinds[] = {PeKind::dense, PeKind::two_4b, PeKind::sparq, PeKind::sparq};

template <class Body>
Outcome run_body(Body& body, const DotProductTile& tile, std::uint64_t version = 1) {
  Outcome outcome;
  outcome.accumulators = tile.initial;
  outcome.result = body.compute(tile.operands_at(version), outcome.accumulators);
  return outcome;
}

Outcome run_fast(const DotProductTile& tile) {
  FastDotProductArray array(tile.dot);
  return run_body(array, tile);
}

Outcome run_detailed(const DotProductTile& tile) {
  DetailedDotProductArray array(tile.dot);
  return run_body(array, tile);
}

/// What must hold of every result, from the tile's shape alone.
std::string broken(const DotProductTile& tile, const engine::ArrayResult& result) {
  std::string names;
  const auto require = [&names](const char* name, bool holds) {
    names += holds ? "" : std::string(name) + "; ";
  };
  const engine::TileGeometry& geometry = tile.geometry;
  const engine::TileStep& step = geometry.step;
  const std::uint64_t tiles =
      step.blocks *
      engine::column_batches(step.height, step.width, geometry.array_columns, geometry.spread)
          .size();
  const std::uint64_t issues =
      (step.elements + tile.issue_elements() - 1) / tile.issue_elements() * tiles;
  // Of 3- and 2-bit formats two multipliers take an activation of 8 bits in two clocks.
  const bool narrow = tile.dot.pe == PeKind::sparq && tile.dot.format.bits != 4;
  const std::uint64_t busy = issues * (!tile.pairs() && narrow ? 2 : 1);
  const std::uint64_t units = std::uint64_t{geometry.array_rows} * geometry.array_columns;
  require("issues", result.passes == issues);
  require("busy", result.busy_cycles == busy);
  require("cycles",
          result.cycles == result.busy_cycles + result.drain_stall_cycles + result.fill_cycles);
  require("units", result.pe_cycles == busy * units);
  require("lanes", result.lane_cycles == busy * units * (tile.pairs() ? 8 : 4));
  require("all lanes", result.effectual_lane_cycles + result.intra_pe_idle + result.inter_pe_idle ==
                           result.lane_cycles);
  require("effectual", result.effectual_lane_cycles == expected_effective_macs(tile));
  require("without overheads only busy", tile.overheads || result.cycles == result.busy_cycles);
  return names;
}

}  // namespace

TEST_CASE("fast and detailed agree with each other and with a direct convolution on random tiles") {
  RandomBits random(2026);
  Coverage coverage;
  unsigned tiles = 0;
  for (int repetition = 0; repetition < 15; ++repetition) {
    for (const unsigned channels : inputs) {
      for (const PeKind pe : kinds) {
        for (const bool selection : {false, true}) {
          const DotProductTile tile = make_tile(channels, pe, selection, random);
          const Outcome detailed = run_detailed(tile);
          INFO("tile " << tiles);
          REQUIRE(differences(run_fast(tile), detailed) == nothing);
          REQUIRE(detailed.accumulators == expected_sums(tile));
          REQUIRE(broken(tile, detailed.result) == nothing);
          coverage.count("C=" + std::to_string(channels));
          coverage.count(tile, detailed.result);
          const std::string weights = tile.structured ? " of 2:4" : " of dense weights";
          coverage.count("PE " + std::to_string(static_cast<int>(pe)) + weights +
                         (tile.pairs() ? ", pairs" : ", 8 bits"));
          coverage.count("odd K", tile.geometry.step.elements % 2 == 1);
          coverage.count("K % 4 = 3", tile.geometry.step.elements % 4 == 3);
          coverage.count("2:4 and K % 4 = 3",
                         tile.structured && tile.geometry.step.elements % 4 == 3);
          coverage.count("format " + std::to_string(tile.dot.format.placements) + weights,
                         pe == PeKind::sparq && tile.reduced);
          coverage.count("dense weights on units that select", selection && !tile.structured);
          coverage.count("several columns leave together", tile.dot.array.drain_columns > 1);
          ++tiles;
        }
      }
    }
  }
  std::cout << "coverage of " << tiles << " tiles:\n";
  coverage.print();
  CHECK(tiles >= 700);
  CHECK(coverage.missing() == nothing);
}

TEST_CASE("fast and detailed agree when no activation is zero, and when all are") {
  RandomBits random(7);
  for (const Zeros zeros : {Zeros::all, Zeros::none}) {
    for (int repetition = 0; repetition < 48; ++repetition) {
      DotProductTile tile =
          make_tile(inputs[repetition % 6], kinds[repetition % 4], repetition % 8 < 5, random);
      refill(tile, zeros, random);
      const Outcome detailed = run_detailed(tile);
      REQUIRE(differences(run_fast(tile), detailed) == nothing);
      REQUIRE(detailed.accumulators == expected_sums(tile));
      if (zeros == Zeros::all) {
        REQUIRE(detailed.accumulators == tile.initial);
        REQUIRE(detailed.result.effective_macs == 0);
      }
    }
  }
}

TEST_CASE("a body with one cycle more is found out") {
  RandomBits random(3);
  const DotProductTile tile = make_tile(32, PeKind::sparq, true, random);
  FastDotProductArray fast(tile.dot);
  SlowerByOne slower(fast);
  CHECK(differences(run_body(slower, tile), run_detailed(tile)) != nothing);
}

TEST_CASE("a body stepped clock by clock takes as many steps as it counts cycles") {
  RandomBits random(31);
  for (const unsigned channels : inputs) {
    for (const bool selection : {false, true}) {
      const DotProductTile tile = make_tile(channels, PeKind::sparq, selection, random);
      FastDotProductArray fast(tile.dot);
      DetailedDotProductArray detailed(tile.dot);
      check_steps(fast, tile, expected_sums(tile));
      check_steps(detailed, tile, expected_sums(tile));
      CHECK(fast.pass_bytes() == detailed.pass_bytes());
    }
  }
}

TEST_CASE("fast takes weights again when the buffer was loaded anew, and only then") {
  RandomBits random(10);
  DotProductTile tile = make_tile(32, PeKind::sparq, false, random);
  while (tile.initial.size() < 100 || tile.reduced) {  // many results; the check runs at 8 bits
    tile = make_tile(32, PeKind::sparq, false, random);
  }
  FastDotProductArray array(tile.dot);
  check_weights_taken_anew(array, tile);
}
