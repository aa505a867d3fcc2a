// SPDX-License-Identifier: Apache-2.0
//
// The array in SystemVerilog equals the detailed one in bits, cycles and counters.
#include "bitvert/pe_array_rtl.h"

#include <string>

#include <catch2/catch.hpp>

#include "bitvert/pe_array_detailed.h"
#include "engine/lockstep_array.h"
#include "support/array/array_comparison.h"
#include "support/array/faulty_array.h"
#include "unit/bitvert/tile_case.h"

namespace lacuna::bitvert {

#ifdef LACUNA_HAVE_RTL
// Rows with a defect (CMakeLists.txt).
engine::RtlRows<RtlRow> make_bitvert_row_straight(std::size_t rows);
engine::RtlRows<RtlRow> make_bitvert_row_late(std::size_t rows);
engine::RtlRows<RtlRow> make_bitvert_row_restless(std::size_t rows);
#endif

}  // namespace lacuna::bitvert

using namespace lacuna;
using namespace lacuna::bitvert;
using namespace lacuna::bitvert::test;

namespace {

/// A random tile for rows that were built: other shapes of the array are made to fit.
TileCase rtl_tile(const TileWish& wish, RandomBits& random) {
  while (true) {
    TileCase tile = make_tile(wish, random);
    tile.options.overheads = true;
    tile.options.accumulator_bits = 32;
    if (tile.geometry.array_columns == 4 ||
        (tile.geometry.array_columns == 16 && tile.options.sub_group == 8)) {
      return tile;
    }
  }
}

}  // namespace

TEST_CASE("SystemVerilog and detailed agree on random tiles") {
  if (RtlRow::built().empty()) {
    WARN("skipped: built without Verilator");
    return;
  }
  RandomBits random(4711);
  unsigned tiles = 0;
  for (int repetition = 0; repetition < 12; ++repetition) {
    for (const unsigned channels : {1u, 3u, 16u, 31u, 33u}) {
      for (const Pruning pruning : {Pruning::dense, Pruning::averaging, Pruning::shifting}) {
        const TileWish wish{pruning, 1 + random.up_to(5), channels};
        const TileCase tile = rtl_tile(wish, random);
        DetailedPeArray detailed(tile.options);
        RtlPeArray rtl(tile.options, tile.geometry.array_rows, tile.geometry.array_columns);
        INFO("tile " << tiles);
        REQUIRE(differences(run(rtl, tile, 1), run(detailed, tile, 1)) == nothing);
        ++tiles;
      }
    }
  }
  CHECK(tiles == 180);
}

TEST_CASE("a row that was not built is refused with those that were") {
  ArrayOptions options;
  if (RtlRow::built().empty()) {
    CHECK_THROWS_WITH(RtlPeArray(options, 1, 16), Catch::Contains("install the package verilator"));
    return;
  }
  CHECK_THROWS_WITH(RtlPeArray(options, 1, 13),
                    Catch::Contains("no row with columns 13, sub_group 8 was built") &&
                        Catch::Contains("columns 16, sub_group 8"));
  options.accumulator_bits = 24;
  CHECK_THROWS_WITH(RtlPeArray(options, 1, 16), Catch::Contains("32 bits, not 24"));
}

namespace {

std::unique_ptr<engine::ArrayModel> faulty(const TileCase& tile, unsigned wrong_result, bool late) {
  return std::make_unique<FaultyArray>(std::make_unique<DetailedPeArray>(tile.options),
                                       wrong_result, late);
}

engine::LockstepArray faulty_lockstep(const TileCase& tile, unsigned wrong_result, bool late) {
  return {"pe_array",
          {},
          std::make_unique<DetailedPeArray>(tile.options),
          faulty(tile, wrong_result, late)};
}

}  // namespace

