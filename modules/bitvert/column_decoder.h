// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/span.h"

namespace lacuna::bitvert {

/// One row of the array as the weight buffer holds it: for every group of 32 weights two passes of
/// 16, each a number of bit columns of 16 bits, the most significant first.
struct RowColumns {
  const std::uint8_t* columns = nullptr;  ///< row_slack more bytes must be readable at the end
  Span<const std::uint8_t> widths;        ///< [groups]: columns of a pass, 2..8
  Span<const std::uint8_t> redundant;     ///< [groups]: columns that repeat the sign, 0..3
};

/// Bytes that may be read, and are ignored, behind a row's last column.
inline constexpr std::size_t row_slack = 16;

/// Decodes a row into two's complement weights. Columns below significance 0 do not count.
/// @param sub_group 4, 8 or 16 lanes that share a subtract path
/// @param stored [groups * 32]
/// @return lanes that add: the minority bits of every sub-group and column
std::uint64_t decode_columns(const RowColumns& row, unsigned sub_group, std::int8_t* stored);
/// The same without vector instructions.
std::uint64_t decode_columns_by_words(const RowColumns& row, unsigned sub_group,
                                      std::int8_t* stored);

}  // namespace lacuna::bitvert
