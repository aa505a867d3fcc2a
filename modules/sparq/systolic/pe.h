// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "sparq/systolic/injection.h"
#include "sparq/trim_unit.h"

namespace lacuna::sparq {

/// A row's operand, which moves from column to column.
struct RowOperand {
  PassTag tag;
  std::array<std::int8_t, pair_elements> weights{};
};

/// A column's operand, which moves from row to row: lanes, or for SySMT the pair as it is.
struct ColumnOperand {
  PairOperand lanes{};
  std::array<std::uint8_t, pair_elements> raw{};
  bool untrimmed = false;
};

/// One place of the array: two multipliers with shifts and a choice of weight, an accumulator and a second one, and the
/// registers to its neighbours.
class SystolicPe {
 public:
  /// One clock.
  void clock(const RowOperand& row, const ColumnOperand& column, const TrimUnit& trimmer,
             unsigned accumulator_bits) {
    row_ = row;
    column_ = column;
    if (row.tag.valid) {
      const std::int32_t product =
          column.untrimmed ? colliding(row, column, trimmer) : products(row, column.lanes);
      const std::uint32_t before = row.tag.starts ? 0 : static_cast<std::uint32_t>(sum_);
      const unsigned unused = 32 - accumulator_bits;
      sum_ = static_cast<std::int32_t>((before + static_cast<std::uint32_t>(product)) << unused) >>
             unused;
      if (row.tag.ends) {
        second_ = sum_;
      }
    }
  }
  /// Before the clock: what leaves when the column's turn comes.
  std::int32_t second() const { return second_; }
  const RowOperand& row() const { return row_; }
  const ColumnOperand& column() const { return column_; }

 private:
  static std::int32_t products(const RowOperand& row, const PairOperand& lanes) {
    std::int32_t sum = 0;
    for (const LaneOperand& lane : lanes) {
      sum += std::int32_t{lane.bits} * (1 << lane.shift) * row.weights[lane.weight];
    }
    return sum;
  }
  /// SySMT: two threads share the multiplier, which is one of 8 bits for a thread that is alone.
  static std::int32_t colliding(const RowOperand& row, const ColumnOperand& column,
                                const TrimUnit& trimmer) {
    const bool first = column.raw[0] != 0 && row.weights[0] != 0;
    const bool second = column.raw[1] != 0 && row.weights[1] != 0;
    if (first && second) {
      PairOperand lanes = {trimmer.half(column.raw[0]), trimmer.half(column.raw[1])};
      lanes[1].weight = 1;
      return products(row, lanes);
    }
    const unsigned thread = second ? 1 : 0;
    return std::int32_t{column.raw[thread]} * row.weights[thread];
  }

  RowOperand row_;
  ColumnOperand column_;
  std::int32_t sum_ = 0;
  std::int32_t second_ = 0;
};

}  // namespace lacuna::sparq
