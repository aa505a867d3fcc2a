// SPDX-License-Identifier: Apache-2.0
//
// The array in SystemVerilog equals the detailed one in bits, cycles and counters.
#include <string>

#include <catch2/catch.hpp>

#include "bitvert/pe_array_detailed.h"
#include "bitvert/pe_array_rtl.h"
#include "support/array/array_comparison.h"
#include "tile_case.h"

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
    if (tile.geometry.array_columns == 16 ||
        (tile.geometry.array_columns == 4 && tile.options.sub_group == 8)) {
      return tile;
    }
  }
}

}  // namespace

TEST_CASE("SystemVerilog and detailed agree on random tiles") {
  if (built_rtl_rows().empty()) {
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
  if (built_rtl_rows().empty()) {
    CHECK_THROWS_WITH(make_rtl_row(16, options), Catch::Contains("install the package verilator"));
    return;
  }
  CHECK_THROWS_WITH(make_rtl_row(13, options),
                    Catch::Contains("no row of 13 columns") &&
                        Catch::Contains("16 columns with sub-groups of 8"));
  options.accumulator_bits = 24;
  CHECK_THROWS_WITH(make_rtl_row(16, options), Catch::Contains("32 bits, not 24"));
}
