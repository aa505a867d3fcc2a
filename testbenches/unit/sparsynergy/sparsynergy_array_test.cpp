// SPDX-License-Identifier: Apache-2.0
//
// The chain detailed = fast, and both = the reference's kernels, in every configuration of the format.
#include <iostream>
#include <string>

#include <catch2/catch.hpp>

#include "sparsynergy/array_detailed.h"
#include "sparsynergy/array_fast.h"
#include "sparsynergy_tile.h"
#include "support/array/coverage.h"
#include "support/array/stepping.h"

using namespace lacuna;
using namespace lacuna::sparsynergy;
using namespace lacuna::sparsynergy::test;

namespace {

constexpr unsigned inputs[] = {1, 3, 16, 31, 33};

std::string all_differences(const LoadedOutcome& a, const LoadedOutcome& b) {
  return differences(a, b) + load_differences(a.loads, b.loads);
}

void count_own(Coverage& coverage, const SparsynergyTile& tile, const LoadedOutcome& outcome) {
  const bool intended = tile.options.numerics == Numerics::intended;
  coverage.count("numerics intended", intended);
  coverage.count("numerics of the published RTL", !intended);
  coverage.count("operands fed in parts", outcome.loads.feed_stall_cycles > 0);
  coverage.count("partial sums waited for", outcome.loads.hazard_stall_cycles > 0);
  coverage.count("both waited for",
                 outcome.loads.feed_stall_cycles > 0 && outcome.loads.hazard_stall_cycles > 0);
  coverage.count("no weight beyond four columns", outcome.loads.second_loads == 0);
  coverage.count("second loads", outcome.loads.second_loads > 0);
}

}  // namespace

TEST_CASE("fast and detailed agree with each other and with the reference in all configurations") {
  RandomBits random(2026);
  Coverage coverage;
  unsigned tiles = 0;
  for (int repetition = 0; repetition < 12; ++repetition) {
    for (const sparse::UnifiedFormat& format : sparse::unified_formats()) {
      const SparsynergyTile tile = make_tile(inputs[tiles % 5], format, random);
      const LoadedOutcome detailed = run_array<DetailedArray>(tile);
      const LoadedOutcome fast = run_array<FastArray>(tile);
      INFO("tile " << tiles << ", " << name_of(format));
      REQUIRE(all_differences(fast, detailed) == nothing);
      REQUIRE(detailed.accumulators == expected_sums(tile));
      REQUIRE(detailed.result.effective_macs == expected_effective_macs(tile));
      REQUIRE(broken_load_invariants(tile, detailed) == nothing);
      coverage.count(tile, detailed.result);
      count_own(coverage, tile, detailed);
      ++tiles;
    }
  }
  std::cout << "coverage of " << tiles << " tiles:\n";
  coverage.print();
  CHECK(tiles == 12 * 48);
  CHECK(coverage.missing() == nothing);
}

TEST_CASE("one cycle more in either body is a difference") {
  RandomBits random(6);
  for (const sparse::UnifiedFormat& format : sparse::unified_formats()) {
    const SparsynergyTile tile = make_tile(16, format, random);
    FastArray fast(tile.options);
    DetailedArray detailed(tile.options);
    SlowerByOne slow_fast(fast);
    SlowerByOne slow_detailed(detailed);
    CHECK(differences(run(slow_fast, tile, 1), run_array<DetailedArray>(tile)) != nothing);
    CHECK(differences(run_array<FastArray>(tile), run(slow_detailed, tile, 1)) != nothing);
  }
}

TEST_CASE("fast and detailed agree on tiles with flipped and missing bytes") {
  RandomBits random(78);
  for (const sparse::UnifiedFormat& format : sparse::unified_formats()) {
    SparsynergyTile tile = make_tile(inputs[random.up_to(4)], format, random);
    tile.weights[random.up_to(static_cast<unsigned>(tile.weights.size()) - 1)] ^= 0x10;
    if (!tile.metadata.empty()) {
      tile.metadata[random.up_to(static_cast<unsigned>(tile.metadata.size()) - 1)] ^= 0x24;
      tile.metadata.resize(tile.metadata.size() -
                           (random.chance(20) ? tile.metadata.size() / 3 : 0));
    }
    tile.weights.resize(tile.weights.size() - (random.chance(30) ? tile.weights.size() / 3 : 0));
    INFO(name_of(format));
    REQUIRE(all_differences(run_array<FastArray>(tile), run_array<DetailedArray>(tile)) == nothing);
  }
}

TEST_CASE("a body stepped clock by clock takes as many steps as it counts cycles") {
  RandomBits random(31);
  for (const unsigned channels : inputs) {
    const SparsynergyTile tile = make_tile(channels, {3, 3, 8}, random);
    FastArray fast(tile.options);
    DetailedArray detailed(tile.options);
    check_steps(fast, tile, expected_sums(tile));
    check_steps(detailed, tile, expected_sums(tile));
  }
}

TEST_CASE("fast takes weights again when the buffer was loaded anew, and only then") {
  RandomBits random(10);
  SparsynergyTile tile = make_tile(33, {8, 2, 4}, random);
  while (tile.initial.size() < 100 || tile.source != engine::WeightSource::stream) {
    tile = make_tile(33, {8, 2, 4}, random);
  }
  FastArray array(tile.options);
  check_weights_taken_anew(array, tile);
}
