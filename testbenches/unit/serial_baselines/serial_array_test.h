// SPDX-License-Identifier: Apache-2.0
//
// What the tests of every bit-serial array with dense rows do: the chain detailed = fast, both = a direct convolution, and
// the cycles of a rule that is written down once more here.
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
#include "support/array/dense_row_tile.h"

namespace lacuna::baselines::test {

using namespace lacuna::test;

/// One machine, in one setting.
struct SerialMachine {
  using MakeBody =
      std::function<std::unique_ptr<engine::ArrayModel>(const engine::ArrayOptions& options)>;
  std::string name;
  MakeBody fast;
  MakeBody detailed;
  unsigned pass_elements = 8;
  std::function<unsigned(const std::vector<int>& weights)> pass_cycles;  ///< of one row
};

inline constexpr unsigned input_channels[] = {1, 3, 16, 31, 32, 33, 70};

inline void check_random_tiles(const std::vector<SerialMachine>& machines, unsigned repetitions,
                               std::uint64_t seed) {
  RandomBits random(seed);
  Coverage coverage;
  unsigned tiles = 0;
  for (unsigned repetition = 0; repetition < repetitions; ++repetition) {
    for (const unsigned channels : input_channels) {
      const SerialMachine& machine = machines[tiles % machines.size()];
      DenseRowTile tile = make_dense_tile(channels, random);
      tile.block_cycles = expected_block_cycles(tile, machine.pass_elements, machine.pass_cycles);
      const Outcome detailed = run(*machine.detailed(tile.options), tile, 1);
      const Outcome fast = run(*machine.fast(tile.options), tile, 1);
      INFO("tile " << tiles << " of " << machine.name);
      REQUIRE(differences(fast, detailed) == nothing);
      REQUIRE(detailed.accumulators == expected_accumulators(tile));
      REQUIRE(detailed.result.effective_macs == expected_effective_macs(tile));
      REQUIRE(broken_invariants(tile, detailed.result) == nothing);
      coverage.count(machine.name);
      coverage.count("C=" + std::to_string(channels));
      coverage.count("all weights zero", tile.all_zero);
      coverage.count("rows of a pass differ", detailed.result.inter_pe_idle > 0);
      coverage.count(tile, detailed.result);
      ++tiles;
    }
  }
  std::cout << "coverage of " << tiles << " tiles:\n";
  coverage.print();
  CHECK(tiles >= 500);
  CHECK(coverage.missing() == nothing);
}

inline void check_slower_bodies(const std::vector<SerialMachine>& machines, std::uint64_t seed) {
  RandomBits random(seed);
  for (const SerialMachine& machine : machines) {
    for (const unsigned channels : input_channels) {
      const DenseRowTile tile = make_dense_tile(channels, random);
      const auto fast = machine.fast(tile.options);
      const auto detailed = machine.detailed(tile.options);
      SlowerByOne slow_fast(*fast);
      SlowerByOne slow_detailed(*detailed);
      const Outcome right = run(*machine.fast(tile.options), tile, 1);
      CHECK(differences(run(slow_fast, tile, 1), run(*machine.detailed(tile.options), tile, 1)) !=
            nothing);
      CHECK(differences(right, run(slow_detailed, tile, 1)) != nothing);
    }
  }
}

inline void check_damaged_tiles(const std::vector<SerialMachine>& machines, std::uint64_t seed) {
  RandomBits random(seed);
  for (unsigned repetition = 0; repetition < 60; ++repetition) {
    const SerialMachine& machine = machines[repetition % machines.size()];
    DenseRowTile tile = make_dense_tile(input_channels[repetition % 7], random);
    tile.weights[random.up_to(static_cast<unsigned>(tile.weights.size()) - 1)] ^= 0x10;
    tile.weights.resize(tile.weights.size() - (repetition % 3 == 0 ? tile.weights.size() / 3 : 0));
    REQUIRE(differences(run(*machine.fast(tile.options), tile, 1),
                        run(*machine.detailed(tile.options), tile, 1)) == nothing);
  }
}

}  // namespace lacuna::baselines::test
