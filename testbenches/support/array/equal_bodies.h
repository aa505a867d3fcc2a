// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/array_model.h"
#include "support/array/array_comparison.h"
#include "support/array/coverage.h"
#include "support/array/random_bits.h"

namespace lacuna::test {

/// The two bodies of a machine, made anew for each tile.
/// @tparam Tile an ArrayTile, or what the machine's tests derive from it
template <class Tile>
struct Bodies {
  using Make = std::function<std::unique_ptr<engine::ArrayModel>(const Tile& tile)>;
  Make fast;
  Make detailed;

  Outcome run_fast(const Tile& tile) const { return run(*fast(tile), tile, 1); }
  Outcome run_detailed(const Tile& tile) const { return run(*detailed(tile), tile, 1); }
};

/// The bodies FAST and DETAILED, made of what `options_of(tile)` says.
template <class Tile, class Fast, class Detailed, class OptionsOf>
Bodies<Tile> bodies_of(OptionsOf options_of) {
  return {[=](const Tile& tile) { return std::make_unique<Fast>(options_of(tile)); },
          [=](const Tile& tile) { return std::make_unique<Detailed>(options_of(tile)); }};
}

/// The chain detailed = fast, and both = a direct convolution (expected_accumulators and expected_effective_macs of a Tile), on
/// `repetitions` random tiles for each number of input channels. Prints the coverage; every stratum has to be met.
/// @param make (channels, random) -> Tile
/// @param particular (tile, result, coverage): requires and counts what the machine adds
template <class Tile, class Inputs, class MakeTile, class Particular>
Coverage check_equal_bodies(const Bodies<Tile>& bodies, const Inputs& inputs, unsigned repetitions,
                            std::uint64_t seed, MakeTile make, Particular particular) {
  RandomBits random(seed);
  Coverage coverage;
  unsigned tiles = 0;
  for (unsigned repetition = 0; repetition < repetitions; ++repetition) {
    for (const unsigned channels : inputs) {
      const Tile tile = make(channels, random);
      const Outcome detailed = bodies.run_detailed(tile);
      INFO("tile " << tiles);
      REQUIRE(differences(bodies.run_fast(tile), detailed) == nothing);
      REQUIRE(detailed.accumulators == expected_accumulators(tile));
      REQUIRE(detailed.result.effective_macs == expected_effective_macs(tile));
      particular(tile, detailed.result, coverage);
      coverage.count("C=" + std::to_string(channels));
      coverage.count(tile, detailed.result);
      ++tiles;
    }
  }
  std::cout << "coverage of " << tiles << " tiles:\n";
  coverage.print();
  CHECK(tiles >= 500);
  return coverage;
}

/// A cycle more in either body must be a difference, or the comparison above shows nothing.
template <class Tile, class Inputs, class MakeTile>
void check_slower_bodies(const Bodies<Tile>& bodies, const Inputs& inputs, std::uint64_t seed,
                         MakeTile make) {
  RandomBits random(seed);
  for (const unsigned channels : inputs) {
    const Tile tile = make(channels, random);
    const auto fast = bodies.fast(tile);
    const auto detailed = bodies.detailed(tile);
    SlowerByOne slow_fast(*fast);
    SlowerByOne slow_detailed(*detailed);
    CHECK(differences(run(slow_fast, tile, 1), bodies.run_detailed(tile)) != nothing);
    CHECK(differences(bodies.run_fast(tile), run(slow_detailed, tile, 1)) != nothing);
  }
}

/// One bit of a tile's weights flipped, and of every third tile the last third of them missing.
template <class Tile>
void damage_weights(Tile& tile, unsigned repetition, RandomBits& random) {
  if (!tile.weights.empty()) {
    tile.weights[random.up_to(static_cast<unsigned>(tile.weights.size()) - 1)] ^= 0x10;
    tile.weights.resize(tile.weights.size() - (repetition % 3 == 0 ? tile.weights.size() / 3 : 0));
  }
}

}  // namespace lacuna::test
