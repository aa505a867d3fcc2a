// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/array_model.h"
#include "support/array/random_bits.h"

namespace lacuna::test {

/// A tile step made up for the tests of an array: what lies in its buffers, and what that means.
struct ArrayTile {
  engine::TileGeometry geometry;
  engine::WeightSource source = engine::WeightSource::stream;
  std::vector<std::uint8_t> weights;
  std::vector<std::uint8_t> metadata;
  std::vector<std::uint8_t> activations;
  unsigned accumulator_bits = 32;
  bool overheads = true;

  std::vector<std::int32_t> decoded;        ///< weights [channels, elements]
  std::vector<std::int32_t> operands;       ///< activations [positions, elements], padding resolved
  std::vector<std::uint64_t> block_cycles;  ///< T of each block
  std::vector<std::int32_t> initial;        ///< accumulators before the tile
  bool has_minimum = false;                 ///< a stored weight of -128
  bool has_maximum = false;                 ///< 127

  engine::TileOperands operands_at(std::uint64_t version) const {
    return {geometry, weights, metadata, activations, source, version};
  }
};

/// A random convolution, cut at random, and one of its steps.
/// @param inputs channels of a convolution group
/// @param small few positions, so that it takes little time
/// @param row_unit rows of the array are 1, 2, 4 or 8 times this; 0: any number
inline void choose_geometry(ArrayTile& tile, unsigned inputs, bool small, RandomBits& random,
                            unsigned row_unit = 0) {
  workload::LayerShape shape;
  shape.groups = random.chance(20) ? 2 : 1;
  shape.in_channels = inputs * shape.groups;
  shape.kernel_height = 1 + random.up_to(2);
  shape.kernel_width = 1 + random.up_to(2);
  shape.stride_height = 1 + random.up_to(1);
  shape.stride_width = 1 + random.up_to(1);
  shape.dilation_height = random.chance(15) ? 2 : 1;
  shape.dilation_width = random.chance(15) ? 2 : 1;
  shape.pad_top = random.up_to(2);
  shape.pad_left = random.up_to(2);
  shape.pad_bottom = random.up_to(2);
  shape.pad_right = random.up_to(2);
  shape.in_height = 5 + random.up_to(3);
  shape.in_width = 5 + random.up_to(6);
  const unsigned rows = row_unit != 0       ? row_unit << random.up_to(3)
                        : random.chance(60) ? 32
                                            : 4 + random.up_to(4);
  const unsigned columns = random.chance(60) ? 16 : 1 + random.up_to(6);
  const unsigned blocks = 1 + random.up_to(1);
  const unsigned last = random.chance(30) ? rows : 1 + random.up_to(rows - 1);
  shape.out_channels = ((blocks - 1) * rows + last) * shape.groups;

  engine::Mapping mapping;
  mapping.array_rows = rows;
  mapping.array_columns = columns;
  mapping.blocks_per_tile = blocks;
  mapping.tile_height = small ? 1 + random.up_to(1) : shape.out_height();
  mapping.tile_width = small ? 1 + random.up_to(shape.out_width() - 1) : shape.out_width();
  const unsigned groups = (shape.reduction() + 31) / 32;
  mapping.groups_per_chunk =
      random.chance(40) ? groups : 1 + random.up_to(std::min(groups, 4u) - 1);
  mapping.layout =
      random.chance(30) ? engine::ActivationLayout::matrix : engine::ActivationLayout::region;
  mapping.spread = random.chance(50) ? engine::PositionSpread::any : engine::PositionSpread::width;
  const std::vector<engine::TileStep> steps = engine::tile_steps(shape, mapping);
  const engine::TileStep& step = steps[random.up_to(static_cast<unsigned>(steps.size()) - 1)];
  tile.geometry.shape = shape;
  tile.geometry.step = step;
  tile.geometry.window = engine::activation_window(shape, mapping, step, random.chance(40));
  tile.geometry.array_rows = rows;
  tile.geometry.array_columns = columns;
  tile.geometry.spread = mapping.spread;
}

/// The rectangle's bytes, and every position's operands read out of the image that they were cut
/// from.
inline void fill_activations(ArrayTile& tile, RandomBits& random) {
  const workload::LayerShape& shape = tile.geometry.shape;
  const engine::TileStep& step = tile.geometry.step;
  const engine::ActivationWindow& window = tile.geometry.window;
  const unsigned inputs = shape.group_in_channels();
  std::vector<std::uint8_t> image(std::size_t{shape.in_height} * shape.in_width * inputs);
  const int zeros = random.between(0, 70);
  for (std::uint8_t& byte : image) {
    byte = random.chance(zeros) ? 0 : static_cast<std::uint8_t>(random.next());
  }
  const auto pixel = [&](int y, int x, unsigned c) {
    return image[(static_cast<unsigned>(y) * shape.in_width + static_cast<unsigned>(x)) * inputs +
                 c];
  };
  for (unsigned row = 0; row < step.height; ++row) {
    for (unsigned column = 0; column < step.width; ++column) {
      for (unsigned e = step.first_element; e < step.first_element + step.elements; ++e) {
        const unsigned kernel_row = e / (inputs * shape.kernel_width);
        const unsigned kernel_column = e / inputs % shape.kernel_width;
        const int y = static_cast<int>((step.out_row + row) * shape.stride_height +
                                       kernel_row * shape.dilation_height) -
                      static_cast<int>(shape.pad_top);
        const int x = static_cast<int>((step.out_column + column) * shape.stride_width +
                                       kernel_column * shape.dilation_width) -
                      static_cast<int>(shape.pad_left);
        const bool inside = y >= 0 && y < static_cast<int>(shape.in_height) && x >= 0 &&
                            x < static_cast<int>(shape.in_width);
        const std::uint8_t byte = inside ? pixel(y, x, e % inputs) : 0;
        tile.operands.push_back(window.is_signed ? static_cast<std::int8_t>(byte) : byte);
        if (window.layout == engine::ActivationLayout::matrix) {
          // Padding is never read from the buffer: what lies there is of no importance.
          tile.activations.push_back(inside ? byte : static_cast<std::uint8_t>(random.next()));
        }
      }
    }
  }
  if (window.layout == engine::ActivationLayout::region) {
    for (unsigned y = window.first_row; y < window.first_row + window.rows; ++y) {
      for (unsigned x = window.first_column; x < window.first_column + window.columns; ++x) {
        for (unsigned c = 0; c < inputs; ++c) {
          tile.activations.push_back(pixel(static_cast<int>(y), static_cast<int>(x), c));
        }
      }
    }
  }
}

/// Weights as a GEMM computed them at run time, either way round.
inline void fill_dynamic(ArrayTile& tile, RandomBits& random) {
  const engine::TileStep& step = tile.geometry.step;
  const bool transposed = random.chance(50);
  tile.source =
      transposed ? engine::WeightSource::dynamic_transposed : engine::WeightSource::dynamic;
  tile.decoded.resize(std::size_t{step.channels} * step.elements);
  tile.weights.resize(tile.decoded.size());
  for (unsigned channel = 0; channel < step.channels; ++channel) {
    for (unsigned e = 0; e < step.elements; ++e) {
      const int value = random.chance(20) ? 0 : random.between(-128, 127);
      tile.has_minimum |= value == -128;
      tile.has_maximum |= value == 127;
      tile.decoded[channel * step.elements + e] = value;
      tile.weights[transposed ? e * step.channels + channel : channel * step.elements + e] =
          static_cast<std::uint8_t>(value);
    }
  }
}

/// Accumulators as the chunks before left them; their width, and whether overheads take time.
inline void choose_options(ArrayTile& tile, RandomBits& random) {
  tile.accumulator_bits = random.chance(25) ? 24 : random.chance(25) ? 16 : 32;
  tile.overheads = random.chance(75);
  const engine::TileStep& step = tile.geometry.step;
  for (unsigned i = 0; i < tile.geometry.positions() * step.channels; ++i) {
    tile.initial.push_back(step.first_chunk ? 0 : static_cast<std::int32_t>(random.next()));
  }
}

/// Dot products as a direct convolution over the decoded weights computes them, in 64 bits, cut to the accumulator's
/// width, on top of the initial accumulators.
inline std::vector<std::int32_t> expected_accumulators(const ArrayTile& tile) {
  const engine::TileStep& step = tile.geometry.step;
  std::vector<std::int32_t> sums = tile.initial;
  for (std::size_t p = 0; p < tile.geometry.positions(); ++p) {
    for (std::size_t n = 0; n < step.channels; ++n) {
      std::int64_t sum = 0;
      for (std::size_t e = 0; e < step.elements; ++e) {
        sum += std::int64_t{tile.operands[p * step.elements + e]} *
               tile.decoded[n * step.elements + e];
      }
      const std::int64_t modulus = std::int64_t{1} << tile.accumulator_bits;
      sum = ((sum % modulus) + modulus) % modulus;
      sum = sum >= modulus / 2 ? sum - modulus : sum;
      std::int32_t& result = sums[p * step.channels + n];
      result = static_cast<std::int32_t>(static_cast<std::uint32_t>(result) +
                                         static_cast<std::uint32_t>(sum));
    }
  }
  return sums;
}

/// Pairs of non-zero operands.
inline std::uint64_t expected_effective_macs(const ArrayTile& tile) {
  const engine::TileStep& step = tile.geometry.step;
  std::uint64_t count = 0;
  for (std::size_t p = 0; p < tile.geometry.positions(); ++p) {
    for (std::size_t n = 0; n < step.channels; ++n) {
      for (std::size_t e = 0; e < step.elements; ++e) {
        count +=
            tile.operands[p * step.elements + e] != 0 && tile.decoded[n * step.elements + e] != 0
                ? 1
                : 0;
      }
    }
  }
  return count;
}

}  // namespace lacuna::test
