// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "baselines/sparten/chunk.h"
#include "support/array/array_tile.h"

namespace lacuna::baselines::test {

using namespace lacuna::test;

/// A tile of SparTen's, written by the tests and not by the packer.
struct SpartenTile : ArrayTile {
  SpartenOptions options;
  bool some_row_empty = false;
};

/// Masks of 128 elements, and the values that they announce, row after row on whole words.
inline void fill_stream(SpartenTile& tile, RandomBits& random) {
  const engine::TileStep& step = tile.geometry.step;
  const unsigned row_masks = (step.elements + 127) / 128 * 16;
  tile.metadata.assign(std::size_t{step.blocks} * tile.geometry.array_rows * row_masks, 0);
  const int zeros = random.chance(10) ? 100 : random.between(0, 90);
  for (unsigned channel = 0; channel < step.channels; ++channel) {
    const std::size_t before = tile.weights.size();
    const int zeros_of_row = random.chance(5) ? 100 : zeros;
    for (unsigned e = 0; e < step.elements; ++e) {
      const int kind = random.between(0, 9);
      int value = kind == 0 ? -128 : kind == 1 ? 127 : random.between(-128, 127);
      value = random.chance(zeros_of_row) ? 0 : value;
      tile.decoded.push_back(value);
      tile.has_minimum |= value == -128;
      tile.has_maximum |= value == 127;
      if (value != 0) {
        std::uint8_t& byte = tile.metadata[std::size_t{channel} * row_masks + e / 8];
        byte = static_cast<std::uint8_t>(byte | 1u << e % 8);
        tile.weights.push_back(static_cast<std::uint8_t>(value));
      }
    }
    tile.some_row_empty |= tile.weights.size() == before;
    tile.weights.resize((tile.weights.size() + 15) / 16 * 16, 0xEE);  // never used
  }
  tile.weights.resize(std::max<std::size_t>(tile.weights.size(), 16), 0xEE);
}

/// @param inputs C, input channels; the rest is random
inline SpartenTile make_tile(unsigned inputs, RandomBits& random) {
  SpartenTile tile;
  choose_geometry(tile, inputs, random.chance(75), random);
  fill_activations(tile, random);
  if (random.chance(40)) {
    fill_dynamic(tile, random);
  } else {
    fill_stream(tile, random);
  }
  choose_options(tile, random);
  tile.options.array.accumulator_bits = tile.accumulator_bits;
  tile.options.array.overheads = tile.overheads;
  tile.options.array.output_latency = random.chance(70) ? 3 : 1 + random.up_to(5);
  tile.options.array.turner_latency = random.up_to(6);
  tile.options.chunk_floor = random.chance(60) ? 16 : 1 + random.up_to(30);
  return tile;
}

/// Cycles of every array tile by the rule: of each chunk the most pairs of any PE, and no less than the floor.
inline std::uint64_t expected_busy_cycles(const SpartenTile& tile) {
  const engine::TileGeometry& geometry = tile.geometry;
  const engine::TileStep& step = geometry.step;
  std::uint64_t cycles = 0;
  for (unsigned block = 0; block < step.blocks; ++block) {
    for (const engine::ColumnBatch& batch :
         engine::column_batches(step.height, step.width, geometry.array_columns, geometry.spread)) {
      for (unsigned first = 0; first < step.elements; first += 128) {
        std::uint64_t most = tile.options.chunk_floor;
        const unsigned last_channel = std::min(step.channels, (block + 1) * geometry.array_rows);
        for (unsigned n = block * geometry.array_rows; n < last_channel; ++n) {
          for (unsigned p = batch.first; p < batch.first + batch.count; ++p) {
            std::uint64_t pairs = 0;
            for (unsigned e = first; e < std::min(first + 128, step.elements); ++e) {
              pairs += tile.decoded[std::size_t{n} * step.elements + e] != 0 &&
                               tile.operands[std::size_t{p} * step.elements + e] != 0
                           ? 1
                           : 0;
            }
            most = std::max(most, pairs);
          }
        }
        cycles += most;
      }
    }
  }
  return cycles;
}

}  // namespace lacuna::baselines::test
