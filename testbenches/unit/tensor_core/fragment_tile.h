// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "baselines/tensor_core/fragment.h"
#include "sparse/hss_format.h"
#include "support/array/array_tile.h"

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

/// Rows of whole bytes, into which bits are put one by one.
inline void put_bits(std::vector<std::uint8_t>& bytes, std::size_t first, unsigned value,
                     unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    const std::size_t bit = first + i;
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] | (value >> i & 1u) << bit % 8);
  }
}

/// `count` places of `of`, rising.
inline std::vector<unsigned> some_places(unsigned count, unsigned of, RandomBits& random) {
  std::vector<unsigned> places;
  for (unsigned place = 0; place < of; ++place) {
    const unsigned left = of - place;
    const unsigned needed = count - static_cast<unsigned>(places.size());
    if (random.up_to(left - 1) < needed) {
      places.push_back(place);
    }
  }
  return places;
}

inline int random_weight(RandomBits& random) {
  const int kind = random.between(0, 9);
  return kind == 0 ? -128 : kind == 1 ? 127 : kind == 2 ? 0 : random.between(-128, 127);
}

inline void note(FragmentTile& tile, int value) {
  tile.has_minimum |= value == -128;
  tile.has_maximum |= value == 127;
}

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

/// Rows of kept values, windows counted from the channel's first element; values that belong to another chunk are there and
/// never used.
inline void fill_structured(FragmentTile& tile, RandomBits& random) {
  const engine::TileStep& step = tile.geometry.step;
  const sparse::HssFormat& format = tile.format;
  const unsigned window = format.window_elements();
  tile.phase = step.first_element % window;
  const unsigned windows = (tile.phase + step.elements + window - 1) / window;
  const unsigned value_row = (windows * format.kept_values() + 15) / 16 * 16;
  const unsigned index_row = ((windows * format.window_index_bits() + 7) / 8 + 15) / 16 * 16;
  const std::size_t slots = std::size_t{step.blocks} * tile.geometry.array_rows;
  tile.weights.assign(slots * value_row, 0);
  tile.metadata.assign(16 + slots * index_row, 0);
  const std::array<unsigned, 4> header = {format.blocks.kept, format.blocks.of, format.values.kept,
                                          format.values.of};
  std::copy(header.begin(), header.end(), tile.metadata.begin());
  tile.decoded.assign(std::size_t{step.channels} * step.elements, 0);
  for (unsigned channel = 0; channel < step.channels; ++channel) {
    std::size_t bit = (16 + std::size_t{channel} * index_row) * 8;
    for (unsigned w = 0; w < windows; ++w) {
      const std::vector<unsigned> blocks =
          some_places(format.blocks.kept, format.blocks.of, random);
      for (const unsigned block : blocks) {
        put_bits(tile.metadata, bit, block, format.blocks.index_bits());
        bit += format.blocks.index_bits();
      }
      for (unsigned b = 0; b < blocks.size(); ++b) {
        const std::vector<unsigned> places =
            some_places(format.values.kept, format.values.of, random);
        for (unsigned i = 0; i < places.size(); ++i) {
          put_bits(tile.metadata, bit, places[i], format.values.index_bits());
          bit += format.values.index_bits();
          const int value = random_weight(random);
          tile.weights[std::size_t{channel} * value_row + w * format.kept_values() +
                       b * format.values.kept + i] = static_cast<std::uint8_t>(value);
          const unsigned element = w * window + blocks[b] * format.values.of + places[i];
          if (element >= tile.phase && element - tile.phase < step.elements) {
            tile.decoded[std::size_t{channel} * step.elements + element - tile.phase] = value;
            note(tile, value);
          }
        }
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
    fill_structured(tile, random);
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
