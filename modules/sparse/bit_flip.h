// SPDX-License-Identifier: Apache-2.0
//
// BitWave's bit flip, as the BBS authors compress their baseline with it: weights are sign-magnitude, and a group gives up
// low bit columns until it has no more than a given number of columns that are not zero, the sign column counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/span.h"

namespace lacuna::sparse {

/// What a tensor is flipped with.
struct BitFlip {
  unsigned columns = 5;  ///< of 8 that stay in each group, the sign column one of them
  unsigned group = 32;   ///< weights of one output channel
};

/// Flips the bits of one group. Columns are numbered 0 (sign), 1 (64) .. 7 (1).
/// 1. -128 becomes -127: sign-magnitude has no other.
/// 2. p = columns; for i = 1 .. 7: if i < p and column i is all zero, p grows by one. All-zero columns are free.
/// 3. t = 1 + the last all-zero column below p, 1 if there is none. Unless p > 7 or t >= p, the value of columns t .. 7 of every
///    weight becomes the nearest multiple of 2^(8-p), ties towards zero, at most what columns t .. p-1 can express.
void flip_group(Span<std::int8_t> group, unsigned columns);

/// Flips a tensor's weights in the order [K, kh, kw, C]: groups run along the reduction of one output channel, the last one is
/// short where it must be.
/// @param weights [channels, reduction]
void flip_bits(Span<std::int8_t> weights, std::size_t reduction, const BitFlip& flip);

/// Columns of a group of weights that are not zero: bit 7 for the sign, bit b for magnitude bit b.
std::uint8_t used_columns(Span<const std::int8_t> group);

/// Appends a group's columns that `index` names, the highest first: bit l of a byte is weight l's. At most eight weights.
void append_columns(Span<const std::int8_t> group, std::uint8_t index,
                    std::vector<std::uint8_t>& bytes);

}  // namespace lacuna::sparse
