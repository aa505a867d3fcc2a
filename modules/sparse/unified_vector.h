// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "core/span.h"
#include "sparse/unified_format.h"

namespace lacuna::sparse {

/// A compressed vector: eight values of a row's segment in sign and magnitude, as bit columns.
struct UnifiedVector {
  /// Which elements of its window a lane's value is: two of each window, rising.
  std::array<std::uint8_t, UnifiedFormat::lanes> index{};
  std::uint8_t sign = 0;  ///< bit per lane, 1: negative
  /// Significance of each column, falling; of 4 columns those that are there, of 8 seven, then
  /// zeros.
  std::array<std::uint8_t, 8> significance{};
  std::array<std::uint8_t, 8> column{};  ///< bit per lane

  friend bool operator==(const UnifiedVector& a, const UnifiedVector& b) {
    return a.index == b.index && a.sign == b.sign && a.significance == b.significance &&
           a.column == b.column;
  }
};

/// Compresses a segment of a row. Of each window the two largest magnitudes stay, of equal ones the
/// first; of the bit columns of what stays the most significant that are not all zero, which is to
/// remove empty columns first and then trailing ones. -128, which has no magnitude of seven bits,
/// counts as -127.
/// @param segment [vector_elements]; shorter at the end of a row: what is missing is zero
UnifiedVector compress_vector(Span<const std::int8_t> segment, const UnifiedFormat& format,
                              UnifiedRounding rounding);

/// What a vector stands for. @param segment as given to compress_vector()
void decode_vector(const UnifiedVector& vector, const UnifiedFormat& format,
                   Span<std::int8_t> segment);

}  // namespace lacuna::sparse