TEST_CASE("lockstep names the first sum that differs, and a cycle that does") {
  RandomBits random(99);
  const TileCase tile = rtl_tile({Pruning::shifting, 4, 33}, random);
  engine::LockstepArray wrong = faulty_lockstep(tile, 0, false);
  CHECK_THROWS_WITH(run(wrong, tile, 1),
                    Catch::Contains("pe_array: bodies in lockstep differ in tile step 0") &&
                        Catch::Contains("expected"));
  engine::LockstepArray late = faulty_lockstep(tile, FaultyArray::none, true);
  CHECK_THROWS_WITH(run(late, tile, 1), Catch::Contains("due in"));
  engine::LockstepArray right = faulty_lockstep(tile, FaultyArray::none, false);
  CHECK_NOTHROW(run(right, tile, 1));
}

TEST_CASE("throttled handshakes cost both bodies the same time, and no sum") {
  if (RtlRow::built().empty()) {
    WARN("skipped: built without Verilator");
    return;
  }
  RandomBits random(5);
  engine::LockstepParams params;
  params.contract = engine::LockstepContract::elastic;
  for (unsigned tiles = 0; tiles < 40; ++tiles) {
    const TileCase tile = rtl_tile({Pruning::averaging, 3, 31}, random);
    params.throttle = 10 + 2 * tiles;
    params.seed = tiles;
    engine::LockstepArray both("pe_array", params, std::make_unique<DetailedPeArray>(tile.options),
                               std::make_unique<RtlPeArray>(tile.options, tile.geometry.array_rows,
                                                            tile.geometry.array_columns));
    const Outcome throttled = run(both, tile, 1);
    DetailedPeArray alone(tile.options);
    const Outcome free = run(alone, tile, 1);
    CHECK(throttled.accumulators == free.accumulators);
    CHECK(throttled.result.cycles > free.result.cycles);
    CHECK(throttled.result.effectual_lane_cycles == free.result.effectual_lane_cycles);
  }
}

TEST_CASE("a body that is a cycle late is found under throttling too") {
  RandomBits random(7);
  const TileCase tile = rtl_tile({Pruning::averaging, 3, 31}, random);
  engine::LockstepParams params;
  params.contract = engine::LockstepContract::elastic;
  engine::LockstepArray late("pe_array", params, std::make_unique<DetailedPeArray>(tile.options),
                             faulty(tile, FaultyArray::none, true));
  CHECK_THROWS_WITH(run(late, tile, 1), Catch::Contains("due in"));
}

#ifdef LACUNA_HAVE_RTL
namespace {

/// What lockstep says of rows with a defect on random tiles; nothing when it finds none.
std::string found(engine::RtlRows<RtlRow> (*make)(std::size_t rows),
                  engine::LockstepContract contract) {
  RandomBits random(12);
  engine::LockstepParams params;
  params.contract = contract;
  for (int tiles = 0; tiles < 200; ++tiles) {
    const TileCase tile = rtl_tile({Pruning::averaging, 4, 33}, random);
    if (tile.geometry.array_columns != 4 || tile.options.sub_group != 8) {
      continue;
    }
    engine::LockstepArray both(
        "pe_array", params, std::make_unique<DetailedPeArray>(tile.options),
        std::make_unique<RtlPeArray>(tile.options, 4, make(tile.geometry.array_rows)));
    try {
      run(both, tile, 1);
    } catch (const Error& error) {
      return error.what();
    }
  }
  return nothing;
}

}  // namespace
#endif

TEST_CASE("rows in SystemVerilog with a defect are found") {
#ifdef LACUNA_HAVE_RTL
  const auto exact = engine::LockstepContract::exact;
  CHECK_THAT(found(make_bitvert_row_straight, exact), Catch::Contains("expected"));
  CHECK_THAT(found(make_bitvert_row_late, exact), Catch::Contains("due in"));
  CHECK(found(make_bitvert_row_restless, engine::LockstepContract::elastic) != nothing);
#else
  WARN("skipped: built without Verilator");
#endif
}
