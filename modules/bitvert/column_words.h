// SPDX-License-Identifier: Apache-2.0
//
// Bit columns of eight weights in a word: byte p is the column of weight 2^p, bit i of it that of weight i.
#pragma once

#include <cstdint>

namespace lacuna::bitvert {

/// Eight bytes, the first the lowest.
std::uint64_t load_word(const std::uint8_t* bytes);

/// Columns to two's complement weights, one a byte, and back: bit j of byte i and bit i of byte j change places.
std::uint64_t transpose(std::uint64_t columns);

/// Lanes that add for the columns of eight or sixteen weights: the minority bits of every sub-group
/// and column.
/// @param low byte p: the column of weight 2^p, bit i of weight i
/// @param high the same of weights 8..15
unsigned effectual_lanes(std::uint64_t low, std::uint64_t high, unsigned sub_group);

}  // namespace lacuna::bitvert
