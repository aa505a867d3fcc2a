// SPDX-License-Identifier: Apache-2.0
//
// The chain detailed = fast, and both = a direct convolution with SPARQ's rule restated.
#include <iostream>
#include <string>

#include <catch2/catch.hpp>

#include "sparq/systolic/array_detailed.h"
#include "sparq/systolic/array_fast.h"
#include "support/array/array_comparison.h"
#include "support/array/coverage.h"
#include "support/array/stepping.h"
#include "systolic_tile.h"

using namespace lacuna;
using namespace lacuna::sparq;
using namespace lacuna::sparq::test;

namespace {

constexpr unsigned inputs[] = {1, 3, 16, 31, 32, 35};
constexpr PeKind kinds[] = {PeKind::dense, PeKind::two_4b, PeKind::sparq, PeKind::sparq,
                            PeKind::sysmt};

template <class Body>
Outcome run_body(Body& body, const SystolicTile& tile, std::uint64_t version = 1) {
  Outcome outcome;
  outcome.accumulators = tile.initial;
  outcome.result = body.compute(tile.operands_at(version), outcome.accumulators);
  return outcome;
}

Outcome run_fast(const SystolicTile& tile) {
  FastSystolicArray array(tile.systolic);
  return run_body(array, tile);
}

Outcome run_detailed(const SystolicTile& tile) {
  DetailedSystolicArray array(tile.systolic);
  return run_body(array, tile);
}

/// What must hold of every result, from the tile's shape alone.
std::string broken(const SystolicTile& tile, const engine::ArrayResult& result) {
  std::string names;
  const auto require = [&names](const char* name, bool holds) {
    names += holds ? "" : std::string(name) + "; ";
  };
  const engine::TileGeometry& geometry = tile.geometry;
  const std::uint64_t batches = engine::column_batches(geometry.step.height, geometry.step.width,
                                                       geometry.array_columns, geometry.spread)
                                    .size();
  const std::uint64_t tiles = geometry.step.blocks * batches;
  const std::uint64_t elements = tile.pairs() ? 2 : 1;
  const std::uint64_t passes = (geometry.step.elements + elements - 1) / elements * tiles;
  const std::uint64_t pes = std::uint64_t{geometry.array_rows} * geometry.array_columns;
  require("passes", result.passes == passes);
  require("a clock a pass, at least", result.busy_cycles >= passes);
  require("cycles",
          result.cycles == result.busy_cycles + result.drain_stall_cycles + result.fill_cycles);
  require("PE cycles", result.pe_cycles == result.busy_cycles * pes);
  require("lanes", result.lane_cycles == result.pe_cycles * elements);
  require("all lanes", result.effectual_lane_cycles + result.intra_pe_idle + result.inter_pe_idle ==
                           result.lane_cycles);
  const engine::TileStep& step = geometry.step;
  const std::uint64_t sums = std::uint64_t{geometry.positions()} * step.channels;
  require("weights read",
          result.weight_reads == std::uint64_t{step.channels} * step.elements * batches);
  require("activations read", result.activation_reads == std::uint64_t{geometry.positions()} *
                                                             step.elements * step.blocks);
  require("sums written", result.sum_writes == sums);
  require("sums read", result.sum_reads == (step.first_chunk ? 0 : sums));
  require("effectual", result.effectual_lane_cycles == expected_effective_macs(tile));
  require("without overheads only busy", tile.overheads || result.cycles == result.busy_cycles);
  return names;
}

}  // namespace

TEST_CASE("fast and detailed agree with each other and with a direct convolution on random tiles") {
  RandomBits random(2026);
  Coverage coverage;
  unsigned tiles = 0;
  for (int repetition = 0; repetition < 22; ++repetition) {
    for (const unsigned channels : inputs) {
      for (const PeKind pe : kinds) {
        const SystolicTile tile = make_tile(channels, pe, random);
        const Outcome detailed = run_detailed(tile);
        INFO("tile " << tiles);
        REQUIRE(differences(run_fast(tile), detailed) == nothing);
        REQUIRE(detailed.accumulators == expected_sums(tile));
        REQUIRE(broken(tile, detailed.result) == nothing);
        coverage.count("C=" + std::to_string(channels));
        coverage.count(tile, detailed.result);
        coverage.count("PE " + std::to_string(static_cast<int>(pe)) +
                       (tile.reduced ? " reduced" : " at 8 bits"));
        coverage.count("skew " + std::to_string(static_cast<int>(tile.systolic.skew)));
        coverage.count("clocks " + std::to_string(static_cast<int>(tile.systolic.clocks)));
        coverage.count("odd K", tile.geometry.step.elements % 2 == 1);
        coverage.count("K % 4 = 3", tile.geometry.step.elements % 4 == 3);
        coverage.count("format " + std::to_string(tile.systolic.format.placements),
                       pe == PeKind::sparq && tile.reduced);
        coverage.count("few trimmers", tile.pairs() && tile.systolic.trimmers != 0);
        coverage.count("ends the layer", last_of_layer(tile.geometry));
        ++tiles;
      }
    }
  }
  std::cout << "coverage of " << tiles << " tiles:\n";
  coverage.print();
  CHECK(tiles >= 500);
  CHECK(coverage.missing() == nothing);
}

TEST_CASE("fast and detailed agree when no activation is zero, and when all are") {
  RandomBits random(7);
  for (const Zeros zeros : {Zeros::all, Zeros::none}) {
    for (int repetition = 0; repetition < 30; ++repetition) {
      SystolicTile tile = make_tile(inputs[repetition % 6], kinds[repetition % 5], random);
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

TEST_CASE("both bodies carry a drain from step to step") {
  RandomBits random(99);
  unsigned stalled = 0;
  for (int repetition = 0; repetition < 40; ++repetition) {
    SystolicTile first = make_tile(1, PeKind::sparq, random);
    first.systolic.drain_columns = 1;
    first.systolic.clocks = CountedClocks::all;
    first.systolic.array.overheads = first.overheads = true;
    FastSystolicArray fast(first.systolic);
    DetailedSystolicArray detailed(first.systolic);
    for (std::uint64_t version = 1; version <= 3; ++version) {
      SystolicTile tile = make_tile(1, PeKind::sparq, random);
      tile.systolic = first.systolic;
      tile.accumulator_bits = first.systolic.array.accumulator_bits;
      tile.overheads = true;
      const Outcome by_signals = run_body(detailed, tile, version);
      REQUIRE(differences(run_body(fast, tile, version), by_signals) == nothing);
      REQUIRE(by_signals.accumulators == expected_sums(tile));
      stalled += by_signals.result.drain_stall_cycles > run_fast(tile).result.drain_stall_cycles;
    }
  }
  CHECK(stalled > 0);
}

TEST_CASE("a body with one cycle more is found out") {
  RandomBits random(3);
  const SystolicTile tile = make_tile(32, PeKind::sparq, random);
  FastSystolicArray fast(tile.systolic);
  SlowerByOne slower(fast);
  CHECK(differences(run_body(slower, tile), run_detailed(tile)) != nothing);
}

TEST_CASE("a body stepped clock by clock takes as many steps as it counts cycles") {
  RandomBits random(31);
  for (const unsigned channels : inputs) {
    const SystolicTile tile = make_tile(channels, PeKind::sparq, random);
    FastSystolicArray fast(tile.systolic);
    DetailedSystolicArray detailed(tile.systolic);
    check_steps(fast, tile, expected_sums(tile));
    check_steps(detailed, tile, expected_sums(tile));
    CHECK(fast.pass_bytes() == detailed.pass_bytes());
  }
}
