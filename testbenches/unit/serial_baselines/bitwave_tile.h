// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>

#include "baselines/bitwave/options.h"
#include "support/array/array_tile.h"
#include "support/array/dense_row_tile.h"

namespace lacuna::baselines::test {

using namespace lacuna::test;

/// A tile of BitWave's, written by the tests and not by the packer.
struct BitwaveTile : DenseRowTile {
  BitwaveRule rule;
  std::uint32_t pass_elements = 8;
};

/// Cycles of one group of eight weights in sign-magnitude: counts instead of masks.
inline unsigned group_cycles(const std::vector<int>& weights, SignColumn sign) {
  unsigned magnitude_columns = 0;
  for (int bit = 1; bit <= 64; bit *= 2) {
    bool used = false;
    for (const int weight : weights) {
      used = used || (std::abs(weight) / bit) % 2 == 1;
    }
    magnitude_columns += used ? 1 : 0;
  }
  bool negative = false;
  for (const int weight : weights) {
    negative = negative || weight < 0;
  }
  if (sign == SignColumn::beside || magnitude_columns == 0) {
    return magnitude_columns;
  }
  const unsigned all = magnitude_columns + (negative ? 1 : 0);
  return sign == SignColumn::serial ? all : std::max(1u, all - 1);
}

inline std::vector<int> weights_of(const ArrayTile& tile, unsigned channel, unsigned first,
                                   unsigned count) {
  const unsigned elements = tile.geometry.step.elements;
  std::vector<int> weights;
  for (unsigned e = first; e < std::min(first + count, elements); ++e) {
    weights.push_back(tile.decoded[std::size_t{channel} * elements + e]);
  }
  return weights;
}

/// The tile's weights as columns and indices.
inline void write_columns(BitwaveTile& tile) {
  const engine::TileStep& step = tile.geometry.step;
  const unsigned rows = tile.geometry.array_rows;
  for (unsigned slot = 0; slot < step.blocks * rows; ++slot) {
    for (unsigned e = 0; e < step.elements; e += 8) {
      std::uint8_t index = 0;
      const std::vector<int> weights =
          slot < step.channels ? weights_of(tile, slot, e, 8) : std::vector<int>();
      for (int column = 7; column >= 0; --column) {
        unsigned bits = 0;
        for (unsigned lane = 0; lane < weights.size(); ++lane) {
          const bool one =
              column == 7 ? weights[lane] < 0 : (std::abs(weights[lane]) >> column) % 2 == 1;
          bits += one ? 1u << lane : 0u;
        }
        if (bits != 0) {
          tile.weights.push_back(static_cast<std::uint8_t>(bits));
          index = static_cast<std::uint8_t>(index | (1u << column));
        }
      }
      tile.metadata.push_back(index);
    }
    if ((slot + 1) % rows == 0) {
      tile.weights.resize((tile.weights.size() + 15) / 16 * 16, 0);
      tile.metadata.resize((tile.metadata.size() + 15) / 16 * 16, 0);
    }
  }
}

/// T of every block: the most cycles of a group among all rows and PEs of a pass.
inline void expect_cycles(BitwaveTile& tile) {
  const bool dense = tile.source != engine::WeightSource::stream;
  tile.block_cycles =
      expected_block_cycles(tile, tile.pass_elements, [&](const std::vector<int>& weights) {
        unsigned most = 0;
        for (std::size_t first = 0; first < weights.size(); first += 8) {
          const auto begin = weights.begin() + static_cast<std::ptrdiff_t>(first);
          const auto end =
              weights.begin() + static_cast<std::ptrdiff_t>(std::min(first + 8, weights.size()));
          most = std::max(most, dense ? 8u : group_cycles({begin, end}, tile.rule.sign));
        }
        return most;
      });
}

/// @param inputs C, input channels; the rest is random
inline BitwaveTile make_bitwave_tile(unsigned inputs, RandomBits& random) {
  BitwaveTile tile;
  choose_geometry(tile, inputs, random.chance(75), random);
  const std::uint32_t pes = 1u << random.up_to(2);
  tile.pass_elements = 8 * (random.chance(40) ? 1 : pes);
  // The array is what this shape leaves of it, and now and then more.
  const ArrayShape used = {tile.pass_elements, tile.geometry.array_rows,
                           tile.geometry.array_columns};
  const ArrayShape whole = {8, used.rows * used.elements / 8 + 1, used.columns};
  tile.rule.shapes = {whole, used};
  tile.rule.sign = std::vector<SignColumn>{SignColumn::beside, SignColumn::serial,
                                           SignColumn::minus_one}[random.up_to(2)];
  fill_activations(tile, random);
  tile.all_zero = random.chance(5);
  if (!tile.all_zero && random.chance(30)) {
    fill_dynamic(tile, random);
  } else {
    const int style = random.between(0, 2);
    for (unsigned i = 0; i < tile.geometry.step.channels * tile.geometry.step.elements; ++i) {
      const int any = random.chance(10) ? 127 : random.between(-127, 127);
      const int weight = tile.all_zero ? 0 : style == 0 ? any : style == 1 ? any / 16 : any / 8 * 8;
      tile.decoded.push_back(style == 1 && random.chance(70) ? std::abs(weight) : weight);
      tile.has_maximum |= tile.decoded.back() == 127;
    }
    write_columns(tile);
  }
  choose_dense_options(tile, random);
  expect_cycles(tile);
  return tile;
}

/// What must hold of the counters of an array that a shape may leave PEs of idle.
inline std::string broken_lanes(const BitwaveTile& tile, const engine::ArrayResult& result) {
  const ArrayShape& whole = tile.rule.shapes.front();
  const std::uint64_t pes = std::uint64_t{whole.rows} * whole.columns;
  std::string names;
  names += result.pe_cycles == result.busy_cycles * pes ? "" : "PE cycles; ";
  names += result.lane_cycles == result.pe_cycles * 8 ? "" : "lanes; ";
  names += result.effectual_lane_cycles + result.intra_pe_idle + result.inter_pe_idle ==
                   result.lane_cycles
               ? ""
               : "effectual + intra + inter; ";
  return names;
}

}  // namespace lacuna::baselines::test
