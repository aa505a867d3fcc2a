// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "sparq/tensor_core/issue_rule.h"
#include "sparq/trim_unit.h"

namespace lacuna::sparq {

/// What stands before one multiplier, which is two of half the width with shifts and a choice of weight.
struct MultiplierOperand {
  PairOperand lanes{};
  std::array<std::int8_t, pair_elements> weights{};
};
using UnitOperand = std::array<MultiplierOperand, unit_multipliers>;

/// Four multipliers, and an adder tree with a third input, the sum so far [SPARQ Fig. 4].
class DotProductUnit {
 public:
  void multiply(const UnitOperand& operand) {
    for (unsigned m = 0; m < unit_multipliers; ++m) {
      products_[m] = 0;
      for (const LaneOperand& lane : operand[m].lanes) {
        products_[m] +=
            std::int32_t{lane.bits} * (1 << lane.shift) * operand[m].weights[lane.weight];
      }
    }
  }
  /// @param starts the third input is zero
  void add(bool starts, unsigned accumulator_bits) {
    const std::int32_t tree = (products_[0] + products_[1]) + (products_[2] + products_[3]);
    const std::uint32_t third = starts ? 0 : static_cast<std::uint32_t>(sum_);
    const unsigned unused = 32 - accumulator_bits;
    sum_ =
        static_cast<std::int32_t>((third + static_cast<std::uint32_t>(tree)) << unused) >> unused;
  }
  std::int32_t sum() const { return sum_; }

 private:
  std::array<std::int32_t, unit_multipliers> products_{};
  std::int32_t sum_ = 0;
};

}  // namespace lacuna::sparq
