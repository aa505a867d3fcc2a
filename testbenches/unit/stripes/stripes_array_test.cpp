// SPDX-License-Identifier: Apache-2.0
//
// The chain detailed = fast, and both = a direct convolution.
#include <iostream>
#include <string>

#include <catch2/catch.hpp>

#include "baselines/stripes/array_detailed.h"
#include "baselines/stripes/array_fast.h"
#include "stripes_tile.h"
#include "support/array/array_comparison.h"
#include "support/array/coverage.h"
#include "support/array/stepping.h"

using namespace lacuna;
using namespace lacuna::baselines;
using namespace lacuna::baselines::test;

namespace {

constexpr unsigned inputs[] = {1, 3, 16, 31, 32, 33};

Outcome run_fast(const StripesTile& tile) {
  FastStripesArray array(tile.options);
  return run(array, tile, 1);
}

Outcome run_detailed(const StripesTile& tile) {
  DetailedStripesArray array(tile.options);
  return run(array, tile, 1);
}

}  // namespace

TEST_CASE("fast and detailed agree with each other and with a direct convolution on random tiles") {
  RandomBits random(2025);
  Coverage coverage;
  unsigned tiles = 0;
  for (int repetition = 0; repetition < 170; ++repetition) {
    for (const unsigned channels : inputs) {
      const StripesTile tile = make_tile(channels, random);
      const Outcome detailed = run_detailed(tile);
      const Outcome fast = run_fast(tile);
      INFO("tile " << tiles);
      REQUIRE(differences(fast, detailed) == nothing);
      REQUIRE(detailed.accumulators == expected_accumulators(tile));
      REQUIRE(detailed.result.effective_macs == expected_effective_macs(tile));
      REQUIRE(broken_invariants(tile, detailed.result) == nothing);
      coverage.count("C=" + std::to_string(channels));
      coverage.count(tile, detailed.result);
      ++tiles;
    }
  }
  std::cout << "coverage of " << tiles << " tiles:\n";
  coverage.print();
  CHECK(tiles >= 1000);
  CHECK(coverage.size() == 6 + 35);
  CHECK(coverage.missing() == nothing);
}

TEST_CASE("one cycle more in either body is a difference") {
  RandomBits random(6);
  for (const unsigned channels : inputs) {
    const StripesTile tile = make_tile(channels, random);
    FastStripesArray fast(tile.options);
    DetailedStripesArray detailed(tile.options);
    SlowerByOne slow_fast(fast);
    SlowerByOne slow_detailed(detailed);
    CHECK(differences(run(slow_fast, tile, 1), run_detailed(tile)) != nothing);
    CHECK(differences(run_fast(tile), run(slow_detailed, tile, 1)) != nothing);
  }
}

TEST_CASE("fast and detailed agree on tiles with flipped and missing bytes") {
  RandomBits random(78);
  for (int repetition = 0; repetition < 60; ++repetition) {
    StripesTile tile = make_tile(inputs[repetition % 6], random);
    tile.weights[random.up_to(static_cast<unsigned>(tile.weights.size()) - 1)] ^= 0x10;
    tile.weights.resize(tile.weights.size() - (repetition % 3 == 0 ? tile.weights.size() / 3 : 0));
    REQUIRE(differences(run_fast(tile), run_detailed(tile)) == nothing);
  }
}

TEST_CASE("a body stepped clock by clock takes as many steps as it counts cycles") {
  RandomBits random(31);
  for (const unsigned channels : inputs) {
    const StripesTile tile = make_tile(channels, random);
    FastStripesArray fast(tile.options);
    DetailedStripesArray detailed(tile.options);
    check_steps(fast, tile, expected_accumulators(tile));
    check_steps(detailed, tile, expected_accumulators(tile));
  }
}

TEST_CASE("fast takes weights again when the buffer was loaded anew, and only then") {
  RandomBits random(10);
  StripesTile tile = make_tile(32, random);
  while (tile.initial.size() < 100) {  // so many results that other weights must change some
    tile = make_tile(32, random);
  }
  FastStripesArray array(tile.options);
  check_weights_taken_anew(array, tile);
}
