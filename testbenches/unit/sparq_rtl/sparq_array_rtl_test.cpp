// SPDX-License-Identifier: Apache-2.0
//
// The systolic array in SystemVerilog equals the detailed one in bits, cycles and counters.
#include <algorithm>
#include <iostream>
#include <map>
#include <string>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "engine/lockstep_array.h"
#include "sparq/systolic/array_detailed.h"
#include "sparq/systolic/array_rtl.h"
#include "support/array/array_comparison.h"
#include "support/array/faulty_array.h"
#include "unit/sparq_systolic/systolic_tile.h"

namespace lacuna::sparq {

#ifdef LACUNA_HAVE_RTL
// Rows with a defect, and an edge (CMakeLists.txt).
engine::RtlRows<SystolicRow> make_sparq_row_narrow(std::size_t rows);
engine::RtlRows<SystolicRow> make_sparq_row_blind(std::size_t rows);
engine::RtlRows<SystolicRow> make_sparq_row_late(std::size_t rows);
engine::RtlRows<SystolicRow> make_sparq_row_restless(std::size_t rows);
engine::RtlRows<SystolicEdge> make_sparq_edge_uneven(std::size_t edges,
                                                     const engine::SharedSimulation& with);
#endif

namespace test {
namespace {

constexpr unsigned inputs[] = {1, 3, 16, 31, 32, 35};

bool without_rtl() {
  if (SystolicRow::built().empty()) {
    WARN("skipped: built without Verilator");
  }
  return SystolicRow::built().empty();
}

/// What rows in SystemVerilog can do.
void make_fit(SystolicTile& tile) {
  tile.overheads = tile.options.overheads = tile.systolic.array.overheads = true;
  tile.accumulator_bits = tile.options.accumulator_bits = 32;
  tile.systolic.array.accumulator_bits = 32;
  tile.systolic.trimmers = 0;
}

/// A random tile for rows that were built: others are made anew. The conventional machine has one in five.
/// @param columns 0: any
SystolicTile rtl_tile(unsigned channels, RandomBits& random, unsigned columns = 0) {
  while (true) {
    SystolicTile tile =
        make_tile(channels, random.chance(20) ? PeKind::dense : PeKind::sparq, random);
    make_fit(tile);
    // Those of 16 columns are more than half of all, and have one format.
    const unsigned has = tile.geometry.array_columns;
    const bool wide = has == 16 && random.chance(20);
    if (wide || columns != 0) {
      tile.systolic.format.bits = 4;
      tile.systolic.format.placements = 5;
    }
    if (columns == 0 ? wide || has == 4 : has == columns && tile.reduced) {
      return tile;
    }
  }
}

Outcome run_systolic(engine::ArrayModel& array, const SystolicTile& tile,
                     std::uint64_t version = 1) {
  Outcome outcome;
  outcome.accumulators = tile.initial;
  outcome.result = array.compute(tile.operands_at(version), outcome.accumulators);
  return outcome;
}

std::unique_ptr<engine::ArrayModel> detailed(const SystolicTile& tile) {
  return std::make_unique<DetailedSystolicArray>(tile.systolic);
}

std::unique_ptr<engine::ArrayModel> rtl(const SystolicTile& tile) {
  return std::make_unique<RtlSystolicArray>(tile.systolic, tile.geometry.array_rows,
                                            tile.geometry.array_columns);
}

engine::LockstepParams elastic(unsigned throttle, std::uint64_t seed) {
  engine::LockstepParams params;
  params.contract = engine::LockstepContract::elastic;
  params.throttle = throttle;
  params.seed = seed;
  return params;
}

#ifdef LACUNA_HAVE_RTL
using MakeSlice = SystolicSlice (*)(std::size_t rows);

/// Rows with a defect below an edge without one.
template <engine::RtlRows<SystolicRow> (*make)(std::size_t)>
SystolicSlice faulty_rows(std::size_t rows) {
  SystolicSlice slice;
  slice.rows = make(rows);
  slice.edge = engine::make_rtl_rows<SystolicEdge>("LACUNA_RTL_SPARQ",
                                                   {{"columns", 4}, {"bits", 4}, {"placements", 5}},
                                                   1, slice.rows.simulation);
  return slice;
}

SystolicSlice faulty_edge(std::size_t rows) {
  SystolicSlice slice;
  slice.rows = engine::make_rtl_rows<SystolicRow>(
      "LACUNA_RTL_SPARQ", {{"columns", 4}, {"bits", 4}, {"placements", 5}}, rows);
  slice.edge = make_sparq_edge_uneven(1, slice.rows.simulation);
  return slice;
}

/// What lockstep says of a slice with a defect on random tiles; nothing when it finds none.
std::string found(MakeSlice make, const engine::LockstepParams& params) {
  RandomBits random(12);
  for (int tiles = 0; tiles < 40; ++tiles) {
    SystolicTile tile = rtl_tile(33, random, 4);
    tile.systolic.pe = PeKind::sparq;
    engine::LockstepArray both(
        "pe_array", params, detailed(tile),
        std::make_unique<RtlSystolicArray>(tile.systolic, make(tile.geometry.array_rows)));
    try {
      run_systolic(both, tile);
    } catch (const Error& error) {
      return error.what();
    }
  }
  return nothing;
}
#endif

}  // namespace

TEST_CASE("SystemVerilog and detailed agree on random tiles") {
  if (without_rtl()) {
    return;
  }
  RandomBits random(4714);
  std::map<std::string, int> tiles;
  for (int repetition = 0; repetition < 60; ++repetition) {
    for (const unsigned channels : inputs) {
      const SystolicTile tile = rtl_tile(channels, random);
      INFO("tile of " << channels << " channels, repetition " << repetition);
      const Outcome outcome = run_systolic(*rtl(tile), tile);
      REQUIRE(differences(outcome, run_systolic(*detailed(tile), tile)) == nothing);
      REQUIRE(outcome.accumulators == expected_sums(tile));
      const bool sparq = tile.systolic.pe == PeKind::sparq;
      ++tiles[!sparq ? "dense"
                     : "format " + std::to_string(tile.systolic.format.placements) +
                           (tile.reduced ? " reduced" : " at 8 bits")];
      tiles["odd K"] += sparq && tile.reduced && tile.geometry.step.elements % 2 == 1;
      tiles["K % 4 = 3"] += sparq && tile.reduced && tile.geometry.step.elements % 4 == 3;
      tiles["signed"] += tile.geometry.window.is_signed;
      tiles["16 columns"] += tile.geometry.array_columns == 16;
      tiles["skew " + std::to_string(static_cast<int>(tile.systolic.skew))] += 1;
      tiles["stalled by the drain"] += outcome.result.drain_stall_cycles != 0;
    }
  }
  for (const auto& [stratum, count] : tiles) {
    std::cout << "  " << stratum << ": " << count << " tiles\n";
    CHECK(count > 2);
  }
  CHECK(tiles.size() == 19);
}

TEST_CASE("SystemVerilog and detailed agree when no activation is zero, and when all are") {
  if (without_rtl()) {
    return;
  }
  RandomBits random(6);
  for (const Zeros zeros : {Zeros::all, Zeros::none}) {
    for (int repetition = 0; repetition < 24; ++repetition) {
      SystolicTile tile = rtl_tile(inputs[repetition % 6], random);
      refill(tile, zeros, random);
      const Outcome outcome = run_systolic(*rtl(tile), tile);
      REQUIRE(differences(outcome, run_systolic(*detailed(tile), tile)) == nothing);
      REQUIRE((zeros == Zeros::none || outcome.accumulators == tile.initial));
    }
  }
}

TEST_CASE("rows of extreme values overflow nowhere") {
  if (without_rtl()) {
    return;
  }
  RandomBits random(8);
  for (const std::uint8_t weight : {0x80, 0x7F, 0xFF}) {
    for (const std::uint8_t activation : {0x80, 0x7F, 0xFF}) {
      for (int repetition = 0; repetition < 5; ++repetition) {
        SystolicTile tile = rtl_tile(35, random);
        std::fill(tile.weights.begin(), tile.weights.end(), weight);
        std::fill(tile.activations.begin(), tile.activations.end(), activation);
        REQUIRE(differences(run_systolic(*rtl(tile), tile), run_systolic(*detailed(tile), tile)) ==
                nothing);
      }
    }
  }
}

TEST_CASE("both bodies carry a drain from step to step") {
  if (without_rtl()) {
    return;
  }
  RandomBits random(99);
  unsigned stalled = 0;
  for (int repetition = 0; repetition < 60; ++repetition) {
    SystolicTile tile = rtl_tile(1, random);
    tile.systolic.drain_columns = 1;
    tile.systolic.clocks = CountedClocks::all;
    const auto by_signals = detailed(tile);
    const auto by_rtl = rtl(tile);
    const Outcome first = run_systolic(*by_signals, tile, 1);
    REQUIRE(differences(run_systolic(*by_rtl, tile, 1), first) == nothing);
    const Outcome second = run_systolic(*by_signals, tile, 2);
    REQUIRE(differences(run_systolic(*by_rtl, tile, 2), second) == nothing);
    stalled += second.result.drain_stall_cycles > first.result.drain_stall_cycles ? 1 : 0;
  }
  CHECK(stalled > 0);
}

TEST_CASE("throttled handshakes cost both bodies the same time, and no sum") {
  if (without_rtl()) {
    return;
  }
  RandomBits random(5);
  for (unsigned tiles = 0; tiles < 40; ++tiles) {
    const SystolicTile tile = rtl_tile(31, random);
    engine::LockstepArray both("pe_array", elastic(20 + 2 * tiles, tiles), detailed(tile),
                               rtl(tile));
    const Outcome throttled = run_systolic(both, tile);
    const Outcome free = run_systolic(*detailed(tile), tile);
    CHECK(throttled.accumulators == free.accumulators);
    CHECK(throttled.result.cycles > free.result.cycles);
    CHECK(throttled.result.busy_cycles == free.result.busy_cycles);
    CHECK(throttled.result.cycles == throttled.result.busy_cycles +
                                         throttled.result.drain_stall_cycles +
                                         throttled.result.fill_cycles);
  }
}

TEST_CASE("a body with a wrong sum or a clock more is found") {
  RandomBits random(99);
  const SystolicTile tile = rtl_tile(33, random);
  const auto lockstep = [&tile](unsigned wrong_result, bool late) {
    engine::LockstepArray both("pe_array", {}, detailed(tile),
                               std::make_unique<FaultyArray>(detailed(tile), wrong_result, late));
    run_systolic(both, tile);
  };
  CHECK_THROWS_WITH(lockstep(0, false), Catch::Contains("expected"));
  CHECK_THROWS_WITH(lockstep(FaultyArray::none, true), Catch::Contains("due in"));
  CHECK_NOTHROW(lockstep(FaultyArray::none, false));
}

TEST_CASE("a slice in SystemVerilog with a defect is found") {
#ifdef LACUNA_HAVE_RTL
  const engine::LockstepParams exact;
  CHECK_THAT(found(faulty_rows<make_sparq_row_narrow>, exact), Catch::Contains("expected"));
  CHECK_THAT(found(faulty_rows<make_sparq_row_blind>, exact), Catch::Contains("expected"));
  CHECK(found(faulty_rows<make_sparq_row_late>, exact) != nothing);
  CHECK(found(faulty_rows<make_sparq_row_restless>, elastic(50, 1)) != nothing);
  CHECK_THAT(found(faulty_edge, exact), Catch::Contains("expected"));
#else
  WARN("skipped: built without Verilator");
#endif
}

TEST_CASE("a slice that was not built is refused with those that were") {
  SystolicOptions options;
  if (SystolicRow::built().empty()) {
    CHECK_THROWS_WITH(RtlSystolicArray(options, 1, 16),
                      Catch::Contains("install the package verilator"));
    return;
  }
  CHECK_THROWS_WITH(RtlSystolicArray(options, 1, 13),
                    Catch::Contains("no row with columns 13, bits 4, placements 5 was built") &&
                        Catch::Contains("columns 16, bits 4, placements 5"));
  options.trimmers = 4;
  CHECK_THROWS_WITH(RtlSystolicArray(options, 1, 16), Catch::Contains("for every column"));
  options.trimmers = 0;
  options.array.accumulator_bits = 24;
  CHECK_THROWS_WITH(RtlSystolicArray(options, 1, 16), Catch::Contains("32 bits, not 24"));
  options.pe = PeKind::sysmt;
  CHECK_THROWS_WITH(RtlSystolicArray(options, 1, 16), Catch::Contains("dense and sparq"));
}

}  // namespace test
}  // namespace lacuna::sparq
