// SPDX-License-Identifier: Apache-2.0
//
// The ternary random projection that makes a context vector short: k rows of d entries from
// {-1, 0, 1}, times sqrt(3 / k).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/span.h"

namespace lacuna::sparse::screening {

/// The two-bit codes of an entry; 2 is none.
enum class TernaryCode : std::uint8_t { zero = 0, plus = 1, minus = 3 };

/// P of z~ = W~ P h + b~ [Liu, dissertation, eq. 6.3], shared by all categories.
class TernaryProjection {
 public:
  /// Every entry independently +1 and -1 with probability 1/6 each [eq. 3.6; Achlioptas 2003].
  /// Entry (row, column) is word row * columns + column of the stream (seed, "projection") as a
  /// whole number below 6: 0 is +1, 1 is -1.
  TernaryProjection(std::uint64_t seed, std::size_t rows, std::size_t columns);
  /// From two-bit codes, as codes() gives them. @throws Error (bad_input) on a code that is none
  TernaryProjection(std::size_t rows, std::size_t columns, Span<const std::uint8_t> codes);

  std::size_t rows() const { return rows_; }        ///< k
  std::size_t columns() const { return columns_; }  ///< d
  int entry(std::size_t row, std::size_t column) const { return entries_[row * columns_ + column]; }
  /// All entries as -1, 0, 1; [rows, columns].
  Span<const std::int8_t> entries() const { return entries_; }
  std::size_t additions() const;  ///< entries that are not zero
  double scale() const;           ///< sqrt(3 / k), left out of project()

  /// Bytes of one row of codes: four a byte, the first in the lowest bits, rows start at a byte.
  std::size_t row_bytes() const { return (columns_ + 3) / 4; }
  std::vector<std::uint8_t> codes() const;

  /// projected[row] = sum of +-context[column], exact: at most 2^15 * 2^16 columns never leave 32
  /// bits.
  void project(Span<const std::int16_t> context, Span<std::int32_t> projected) const;

 private:
  void check_shape() const;

  std::size_t rows_;
  std::size_t columns_;
  std::vector<std::int8_t> entries_;
};

/// The most columns of a projection.
inline constexpr std::size_t most_projection_columns = 65535;

}  // namespace lacuna::sparse::screening
