// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lacuna::sparse {

/// How magnitudes are brought onto the bit columns that are kept.
enum class UnifiedRounding : std::uint8_t {
  nearest,  ///< to the nearest magnitude that the columns can express, the larger of two
  truncate  ///< bits of other columns are dropped
};

/// Sparsity at three levels at once, (N1:8) of vectors, (2:M) of values, (N3:8) of bit columns
/// [SparSynergy].
struct UnifiedFormat {
  static constexpr unsigned vector_group = 8;  ///< rows of which N1 keep their vector
  static constexpr unsigned kept_values = 2;   ///< of every window
  static constexpr unsigned lanes = 8;         ///< kept values of a vector
  static constexpr unsigned windows = lanes / kept_values;
  static constexpr unsigned magnitude_columns = 7;

  unsigned vectors = 8;  ///< N1, 1..8
  unsigned window = 2;   ///< M, 2..4; 2: every value is kept
  unsigned columns = 4;  ///< N3: 4, or 8 for all columns

  /// Elements of a row that one vector stands for.
  unsigned vector_elements() const { return windows * window; }
  bool dense_columns() const { return columns == 8; }
  /// Columns of a vector as the data stream holds them: its own, or the seven of a magnitude.
  unsigned stored_columns() const { return dense_columns() ? magnitude_columns : columns; }

  friend bool operator==(const UnifiedFormat& a, const UnifiedFormat& b) {
    return a.vectors == b.vectors && a.window == b.window && a.columns == b.columns;
  }
};

/// "n4_m3_b4" for (4:8)-(2:3)-(4:8).
std::string name_of(const UnifiedFormat& format);
/// All 48, vectors slowest, columns fastest.
std::vector<UnifiedFormat> unified_formats();

/// Reads the levels as "4:8", "2:3", "4:8".
/// @throws Error (bad_input), naming the option, on a ratio that the format does not have
UnifiedFormat parse_unified_format(const std::string& vector, const std::string& value,
                                   const std::string& bit);

}  // namespace lacuna::sparse
