// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lacuna::sparse {

/// Exchanges the two bit fields of `word` that `mask` selects, here and `distance` higher.
constexpr std::uint64_t exchange_bits(std::uint64_t word, std::uint64_t mask, unsigned distance) {
  const std::uint64_t differing = (word >> distance ^ word) & mask;
  return word ^ differing ^ differing << distance;
}

/// Transposes an 8x8 bit matrix: bit j of byte i goes to bit i of byte j. Halves change places at
/// every scale: single bits within 2x2, 2x2 within 4x4, 4x4 within the whole.
constexpr std::uint64_t transpose_bits(std::uint64_t matrix) {
  matrix = exchange_bits(matrix, 0x00AA00AA00AA00AA, 7);
  matrix = exchange_bits(matrix, 0x0000CCCC0000CCCC, 14);
  return exchange_bits(matrix, 0x00000000F0F0F0F0, 28);
}

/// Bit columns of eight weights, byte i of `weights` being weight i: byte k of the result is the
/// column of bit 7-k (k = 0: the sign column), its bit i belongs to weight i.
constexpr std::uint64_t bit_columns(std::uint64_t weights) {
  return __builtin_bswap64(transpose_bits(weights));
}

/// The inverse of bit_columns().
constexpr std::uint64_t weights_of_columns(std::uint64_t columns) {
  return transpose_bits(__builtin_bswap64(columns));
}

}  // namespace lacuna::sparse
