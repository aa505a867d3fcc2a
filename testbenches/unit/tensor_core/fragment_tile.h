// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "baselines/tensor_core/fragment.h"
#include "sparse/hss_format.h"
#include "support/array/array_tile.h"
#include "support/array/structured_rows.h"

namespace lacuna::baselines::test {

using namespace lacuna::test;

/// A tile of an array of octets, written by the tests and not by the packer.
struct FragmentTile : ArrayTile {
  FragmentOptions options;
  bool structured = false;
  sparse::HssFormat format;
  unsigned phase = 0;
  std::uint64_t passes = 0;  ///< of an array tile
};

/// Rows of [blocks, rows, elements] filled up to 16 bytes; what fills them up is never used.
inline void fill_dense(FragmentTile& tile, RandomBits& random) {
  const engine::TileStep& step = tile.geometry.step;
  const unsigned row_bytes = (step.elements + 15) / 16 * 16;
  tile.weights.assign(std::size_t{step.blocks} * tile.geometry.array_rows * row_bytes, 0);
  for (unsigned channel = 0; channel < step.channels; ++channel) {
    for (unsigned e = 0; e < row_bytes; ++e) {
      const int value = random_weight(random);
      tile.weights[std::size_t{channel} * row_bytes + e] = static_cast<std::uint8_t>(value);
      if (e < step.elements) {
        tile.decoded.push_back(value);
        note(tile, value);
      }
    }
  }
}

/// A format of either machine, and how many weights of a window its selection takes.
inline void choose_format(FragmentTile& tile, RandomBits& random) {
  if (random.chance(40)) {
    tile.options.window_slots = 2;
    tile.format = {{1, 1}, {1 + random.up_to(1), 4}};
  } else {
    tile.options.window_slots = 8;
    tile.format = {{4, 4 + random.up_to(4)}, {2, 2 + random.up_to(2)}};
    tile.structured = !tile.format.dense();
    return;
  }
  tile.structured = true;
}

/// @param inputs C, input channels; the rest is random
inline FragmentTile make_tile(unsigned inputs, RandomBits& random) {
  FragmentTile tile;
  choose_geometry(tile, inputs, random.chance(75), random);
  fill_activations(tile, random);
  if (random.chance(65)) {
    choose_format(tile, random);
  }
  if (random.chance(25)) {
    fill_dynamic(tile, random);
    tile.structured = false;
  } else if (tile.structured) {
    tile.phase = fill_structured(tile, tile.format, random);
  } else {
    fill_dense(tile, random);
  }
  choose_options(tile, random);
  tile.options.array.accumulator_bits = tile.accumulator_bits;
  tile.options.array.overheads = tile.overheads;
  tile.options.array.output_latency = random.chance(70) ? 3 : 1 + random.up_to(5);
  tile.options.array.turner_latency = random.up_to(6);
  tile.options.controller =
      controller_of(random.chance(70) ? ControllerKind::ideal : ControllerKind::published_rtl);
  const unsigned window = tile.structured ? tile.format.window_elements() : 16;
  const unsigned pass = tile.structured ? 16 / tile.options.window_slots * window : 16;
  tile.passes = (tile.phase + tile.geometry.step.elements + pass - 1) / pass;
  tile.block_cycles.assign(tile.geometry.step.blocks, tile.passes * tile.options.controller.period);
  return tile;
}

}  // namespace lacuna::baselines::test
