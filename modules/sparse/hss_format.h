// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace lacuna::sparse {

/// G:H, of every H neighbours G stay.
struct KeepRatio {
  unsigned kept = 1;  ///< 1..of
  unsigned of = 1;    ///< 1..16

  bool keeps_all() const { return kept == of; }
  /// Of the place of one that stays; nothing to say when all do.
  unsigned index_bits() const;

  friend bool operator==(const KeepRatio& a, const KeepRatio& b) {
    return a.kept == b.kept && a.of == b.of;
  }
};

/// The longest group that a ratio may be of.
inline constexpr unsigned longest_keep_group = 16;

/// Reads "2:4".
/// @throws Error (bad_input) naming the option
KeepRatio parse_keep_ratio(const std::string& text, const std::string& option);
std::string to_text(const KeepRatio& ratio);

/// Hierarchical structured sparsity of two ranks [HighLight, MICRO'23]: of every H1 blocks of H0 values G1 stay, and in each
/// of these G0 values. With all blocks kept it is N:M sparsity.
struct HssFormat {
  KeepRatio blocks;  ///< rank 1
  KeepRatio values;  ///< rank 0

  bool dense() const { return blocks.keeps_all() && values.keeps_all(); }
  /// Elements of a row that are pruned together.
  unsigned window_elements() const { return blocks.of * values.of; }
  unsigned kept_values() const { return blocks.kept * values.kept; }
  /// Of one window: an index of every block that stays, one of every value.
  unsigned window_index_bits() const {
    return blocks.kept * blocks.index_bits() + kept_values() * values.index_bits();
  }

  friend bool operator==(const HssFormat& a, const HssFormat& b) {
    return a.blocks == b.blocks && a.values == b.values;
  }
};

}  // namespace lacuna::sparse
