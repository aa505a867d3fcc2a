// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "sparse/hss_format.h"
#include "support/array/array_tile.h"

namespace lacuna::test {

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

inline void note(ArrayTile& tile, int value) {
  tile.has_minimum |= value == -128;
  tile.has_maximum |= value == 127;
}

/// Rows of kept values, windows counted from the channel's first element; values that belong to another chunk are there and
/// never used. @return elements of the first window that are before the tile
inline unsigned fill_structured(ArrayTile& tile, const sparse::HssFormat& format,
                                RandomBits& random) {
  const engine::TileStep& step = tile.geometry.step;
  const unsigned window = format.window_elements();
  const unsigned phase = step.first_element % window;
  const unsigned windows = (phase + step.elements + window - 1) / window;
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
          if (element >= phase && element - phase < step.elements) {
            tile.decoded[std::size_t{channel} * step.elements + element - phase] = value;
            note(tile, value);
          }
        }
      }
    }
  }
  return phase;
}

}  // namespace lacuna::test
