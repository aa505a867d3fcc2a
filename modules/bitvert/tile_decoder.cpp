// SPDX-License-Identifier: Apache-2.0
#include "bitvert/tile_decoder.h"

#include <algorithm>
#include <cstring>

namespace lacuna::bitvert {
namespace {

using Bytes = Span<const std::uint8_t>;

constexpr unsigned group_length = engine::reduction_group;
constexpr std::uint64_t every_byte = 0x0101010101010101;

std::uint8_t byte_at(Bytes bytes, std::size_t offset) {
  return offset < bytes.size() ? bytes[offset] : 0;
}

std::uint64_t load_word(const std::uint8_t* bytes) {
  std::uint64_t word = 0;
  for (unsigned i = 0; i < 8; ++i) {
    word |= std::uint64_t{bytes[i]} << (8 * i);
  }
  return word;
}

/// Exchanges bit j of byte i with bit i of byte j.
std::uint64_t transpose(std::uint64_t m) {
  std::uint64_t d = (m ^ (m >> 7)) & 0x00AA00AA00AA00AA;
  m ^= d ^ (d << 7);
  d = (m ^ (m >> 14)) & 0x0000CCCC0000CCCC;
  m ^= d ^ (d << 14);
  d = (m ^ (m >> 28)) & 0x00000000F0F0F0F0;
  return m ^ d ^ (d << 28);
}

/// Ones of every byte.
std::uint64_t count_ones(std::uint64_t x) {
  x -= (x >> 1) & 0x5555555555555555;
  x = (x & 0x3333333333333333) + ((x >> 2) & 0x3333333333333333);
  return (x + (x >> 4)) & 0x0F0F0F0F0F0F0F0F;
}

/// Sum of min(count, n - count) over eight counts, one a byte.
unsigned sum_of_minorities(std::uint64_t counts, unsigned n) {
  const unsigned log = n == 4 ? 2 : n == 8 ? 3 : 4;
  const std::uint64_t majority = ((counts + every_byte * (n / 2 - 1)) >> log) & every_byte;
  const std::uint64_t mask = majority * 0xFF;
  const std::uint64_t minorities = (counts & ~mask) | ((every_byte * n - counts) & mask);
  return static_cast<unsigned>((minorities * every_byte) >> 56);
}

/// Even (parity 0) or odd bytes of a word, moved together.
std::uint64_t pick_bytes(std::uint64_t word, unsigned parity) {
  word = (word >> (8 * parity)) & 0x00FF00FF00FF00FF;
  word = (word | (word >> 8)) & 0x0000FFFF0000FFFF;
  return (word | (word >> 16)) & 0x00000000FFFFFFFF;
}

/// The columns of eight weights, from `width` columns of 16 bits each: byte 7 the first, downwards.
struct ColumnWords {
  std::uint64_t low;   ///< weights 0..7
  std::uint64_t high;  ///< weights 8..15
};

ColumnWords gather_columns(const std::uint8_t* bytes, unsigned width) {
  const std::uint64_t first = load_word(bytes);
  const std::uint64_t last = load_word(bytes + 8);
  const std::uint64_t mask = ~std::uint64_t{0} << (8 * (8 - width));
  const auto order = [&](unsigned parity) {
    return __builtin_bswap64(pick_bytes(first, parity) | pick_bytes(last, parity) << 32) & mask;
  };
  return {order(0), order(1)};
}

/// Repeats the sign column in the columns above it: two's complement numbers of eight bits.
std::uint64_t extend_sign(std::uint64_t columns, unsigned redundant) {
  if (redundant == 0) {
    return columns;
  }
  const std::uint64_t sign = (columns >> (8 * (7 - redundant))) & 0xFF;
  return columns | ((sign * every_byte) & ~(~std::uint64_t{0} >> (8 * redundant)));
}

void store_weights(std::uint64_t columns, std::int8_t* weights) {
  const std::uint64_t values = transpose(columns);
  for (unsigned i = 0; i < 8; ++i) {
    weights[i] = static_cast<std::int8_t>(values >> (8 * i));
  }
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
    tile_.stride = std::size_t{step_.groups} * group_length;
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
    row_.assign(layout.row_bytes + 16, 0);
    if (there > 0) {
      std::memcpy(row_.data(), operands_.weights.data() + offset, there);
    }
  }

  void decode_row(const BlockLayout& layout, unsigned row, unsigned channel) {
    const std::uint8_t* columns = row_.data();
    std::int8_t* stored = tile_.stored.data() + channel * tile_.stride;
    for (unsigned g = 0; g < step_.groups; ++g) {
      const unsigned width = layout.widths[g];
      unsigned redundant = 0;
      if (layout.constants) {
        const std::size_t at = layout.rows_metadata + std::size_t{row} * step_.groups + g;
        const std::uint8_t byte = byte_at(operands_.metadata, at);
        redundant = byte >> 6;
        const int field = byte & 63;
        const int subtracted = field < 32 ? -field : 64 - field;
        tile_.constants[std::size_t{channel} * step_.groups + g] =
            static_cast<std::int16_t>(layout.subtracts ? subtracted : field);
      }
      for (unsigned pass = 0; pass < 2; ++pass) {
        decode_pass(gather_columns(columns, width), redundant, stored);
        columns += 2u * width;
        stored += 16;
      }
    }
  }

  void decode_pass(const ColumnWords& words, unsigned redundant, std::int8_t* stored) {
    const std::uint64_t low = words.low >> (8 * redundant);
    const std::uint64_t high = words.high >> (8 * redundant);
    tile_.effectual_lanes += effectual_lanes(low, high, sub_group_);
    store_weights(extend_sign(low, redundant), stored);
    store_weights(extend_sign(high, redundant), stored + 8);
  }

  const engine::TileOperands& operands_;
  const engine::TileStep& step_;
  unsigned rows_;
  unsigned sub_group_;
  std::vector<std::uint8_t> row_;
  DecodedTile tile_;
};

}  // namespace

unsigned effectual_lanes(std::uint64_t low, std::uint64_t high, unsigned sub_group) {
  if (sub_group == 8) {
    return sum_of_minorities(count_ones(low), 8) + sum_of_minorities(count_ones(high), 8);
  }
  if (sub_group == 16) {
    return sum_of_minorities(count_ones(low) + count_ones(high), 16);
  }
  unsigned sum = 0;
  for (const std::uint64_t columns : {low, high}) {
    sum += sum_of_minorities(count_ones(columns & 0x0F0F0F0F0F0F0F0F), 4);
    sum += sum_of_minorities(count_ones(columns >> 4 & 0x0F0F0F0F0F0F0F0F), 4);
  }
  return sum;
}

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
