// SPDX-License-Identifier: Apache-2.0
#include "bitvert/tile_decoder.h"

#include <algorithm>

#include "bitvert/column_decoder.h"
#include "bitvert/column_words.h"

namespace lacuna::bitvert {
namespace {

using Bytes = Span<const std::uint8_t>;

std::uint8_t byte_at(Bytes bytes, std::size_t offset) {
  return offset < bytes.size() ? bytes[offset] : 0;
}

/// A block's metadata, with the offsets of its rows in the weight buffer.
struct BlockLayout {
  bool constants = false;
  bool subtracts = false;
  std::vector<std::uint8_t> widths;
  std::size_t rows_metadata = 0;  ///< offset of the first row's bytes
  std::size_t row_bytes = 0;
  std::size_t next_metadata = 0;
};

BlockLayout read_layout(Bytes metadata, std::size_t offset, unsigned groups, unsigned rows) {
  BlockLayout layout;
  const std::uint8_t header = byte_at(metadata, offset);
  layout.constants = (header & 1) != 0;
  layout.subtracts = (header & 2) != 0;
  for (unsigned g = 0; g < groups; ++g) {
    const unsigned nibble = byte_at(metadata, offset + 1 + g / 2) >> (g % 2 * 4) & 15;
    layout.widths.push_back(static_cast<std::uint8_t>(std::min(std::max(nibble, 2u), 8u)));
    layout.row_bytes += 4u * layout.widths.back();
  }
  layout.rows_metadata = offset + 1 + (groups + 1) / 2;
  layout.next_metadata = layout.rows_metadata + (layout.constants ? std::size_t{rows} * groups : 0);
  return layout;
}

class Decoder {
 public:
  Decoder(const engine::TileOperands& operands, unsigned sub_group)
      : operands_(operands),
        step_(operands.geometry.step),
        rows_(operands.geometry.array_rows),
        sub_group_(sub_group) {
    tile_.stride = std::size_t{step_.groups} * engine::reduction_group;
    tile_.stored.assign(step_.channels * tile_.stride, 0);
  }

  DecodedTile stream() {
    std::size_t metadata = 0;
    std::size_t weights = 0;
    for (unsigned block = 0; block < step_.blocks; ++block) {
      const BlockLayout layout = read_layout(operands_.metadata, metadata, step_.groups, rows_);
      const unsigned valid = std::min(rows_, step_.channels - block * rows_);
      count_block(layout, valid);
      for (unsigned row = 0; row < valid; ++row) {
        load_row(layout, weights + row * layout.row_bytes);
        decode_row(layout, row, block * rows_ + row);
      }
      metadata = layout.next_metadata;
      weights += rows_ * layout.row_bytes;
    }
    return std::move(tile_);
  }

  DecodedTile dynamic(bool transposed) {
    for (unsigned channel = 0; channel < step_.channels; ++channel) {
      std::int8_t* stored = tile_.stored.data() + channel * tile_.stride;
      for (unsigned e = 0; e < step_.elements; ++e) {
        const std::size_t offset = transposed ? std::size_t{e} * step_.channels + channel
                                              : std::size_t{channel} * step_.elements + e;
        stored[e] = static_cast<std::int8_t>(byte_at(operands_.weights, offset));
      }
      for (std::size_t e = 0; e < tile_.stride; e += 16) {
        tile_.effectual_lanes +=
            effectual_lanes(columns_of(stored + e), columns_of(stored + e + 8), sub_group_);
      }
    }
    tile_.block_cycles.assign(step_.blocks, 16ull * step_.groups);
    return std::move(tile_);
  }

 private:
  static std::uint64_t columns_of(const std::int8_t* weights) {
    return transpose(load_word(reinterpret_cast<const std::uint8_t*>(weights)));
  }

  void count_block(const BlockLayout& layout, unsigned valid) {
    std::uint64_t cycles = 0;
    for (const std::uint8_t width : layout.widths) {
      cycles += 2u * width;
    }
    tile_.block_cycles.push_back(cycles);
    if (layout.constants) {
      tile_.constants.resize(std::size_t{step_.channels} * step_.groups, 0);
      tile_.constant_multiplications += std::uint64_t{valid} * step_.groups * 2 * 2;
    }
  }

  /// The row's bytes, with room to load whole words at its end.
  void load_row(const BlockLayout& layout, std::size_t offset) {
    const std::size_t size = operands_.weights.size();
    const std::size_t there = offset < size ? std::min(layout.row_bytes, size - offset) : 0;
    row_.resize(layout.row_bytes + row_slack);
    std::copy_n(operands_.weights.data() + std::min(offset, size), there, row_.data());
    std::fill(row_.begin() + static_cast<std::ptrdiff_t>(there), row_.end(), std::uint8_t{0});
  }

  void decode_row(const BlockLayout& layout, unsigned row, unsigned channel) {
    redundant_.assign(step_.groups, 0);
    if (layout.constants) {
      read_metadata(layout, row, channel);
    }
    tile_.effectual_lanes += decode_columns({row_.data(), layout.widths, redundant_}, sub_group_,
                                            tile_.stored.data() + channel * tile_.stride);
  }

  void read_metadata(const BlockLayout& layout, unsigned row, unsigned channel) {
    const std::size_t first = layout.rows_metadata + std::size_t{row} * step_.groups;
    for (unsigned g = 0; g < step_.groups; ++g) {
      const std::uint8_t byte = byte_at(operands_.metadata, first + g);
      redundant_[g] = byte >> 6;
      const int field = byte & 63;
      const int subtracted = field < 32 ? -field : 64 - field;
      tile_.constants[std::size_t{channel} * step_.groups + g] =
          static_cast<std::int16_t>(layout.subtracts ? subtracted : field);
    }
  }

  const engine::TileOperands& operands_;
  const engine::TileStep& step_;
  unsigned rows_;
  unsigned sub_group_;
  std::vector<std::uint8_t> row_;
  std::vector<std::uint8_t> redundant_;
  DecodedTile tile_;
};

}  // namespace

DecodedTile decode_tile(const engine::TileOperands& operands, unsigned sub_group) {
  Decoder decoder(operands, sub_group);
  switch (operands.weight_source) {
    case engine::WeightSource::stream:
      return decoder.stream();
    case engine::WeightSource::dynamic:
      return decoder.dynamic(false);
    case engine::WeightSource::dynamic_transposed:
      break;
  }
  return decoder.dynamic(true);
}

}  // namespace lacuna::bitvert
