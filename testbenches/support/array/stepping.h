// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <catch2/catch.hpp>

#include "support/array/array_comparison.h"

namespace lacuna::test {

/// Steps a body through a tile: it must take as many steps as it counts cycles, stay at its end, and hold `expected`.
/// @tparam Tile an ArrayTile, or what a machine derives from it
template <class Tile>
void check_steps(engine::ArrayModel& array, const Tile& tile,
                 const std::vector<std::int32_t>& expected) {
  std::vector<std::int32_t> accumulators = tile.initial;
  array.begin(tile.operands_at(1), accumulators);
  std::uint64_t steps = 0;
  while (array.step()) {
    ++steps;
  }
  CHECK(steps == array.result().cycles);
  CHECK_FALSE(array.step());
  CHECK(accumulators == expected);
}

/// A body that keeps what it made of the weights must take them again when the buffer was loaded anew, and only then.
/// @param tile with so many results that other weights must change some
inline void check_weights_taken_anew(engine::ArrayModel& array, ArrayTile& tile) {
  const Outcome first = run(array, tile, 1);
  std::transform(tile.weights.begin(), tile.weights.end(), tile.weights.begin(),
                 [](std::uint8_t byte) { return static_cast<std::uint8_t>(~byte); });
  CHECK(run(array, tile, 1).accumulators == first.accumulators);
  CHECK(run(array, tile, 2).accumulators != first.accumulators);
}

}  // namespace lacuna::test
