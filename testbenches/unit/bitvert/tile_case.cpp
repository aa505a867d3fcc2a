// SPDX-License-Identifier: Apache-2.0
#include "tile_case.h"

#include <algorithm>

namespace lacuna::bitvert::test {
namespace {

constexpr unsigned group_length = 32;

/// One row's share of a group: stored two's complement values of 8 - r bits whose low m bits are
/// zero.
struct RowGroup {
  unsigned redundant = 0;
  unsigned low = 0;
  int constant = 0;  ///< as it is added
  std::vector<int> values = std::vector<int>(group_length, 0);
  unsigned stored() const { return 8 - redundant - low; }
};

RowGroup random_group(const TileWish& wish, unsigned real, RandomBits& random) {
  RowGroup group;
  if (wish.pruning != Pruning::dense) {
    group.redundant = random.up_to(3);
    const bool many = wish.pruning == Pruning::shifting && group.redundant == 3;
    const unsigned uncapped = many ? 3 + random.up_to(4) : group.redundant;
    group.low = wish.columns > uncapped ? wish.columns - uncapped : 0;
    group.constant =
        wish.pruning == Pruning::averaging ? random.between(0, 63) : -random.between(-32, 31);
  }
  const int limit = 1 << (7 - group.redundant);
  for (unsigned i = 0; i < real; ++i) {
    const int kind = random.between(0, 9);
    int value = kind == 0 ? -limit : kind == 1 ? limit - 1 : random.between(-limit, limit - 1);
    value = kind == 2 ? 0 : kind == 3 ? -group.constant : value;
    value = std::clamp(value, -limit, limit - 1);
    group.values[i] = value & ~((1 << group.low) - 1);
  }
  return group;
}

void append_columns(std::vector<std::uint8_t>& bytes, const RowGroup& row, unsigned width) {
  for (unsigned pass = 0; pass < 2; ++pass) {
    for (unsigned column = 0; column < width; ++column) {
      const int significance = 7 - static_cast<int>(row.redundant) - static_cast<int>(column);
      unsigned bits = 0;
      for (unsigned i = 0; i < 16 && significance >= 0; ++i) {
        const unsigned value = static_cast<unsigned>(row.values[pass * 16 + i]);
        bits |= ((value >> significance) & 1u) << i;
      }
      bytes.push_back(static_cast<std::uint8_t>(bits));
      bytes.push_back(static_cast<std::uint8_t>(bits >> 8));
    }
  }
}

void pad_blob(std::vector<std::uint8_t>& bytes) {
  bytes.resize((bytes.size() + 15) / 16 * 16, 0);
}

void append_metadata(TileCase& tile, const std::vector<std::vector<RowGroup>>& rows,
                     const std::vector<unsigned>& widths) {
  std::vector<std::uint8_t>& bytes = tile.metadata;
  const bool constants = tile.pruning != Pruning::dense;
  bytes.push_back(
      static_cast<std::uint8_t>((constants ? 1 : 0) | (tile.pruning == Pruning::shifting ? 2 : 0)));
  for (std::size_t g = 0; g < widths.size(); g += 2) {
    const unsigned upper = g + 1 < widths.size() ? widths[g + 1] : 0;
    bytes.push_back(static_cast<std::uint8_t>(widths[g] | upper << 4));
  }
  for (const std::vector<RowGroup>& row : rows) {
    for (const RowGroup& group : row) {
      const int field = tile.pruning == Pruning::shifting ? -group.constant : group.constant;
      if (constants) {
        bytes.push_back(static_cast<std::uint8_t>(group.redundant << 6 | (field & 0x3F)));
      }
    }
  }
}

void note(TileCase& tile, const RowGroup& group, unsigned real) {
  tile.redundant_seen |= 1u << group.redundant;
  tile.low_seen |= 1u << group.low;
  for (unsigned i = 0; i < real; ++i) {
    tile.has_minimum |= group.values[i] == -128;
    tile.has_maximum |= group.values[i] == 127;
    tile.decoded.push_back(group.values[i] + group.constant);
  }
}

void fill_stream(TileCase& tile, const TileWish& wish, RandomBits& random) {
  const engine::TileStep& step = tile.geometry.step;
  const unsigned rows = tile.geometry.array_rows;
  for (unsigned block = 0; block < step.blocks; ++block) {
    std::vector<std::vector<RowGroup>> block_rows(rows, std::vector<RowGroup>(step.groups));
    std::vector<unsigned> widths(step.groups, 2);
    for (unsigned row = 0; row < rows && block * rows + row < step.channels; ++row) {
      for (unsigned g = 0; g < step.groups; ++g) {
        const unsigned real = std::min(group_length, step.elements - g * group_length);
        block_rows[row][g] = random_group(wish, real, random);
        widths[g] = std::max(widths[g], block_rows[row][g].stored());
        note(tile, block_rows[row][g], real);
      }
    }
    std::uint64_t cycles = 0;
    for (const unsigned width : widths) {
      cycles += 2ull * width;
    }
    tile.block_cycles.push_back(cycles);
    for (const std::vector<RowGroup>& row : block_rows) {
      for (unsigned g = 0; g < step.groups; ++g) {
        append_columns(tile.weights, row[g], widths[g]);
      }
    }
    append_metadata(tile, block_rows, widths);
  }
  pad_blob(tile.weights);
  pad_blob(tile.metadata);
}

void choose_array_options(TileCase& tile, RandomBits& random) {
  choose_options(tile, random);
  tile.options.sub_group = random.chance(60) ? 8 : random.chance(50) ? 4 : 16;
  tile.options.accumulator_bits = tile.accumulator_bits;
  tile.options.overheads = tile.overheads;
  tile.options.output_latency = random.chance(70) ? 3 : 1 + random.up_to(5);
  tile.options.transposer_latency = random.up_to(6);
}

}  // namespace

TileCase make_tile(const TileWish& wish, RandomBits& random) {
  TileCase tile;
  tile.pruning = wish.pruning;
  tile.columns = wish.columns;
  choose_geometry(tile, wish.inputs, random.chance(75), random);
  fill_activations(tile, random);
  if (wish.pruning == Pruning::dense && random.chance(50)) {
    fill_dynamic(tile, random);
    tile.redundant_seen = 1;
    tile.low_seen = 1;
    tile.block_cycles.assign(tile.geometry.step.blocks, 16ull * tile.geometry.step.groups);
  } else {
    fill_stream(tile, wish, random);
  }
  choose_array_options(tile, random);
  return tile;
}

}  // namespace lacuna::bitvert::test
