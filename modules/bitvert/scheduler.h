// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "bitvert/metadata.h"
#include "bitvert/signals.h"

namespace lacuna::bitvert {

/// What one sub-group of a PE does with one bit column of its weights.
struct ColumnPlan {
  bool invert = false;  ///< add up the zeros' activations and subtract them from the sum of all
  std::array<std::uint8_t, lanes_per_pe> select{};  ///< multiplier m takes activation m + select[m]
  std::uint8_t valid = 0;                           ///< bit m: multiplier m has work
};

/// Chooses the minority bit value of a column and spreads it over the multipliers of a sub-group of
/// n weights: n / 2 chained priority encoders, each looking at n / 2 + 1 neighbouring bits, each
/// taking the first bit that is left. At most half of the lanes are ever effectual, so one cycle
/// always suffices; a tie is not inverted [BBS §IV-B].
/// @param column bit i = the column's bit of weight i, i < n
/// @param sub_group n: 4, 8 or 16
ColumnPlan plan_column(std::uint32_t column, unsigned sub_group = 8);

/// The same for all 16 / n sub-groups of a PE.
PassPlan plan_pass(std::uint16_t column, unsigned sub_group);

/// A row's weight column, with the metadata of its group, as it comes out of the buffers.
struct FetchedColumn {
  std::uint16_t bits = 0;
  GroupMetadata metadata;
  BlockHeader header;
  std::uint8_t index = 0;  ///< within the pass: 0 is the sign column
};

/// The scheduler of one row: plans, and counts the significance of columns down from 7 - redundant.
/// Columns below significance 0 (there are some when a row stores fewer columns than its block) are
/// gated: nothing is valid.
class RowScheduler {
 public:
  explicit RowScheduler(unsigned sub_group) : sub_group_(sub_group) {}
  RowControl schedule(const FetchedColumn& column);

 private:
  unsigned sub_group_;
  int significance_ = 0;
};

}  // namespace lacuna::bitvert
