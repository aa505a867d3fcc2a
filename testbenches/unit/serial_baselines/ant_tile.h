// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <vector>

#include "sparse/adaptive_type.h"
#include "support/array/array_tile.h"
#include "support/array/dense_row_tile.h"

namespace lacuna::baselines::test {

using namespace lacuna::test;

/// A tile of ANT's, written by the tests and not by the packer.
struct AntTile : DenseRowTile {
  std::vector<sparse::AdaptiveFormat> formats;  ///< of every channel; empty for run-time weights
  bool reserved = false;                        ///< a code that stands for no int8
};

/// Rows of random codes, a bit at a time, and their formats.
inline void write_codes(AntTile& tile, RandomBits& random) {
  const engine::TileStep& step = tile.geometry.step;
  for (const sparse::AdaptiveFormat& format : tile.formats) {
    std::vector<std::uint8_t> row((step.elements * format.bits + 127) / 128 * 16, 0);
    for (unsigned e = 0; e < step.elements; ++e) {
      const unsigned code =
          tile.all_zero || random.chance(10) ? 0 : random.up_to((1u << format.bits) - 1);
      for (unsigned bit = 0; bit < format.bits; ++bit) {
        const unsigned at = e * format.bits + bit;
        row[at / 8] = static_cast<std::uint8_t>(row[at / 8] | ((code >> bit) & 1u) << (at % 8));
      }
      const int value = sparse::adaptive_value(code, format);
      tile.decoded.push_back(value);
      tile.reserved |= code != 0 && code != 1u << (format.bits - 1) && value == 0;
      tile.has_minimum |= value == -128;
      tile.has_maximum |= value == 127;
    }
    for (unsigned bit = step.elements * format.bits; bit < 8 * row.size(); ++bit) {  // never read
      row[bit / 8] = static_cast<std::uint8_t>(row[bit / 8] | random.up_to(1) << (bit % 8));
    }
    tile.weights.insert(tile.weights.end(), row.begin(), row.end());
    tile.metadata.push_back(sparse::format_byte(format));
  }
  tile.metadata.resize((step.blocks * tile.geometry.array_rows + 15) / 16 * 16, 0xFF);
}

/// T of every block: a pass of sixteen weights takes as many cycles as the widest code among the rows has bits.
inline void expect_cycles(AntTile& tile) {
  const engine::TileStep& step = tile.geometry.step;
  for (unsigned block = 0; block < step.blocks; ++block) {
    unsigned bits = tile.formats.empty() ? 8 : 1;
    const unsigned first = block * tile.geometry.array_rows;
    for (unsigned i = first; i < first + tile.geometry.array_rows && i < tile.formats.size(); ++i) {
      bits = std::max(bits, tile.formats[i].bits);
    }
    tile.block_cycles.push_back(std::uint64_t{bits} * ((step.elements + 15) / 16));
  }
}

/// @param inputs C, input channels; the rest is random
inline AntTile make_ant_tile(unsigned inputs, RandomBits& random) {
  AntTile tile;
  choose_geometry(tile, inputs, random.chance(75), random);
  fill_activations(tile, random);
  tile.all_zero = random.chance(5);
  if (!tile.all_zero && random.chance(30)) {
    fill_dynamic(tile, random);
  } else {
    const bool any_width = random.chance(30);
    const unsigned bits = 4 + random.up_to(4);
    for (unsigned channel = 0; channel < tile.geometry.step.channels; ++channel) {
      const unsigned width = any_width ? 1 + random.up_to(7) : bits;
      const unsigned shift = random.chance(10) ? random.up_to(7) : random.up_to(8 - width);
      tile.formats.push_back({static_cast<sparse::NumericType>(random.up_to(2)), width, shift});
    }
    write_codes(tile, random);
  }
  choose_dense_options(tile, random);
  expect_cycles(tile);
  return tile;
}

/// What must hold of the counters, from the tile's shape alone.
inline std::string broken_lanes(const AntTile& tile, const engine::ArrayResult& result) {
  const std::uint64_t pes = std::uint64_t{tile.geometry.array_rows} * tile.geometry.array_columns;
  const engine::TileStep& step = tile.geometry.step;
  const std::uint64_t batches =
      engine::column_batches(step.height, step.width, tile.geometry.array_columns,
                             tile.geometry.spread)
          .size();
  std::uint64_t busy = 0;
  for (const std::uint64_t cycles : tile.block_cycles) {
    busy += cycles * batches;
  }
  std::string names;
  const auto require = [&names](const char* name, bool holds) {
    names += holds ? "" : std::string(name) + "; ";
  };
  require("busy", result.busy_cycles == busy);
  require("cycles",
          result.cycles == result.busy_cycles + result.drain_stall_cycles + result.fill_cycles);
  require("without overheads only busy", tile.overheads || result.cycles == busy);
  require("PE cycles", result.pe_cycles == busy * pes);
  require("lanes", result.lane_cycles == busy * pes * 16);
  require("effectual + intra + inter",
          result.effectual_lane_cycles + result.intra_pe_idle + result.inter_pe_idle ==
              result.lane_cycles);
  return names;
}

}  // namespace lacuna::baselines::test
