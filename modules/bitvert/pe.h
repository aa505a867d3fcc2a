// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "bitvert/signals.h"

namespace lacuna::bitvert {

/// One processing element: eight bit-serial multipliers in sub-groups, the constant multiplier, one
/// accumulator. It works on one weight column a cycle, in two pipeline stages [BBS Fig. 8].
class Pe {
 public:
  /// Stage "multiply": activations are picked by select and valid, added up by sub-group,
  /// subtracted from the sub-group's sum where inverted, merged, negated for the sign column,
  /// shifted; the constant's slice times the pass's sum.
  /// @tparam sub_group 4, 8 or 16
  template <unsigned sub_group>
  void multiply(const RowControl& control, const PassOperands& operands) {
    const std::int32_t merged = merge<sub_group>(control.plan, operands);
    column_ = (control.negate ? -merged : merged) * (std::int32_t{1} << control.significance);
    constant_ = 0;
    if (control.constant.active) {
      const std::int32_t product = operands.pass_sum * control.constant.factor;
      const std::int32_t shifted = control.constant.upper ? product * 8 : product;
      constant_ = control.constant.subtract ? -shifted : shifted;
    }
  }

  /// Stage "accumulate": what multiply left in the pipeline registers joins the accumulator, which
  /// wraps at its width.
  /// @param first the accumulator starts from zero
  /// @param bits width of the accumulator, 16..32
  void accumulate(bool first, unsigned bits) {
    const std::uint32_t before = first ? 0u : static_cast<std::uint32_t>(accumulator_);
    const std::uint32_t sum =
        before + static_cast<std::uint32_t>(column_) + static_cast<std::uint32_t>(constant_);
    const unsigned unused = 32 - bits;
    accumulator_ = static_cast<std::int32_t>(sum << unused) >> unused;
  }

  std::int32_t accumulator() const { return accumulator_; }

 private:
  template <unsigned sub_group>
  static std::int32_t merge(const PassPlan& plan, const PassOperands& operands) {
    constexpr unsigned multipliers = sub_group / 2;
    std::int32_t merged = 0;
    for (unsigned s = 0; s < pass_length / sub_group; ++s) {
      std::int32_t tree = 0;
      for (unsigned m = 0; m < multipliers; ++m) {
        const unsigned lane = s * multipliers + m;
        const std::int32_t picked = operands.activations[s * sub_group + m + plan.select[lane]];
        tree += ((plan.valid >> lane) & 1u) != 0 ? picked : 0;
      }
      merged += ((plan.invert >> s) & 1u) != 0 ? operands.sub_group_sums[s] - tree : tree;
    }
    return merged;
  }

  std::int32_t column_ = 0;  // pipeline registers
  std::int32_t constant_ = 0;
  std::int32_t accumulator_ = 0;
};

}  // namespace lacuna::bitvert
