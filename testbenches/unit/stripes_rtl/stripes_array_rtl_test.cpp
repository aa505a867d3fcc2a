// SPDX-License-Identifier: Apache-2.0
//
// The Stripes array in SystemVerilog equals the detailed one in bits, cycles and counters.
#include <string>

#include <catch2/catch.hpp>

#include "baselines/stripes/array_detailed.h"
#include "baselines/stripes/array_rtl.h"
#include "engine/lockstep_array.h"
#include "support/array/array_comparison.h"
#include "support/array/faulty_array.h"
#include "unit/stripes/stripes_tile.h"

namespace lacuna::baselines {

#ifdef LACUNA_HAVE_RTL
// Rows with a defect (CMakeLists.txt).
engine::RtlRows<StripesRow> make_stripes_row_narrow(std::size_t rows);
engine::RtlRows<StripesRow> make_stripes_row_late(std::size_t rows);
engine::RtlRows<StripesRow> make_stripes_row_restless(std::size_t rows);
#endif

namespace test {
namespace {

bool without_rtl() {
  if (StripesRow::built().empty()) {
    WARN("skipped: built without Verilator");
  }
  return StripesRow::built().empty();
}

/// A random tile for rows that were built: others are made anew.
StripesTile rtl_tile(unsigned channels, RandomBits& random, unsigned columns = 0) {
  while (true) {
    StripesTile tile = make_tile(channels, random);
    tile.overheads = tile.options.overheads = true;
    tile.options.accumulator_bits = 32;
    const unsigned has = tile.geometry.array_columns;
    if (columns == 0 ? has == 4 || has == 16 : has == columns) {
      return tile;
    }
  }
}

std::unique_ptr<engine::ArrayModel> detailed(const StripesTile& tile) {
  return std::make_unique<DetailedStripesArray>(tile.options);
}

std::unique_ptr<engine::ArrayModel> rtl(const StripesTile& tile) {
  return std::make_unique<RtlStripesArray>(tile.options, tile.geometry.array_rows,
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
/// What lockstep says of rows with a defect on random tiles; nothing when it finds none.
std::string found(engine::RtlRows<StripesRow> (*make)(std::size_t rows),
                  const engine::LockstepParams& params) {
  RandomBits random(12);
  for (int tiles = 0; tiles < 40; ++tiles) {
    const StripesTile tile = rtl_tile(33, random, 4);
    engine::LockstepArray both(
        "pe_array", params, detailed(tile),
        std::make_unique<RtlStripesArray>(tile.options, 4, make(tile.geometry.array_rows)));
    try {
      run(both, tile, 1);
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
  RandomBits random(4712);
  for (int repetition = 0; repetition < 30; ++repetition) {
    for (const unsigned channels : {1u, 3u, 8u, 16u, 31u, 33u}) {
      const StripesTile tile = rtl_tile(channels, random);
      INFO("tile of " << channels << " channels, repetition " << repetition);
      const Outcome outcome = run(*rtl(tile), tile, 1);
      REQUIRE(differences(outcome, run(*detailed(tile), tile, 1)) == nothing);
      REQUIRE(broken_invariants(tile, outcome.result) == nothing);
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
      StripesTile tile = rtl_tile(16, random);
      std::fill(tile.weights.begin(), tile.weights.end(), weight);
      std::fill(tile.activations.begin(), tile.activations.end(), activation);
      REQUIRE(differences(run(*rtl(tile), tile, 1), run(*detailed(tile), tile, 1)) == nothing);
    }
  }
}

TEST_CASE("throttled handshakes cost both bodies the same time, and no sum") {
  if (without_rtl()) {
    return;
  }
  RandomBits random(5);
  for (unsigned tiles = 0; tiles < 40; ++tiles) {
    const StripesTile tile = rtl_tile(31, random);
    engine::LockstepArray both("pe_array", elastic(10 + 2 * tiles, tiles), detailed(tile),
                               rtl(tile));
    const Outcome throttled = run(both, tile, 1);
    const Outcome free = run(*detailed(tile), tile, 1);
    CHECK(throttled.accumulators == free.accumulators);
    CHECK(throttled.result.cycles > free.result.cycles);
    CHECK(throttled.result.effectual_lane_cycles == free.result.effectual_lane_cycles);
  }
}

TEST_CASE("a body with a wrong sum or a clock more is found") {
  RandomBits random(99);
  const StripesTile tile = rtl_tile(33, random);
  const auto lockstep = [&tile](unsigned wrong_result, bool late) {
    engine::LockstepArray both("pe_array", {}, detailed(tile),
                               std::make_unique<FaultyArray>(detailed(tile), wrong_result, late));
    run(both, tile, 1);
  };
  CHECK_THROWS_WITH(lockstep(0, false), Catch::Contains("expected"));
  CHECK_THROWS_WITH(lockstep(FaultyArray::none, true), Catch::Contains("due in"));
  CHECK_NOTHROW(lockstep(FaultyArray::none, false));
}

TEST_CASE("rows in SystemVerilog with a defect are found") {
#ifdef LACUNA_HAVE_RTL
  const engine::LockstepParams exact;
  CHECK_THAT(found(make_stripes_row_narrow, exact), Catch::Contains("expected"));
  CHECK_THAT(found(make_stripes_row_late, exact), Catch::Contains("due in"));
  CHECK(found(make_stripes_row_restless, elastic(50, 1)) != nothing);
#else
  WARN("skipped: built without Verilator");
#endif
}

TEST_CASE("a row that was not built is refused with those that were") {
  engine::ArrayOptions options;
  if (StripesRow::built().empty()) {
    CHECK_THROWS_WITH(RtlStripesArray(options, 1, 16),
                      Catch::Contains("install the package verilator"));
    return;
  }
  CHECK_THROWS_WITH(
      RtlStripesArray(options, 1, 13),
      Catch::Contains("no row with columns 13 was built") && Catch::Contains("columns 16"));
  options.accumulator_bits = 24;
  CHECK_THROWS_WITH(RtlStripesArray(options, 1, 16), Catch::Contains("32 bits, not 24"));
}

}  // namespace test
}  // namespace lacuna::baselines
