// SPDX-License-Identifier: Apache-2.0
//
// The array with octets in SystemVerilog equals the detailed one in bits, cycles and counters.
#include <algorithm>
#include <iostream>
#include <string>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "engine/lockstep_array.h"
#include "sparsynergy/array_detailed.h"
#include "sparsynergy/array_rtl.h"
#include "unit/sparsynergy/sparsynergy_tile.h"

namespace lacuna::sparsynergy {

#ifdef LACUNA_HAVE_RTL
// Octets with a defect (CMakeLists.txt).
engine::RtlRows<Octet> make_sparsynergy_octet_narrow(std::size_t octets);
engine::RtlRows<Octet> make_sparsynergy_octet_blind(std::size_t octets);
engine::RtlRows<Octet> make_sparsynergy_octet_late(std::size_t octets);
engine::RtlRows<Octet> make_sparsynergy_octet_restless(std::size_t octets);
#endif

namespace test {
namespace {

bool without_rtl() {
  if (Octet::built().empty()) {
    WARN("skipped: built without Verilator");
  }
  return Octet::built().empty();
}

unsigned octets_of(const SparsynergyTile& tile) {
  return tile.geometry.array_rows / octet_channels * tile.geometry.array_columns;
}

/// A random tile for octets that were built: others are made anew.
SparsynergyTile rtl_tile(unsigned inputs, const sparse::UnifiedFormat& format, RandomBits& random) {
  while (true) {
    SparsynergyTile tile = make_tile(inputs, format, random, octet_channels);
    if (octets_of(tile) > 16) {
      continue;
    }
    tile.overheads = tile.options.overheads = true;
    tile.options.sum_bits = 32;
    return tile;
  }
}

sparse::UnifiedFormat any_format(RandomBits& random) {
  const std::vector<sparse::UnifiedFormat> formats = sparse::unified_formats();
  return formats[random.up_to(static_cast<unsigned>(formats.size()) - 1)];
}

LoadedOutcome run_rtl(const SparsynergyTile& tile) {
  RtlArray array(tile.options, octets_of(tile));
  LoadedOutcome outcome;
  static_cast<Outcome&>(outcome) = run(array, tile, 1);
  outcome.loads = array.loads();
  return outcome;
}

std::string all_differences(const LoadedOutcome& a, const LoadedOutcome& b) {
  return differences(a, b) + load_differences(a.loads, b.loads);
}

engine::LockstepParams elastic(unsigned throttle, std::uint64_t seed) {
  engine::LockstepParams params;
  params.contract = engine::LockstepContract::elastic;
  params.throttle = throttle;
  params.seed = seed;
  return params;
}

#ifdef LACUNA_HAVE_RTL
/// What lockstep says of octets with a defect on random tiles; nothing when it finds none.
std::string found(engine::RtlRows<Octet> (*make)(std::size_t octets),
                  const engine::LockstepParams& params) {
  RandomBits random(12);
  for (int tiles = 0; tiles < 40; ++tiles) {
    SparsynergyTile tile = rtl_tile(33, any_format(random), random);
    tile.options.numerics = Numerics::intended;
    engine::LockstepArray both("pe_array", params, std::make_unique<DetailedArray>(tile.options),
                               std::make_unique<RtlArray>(tile.options, make(octets_of(tile))));
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

TEST_CASE("SystemVerilog and detailed agree on random tiles in all configurations") {
  if (without_rtl()) {
    return;
  }
  RandomBits random(4713);
  unsigned published = 0;
  unsigned waited = 0;
  for (const unsigned inputs : {1u, 16u, 33u}) {
    for (const sparse::UnifiedFormat& format : sparse::unified_formats()) {
      const SparsynergyTile tile = rtl_tile(inputs, format, random);
      INFO("tile of " << inputs << " channels, " << name_of(format));
      const LoadedOutcome outcome = run_rtl(tile);
      REQUIRE(all_differences(outcome, run_array<DetailedArray>(tile)) == nothing);
      REQUIRE(outcome.accumulators == expected_sums(tile));
      REQUIRE(broken_load_invariants(tile, outcome) == nothing);
      published += tile.options.numerics == Numerics::published_rtl ? 1 : 0;
      waited += outcome.loads.hazard_stall_cycles != 0 ? 1 : 0;
    }
  }
  std::cout << published << " of 144 tiles with the published RTL's numerics, " << waited
            << " waited for partial sums\n";
  CHECK(published > 10);
  CHECK(waited > 10);
}

TEST_CASE("extreme values overflow nowhere but in the published numerics") {
  if (without_rtl()) {
    return;
  }
  RandomBits random(8);
  for (const std::uint8_t weight : {0x00, 0x7F, 0xFF}) {
    for (const std::uint8_t activation : {0x80, 0x7F, 0xFF}) {
      for (const Numerics numerics : {Numerics::intended, Numerics::published_rtl}) {
        SparsynergyTile tile = rtl_tile(16, {8, 2, 8}, random);
        tile.options.numerics = numerics;
        std::fill(tile.weights.begin(), tile.weights.end(), weight);
        std::fill(tile.activations.begin(), tile.activations.end(), activation);
        REQUIRE(all_differences(run_rtl(tile), run_array<DetailedArray>(tile)) == nothing);
      }
    }
  }
}

TEST_CASE("throttled handshakes cost both bodies the same time, and no sum") {
  if (without_rtl()) {
    return;
  }
  RandomBits random(5);
  for (unsigned tiles = 0; tiles < 40; ++tiles) {
    const SparsynergyTile tile = rtl_tile(31, any_format(random), random);
    engine::LockstepArray both("pe_array", elastic(10 + 2 * tiles, tiles),
                               std::make_unique<DetailedArray>(tile.options),
                               std::make_unique<RtlArray>(tile.options, octets_of(tile)));
    const Outcome throttled = run(both, tile, 1);
    const auto free = run_array<DetailedArray>(tile);
    CHECK(throttled.accumulators == free.accumulators);
    CHECK(throttled.result.cycles > free.result.cycles);
    CHECK(throttled.result.effectual_lane_cycles == free.result.effectual_lane_cycles);
  }
}

TEST_CASE("octets in SystemVerilog with a defect are found") {
#ifdef LACUNA_HAVE_RTL
  const engine::LockstepParams exact;
  CHECK_THAT(found(make_sparsynergy_octet_narrow, exact), Catch::Contains("expected"));
  CHECK_THAT(found(make_sparsynergy_octet_blind, exact), Catch::Contains("expected"));
  CHECK_THAT(found(make_sparsynergy_octet_late, exact), Catch::Contains("due in"));
  CHECK(found(make_sparsynergy_octet_restless, elastic(50, 1)) != nothing);
#else
  WARN("skipped: built without Verilator");
#endif
}

TEST_CASE("an octet that was not built is refused with those that were") {
  ArrayOptions options;
  if (Octet::built().empty()) {
    CHECK_THROWS_WITH(RtlArray(options, 1), Catch::Contains("install the package verilator"));
    return;
  }
  options.sum_bits = 29;
  CHECK_THROWS_WITH(RtlArray(options, 1),
                    Catch::Contains("no row with partial_sum_bits 29, published 0 was built") &&
                        Catch::Contains("partial_sum_bits 32"));
  options.sum_bits = 32;
  options.overheads = false;
  CHECK_THROWS_WITH(RtlArray(options, 1), Catch::Contains("without overheads"));
}

}  // namespace test
}  // namespace lacuna::sparsynergy
