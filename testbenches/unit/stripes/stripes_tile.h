// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/array_options.h"
#include "support/array/array_tile.h"

namespace lacuna::baselines::test {

using namespace lacuna::test;

/// A tile of Stripes', written by the tests and not by the packer.
struct StripesTile : ArrayTile {
  engine::ArrayOptions options;
};

/// Rows of [blocks, rows, elements] filled up to 16 bytes; what fills them up is never used.
inline void fill_stream(StripesTile& tile, RandomBits& random) {
  const engine::TileStep& step = tile.geometry.step;
  const unsigned slots = step.blocks * tile.geometry.array_rows;
  const unsigned row_bytes = (step.elements + 15) / 16 * 16;
  tile.weights.assign(std::size_t{slots} * row_bytes, 0);
  for (unsigned channel = 0; channel < step.channels; ++channel) {
    for (unsigned e = 0; e < row_bytes; ++e) {
      const int kind = random.between(0, 9);
      const int value = kind == 0   ? -128
                        : kind == 1 ? 127
                        : kind == 2 ? 0
                                    : random.between(-128, 127);
      tile.weights[std::size_t{channel} * row_bytes + e] = static_cast<std::uint8_t>(value);
      if (e < step.elements) {
        tile.decoded.push_back(value);
        tile.has_minimum |= value == -128;
        tile.has_maximum |= value == 127;
      }
    }
  }
}

/// @param inputs C, input channels; the rest is random
inline StripesTile make_tile(unsigned inputs, RandomBits& random) {
  StripesTile tile;
  choose_geometry(tile, inputs, random.chance(75), random);
  fill_activations(tile, random);
  if (random.chance(40)) {
    fill_dynamic(tile, random);
  } else {
    fill_stream(tile, random);
  }
  choose_options(tile, random);
  tile.options.accumulator_bits = tile.accumulator_bits;
  tile.options.overheads = tile.overheads;
  tile.options.output_latency = random.chance(70) ? 3 : 1 + random.up_to(5);
  tile.options.turner_latency = random.up_to(6);
  tile.block_cycles.assign(tile.geometry.step.blocks,
                           8ull * ((tile.geometry.step.elements + 7) / 8));
  return tile;
}

}  // namespace lacuna::baselines::test
