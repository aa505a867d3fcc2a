// SPDX-License-Identifier: Apache-2.0
//
// The chain detailed = fast, and both = a direct convolution.
#include <string>

#include <catch2/catch.hpp>

#include "baselines/stripes/array_detailed.h"
#include "baselines/stripes/array_fast.h"
#include "stripes_tile.h"
#include "support/array/equal_bodies.h"
#include "support/array/stepping.h"

using namespace lacuna;
using namespace lacuna::baselines;
using namespace lacuna::baselines::test;

namespace {

constexpr unsigned inputs[] = {1, 3, 16, 31, 32, 33};

const Bodies<StripesTile> bodies = bodies_of<StripesTile, FastStripesArray, DetailedStripesArray>(
    [](const StripesTile& tile) { return tile.options; });

}  // namespace

TEST_CASE("fast and detailed agree with each other and with a direct convolution on random tiles") {
  const Coverage coverage =
      check_equal_bodies(bodies, inputs, 170, 2025, make_tile,
                         [](const StripesTile& tile, const engine::ArrayResult& result, Coverage&) {
                           REQUIRE(broken_invariants(tile, result) == nothing);
                         });
  CHECK(coverage.size() == 6 + 35);
  CHECK(coverage.missing() == nothing);
}

TEST_CASE("one cycle more in either body is a difference") {
  check_slower_bodies(bodies, inputs, 6, make_tile);
}

TEST_CASE("fast and detailed agree on tiles with flipped and missing bytes") {
  RandomBits random(78);
  for (unsigned repetition = 0; repetition < 60; ++repetition) {
    StripesTile tile = make_tile(inputs[repetition % 6], random);
    damage_weights(tile, repetition, random);
    REQUIRE(differences(bodies.run_fast(tile), bodies.run_detailed(tile)) == nothing);
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
