// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/array_options.h"
#include "support/array/array_tile.h"

namespace lacuna::test {

/// A tile of a machine whose weights are dense rows, written by the tests and not by the packer.
struct DenseRowTile : ArrayTile {
  engine::ArrayOptions options;
  bool all_zero = false;
};

/// Rows of [blocks, rows, elements] filled up to 16 bytes; what fills them up is never used.
/// @param value makes a weight
template <class Value>
void fill_dense_rows(DenseRowTile& tile, RandomBits& random, Value value) {
  const engine::TileStep& step = tile.geometry.step;
  const unsigned slots = step.blocks * tile.geometry.array_rows;
  const unsigned row_bytes = (step.elements + 15) / 16 * 16;
  tile.weights.assign(std::size_t{slots} * row_bytes, 0);
  for (unsigned channel = 0; channel < step.channels; ++channel) {
    for (unsigned e = 0; e < row_bytes; ++e) {
      const int weight = e < step.elements ? value() : random.between(-128, 127);
      tile.weights[std::size_t{channel} * row_bytes + e] = static_cast<std::uint8_t>(weight);
      if (e < step.elements) {
        tile.decoded.push_back(weight);
        tile.has_minimum |= weight == -128;
        tile.has_maximum |= weight == 127;
      }
    }
  }
}

/// Options of the array around a tile.
inline void choose_dense_options(DenseRowTile& tile, RandomBits& random) {
  choose_options(tile, random);
  tile.options.accumulator_bits = tile.accumulator_bits;
  tile.options.overheads = tile.overheads;
  tile.options.output_latency = random.chance(70) ? 3 : 1 + random.up_to(5);
  tile.options.turner_latency = random.up_to(6);
}

/// Weights of every kind: any, small ones as networks have, extremes, now and then none but zeros.
/// @param inputs C, input channels; the rest is random
inline DenseRowTile make_dense_tile(unsigned inputs, RandomBits& random) {
  DenseRowTile tile;
  choose_geometry(tile, inputs, random.chance(75), random);
  fill_activations(tile, random);
  const bool small = random.chance(40);
  tile.all_zero = random.chance(5);
  if (!tile.all_zero && random.chance(40)) {
    fill_dynamic(tile, random);
  } else {
    fill_dense_rows(tile, random, [&] {
      const int kind = random.between(0, 19);
      return tile.all_zero || kind == 0 ? 0
             : kind == 1                ? -128
             : kind == 2                ? 127
             : small                    ? random.between(-9, 9)
                                        : random.between(-128, 127);
    });
  }
  choose_dense_options(tile, random);
  return tile;
}

/// T of every block: for each pass the most that any row takes, at least 1, by a rule for one row's weights of a pass.
template <class Rule>
std::vector<std::uint64_t> expected_block_cycles(const ArrayTile& tile, unsigned pass_elements,
                                                 Rule rule) {
  const engine::TileStep& step = tile.geometry.step;
  std::vector<std::uint64_t> blocks(step.blocks, 0);
  for (unsigned block = 0; block < step.blocks; ++block) {
    for (unsigned first = 0; first < step.elements; first += pass_elements) {
      unsigned most = 1;
      for (unsigned row = 0; row < tile.geometry.array_rows; ++row) {
        const unsigned channel = block * tile.geometry.array_rows + row;
        std::vector<int> weights;
        for (unsigned e = first; e < std::min(first + pass_elements, step.elements); ++e) {
          if (channel < step.channels) {
            weights.push_back(tile.decoded[std::size_t{channel} * step.elements + e]);
          }
        }
        most = std::max(most, static_cast<unsigned>(rule(weights)));
      }
      blocks[block] += most;
    }
  }
  return blocks;
}

}  // namespace lacuna::test
