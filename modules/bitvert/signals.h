// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace lacuna::bitvert {

/// A PE takes 16 weights and 16 activations at a time [BBS §IV, Fig. 8].
inline constexpr unsigned pass_length = 16;
/// Passes of one group of 32 weights, which share their metadata.
inline constexpr unsigned passes_per_group = 2;
/// Bit-serial multipliers of a PE, whatever its sub-group size n: 16 / n sub-groups of n / 2
/// multipliers.
inline constexpr unsigned lanes_per_pe = 8;
/// At n = 4.
inline constexpr unsigned max_sub_groups = 4;
/// Most columns a weight can have stored: all eight bits.
inline constexpr unsigned max_columns = 8;
/// Every pass has two columns at least, so that the constant's two halves find their cycles.
inline constexpr unsigned min_columns = 2;

/// What the multipliers of one PE do with one column of 16 weight bits. Multiplier l belongs to
/// sub-group l / (n / 2) and is its number l % (n / 2).
struct PassPlan {
  std::array<std::uint8_t, lanes_per_pe>
      select{};             ///< multiplier m takes activation m + select of its sub-group
  std::uint8_t valid = 0;   ///< bit l: multiplier l adds
  std::uint8_t invert = 0;  ///< bit s: sub-group s subtracts from the sum of all
};

/// One cycle's share of the constant multiplier.
struct ConstantSlice {
  bool active = false;
  std::int8_t factor = 0;  ///< 3 bits: 0..7, or -4..3 for the upper half of a signed constant
  bool upper = false;      ///< weighs 8 times as much
  bool subtract = false;
};

/// What the scheduler of a row tells its 16 PEs in one cycle.
struct RowControl {
  PassPlan plan;
  std::uint8_t significance = 0;  ///< the column weighs 2^significance
  bool negate = false;            ///< the sign column
  ConstantSlice constant;
};

/// What one column of the array holds while the weight columns of a pass go by.
struct PassOperands {
  std::array<std::int16_t, pass_length> activations{};
  std::array<std::int16_t, max_sub_groups> sub_group_sums{};
  std::int16_t pass_sum = 0;
};

}  // namespace lacuna::bitvert
