// SPDX-License-Identifier: Apache-2.0
#include "bitvert/scheduler.h"

namespace lacuna::bitvert {
namespace {

unsigned ones_of(std::uint32_t bits) {
  return static_cast<unsigned>(__builtin_popcount(bits));
}

ConstantSlice slice_constant(const FetchedColumn& column) {
  ConstantSlice slice;
  if (!column.header.has_constants || column.index > 1) {
    return slice;
  }
  slice.active = true;
  slice.upper = column.index == 1;
  slice.subtract = column.header.subtracts_constants;
  const unsigned half = (column.metadata.constant >> (slice.upper ? 3 : 0)) & 7u;
  const bool is_signed = slice.upper && slice.subtract;
  slice.factor = static_cast<std::int8_t>(is_signed && half > 3 ? static_cast<int>(half) - 8
                                                                : static_cast<int>(half));
  return slice;
}

}  // namespace

ColumnPlan plan_column(std::uint32_t column, unsigned sub_group) {
  const unsigned multipliers = sub_group / 2;
  ColumnPlan plan;
  plan.invert = ones_of(column) > multipliers;
  std::uint32_t left = plan.invert ? ~column & ((1u << sub_group) - 1) : column;
  const std::uint32_t window = (1u << (multipliers + 1)) - 1;
  for (unsigned m = 0; m < multipliers; ++m) {
    const std::uint32_t seen = (left >> m) & window;
    if (seen != 0) {
      plan.select[m] = static_cast<std::uint8_t>(__builtin_ctz(seen));
      plan.valid = static_cast<std::uint8_t>(plan.valid | (1u << m));
      left &= ~(1u << (m + plan.select[m]));
    }
  }
  return plan;
}

PassPlan plan_pass(std::uint16_t column, unsigned sub_group) {
  const unsigned multipliers = sub_group / 2;
  PassPlan pass;
  for (unsigned s = 0; s * sub_group < pass_length; ++s) {
    const std::uint32_t bits = (std::uint32_t{column} >> (s * sub_group)) & ((1u << sub_group) - 1);
    const ColumnPlan plan = plan_column(bits, sub_group);
    for (unsigned m = 0; m < multipliers; ++m) {
      pass.select[s * multipliers + m] = plan.select[m];
    }
    pass.valid = static_cast<std::uint8_t>(pass.valid | (plan.valid << (s * multipliers)));
    pass.invert = static_cast<std::uint8_t>(pass.invert | ((plan.invert ? 1u : 0u) << s));
  }
  return pass;
}

RowControl RowScheduler::schedule(const FetchedColumn& column) {
  significance_ = column.index == 0 ? 7 - column.metadata.redundant : significance_ - 1;
  RowControl control;
  control.negate = column.index == 0;
  control.constant = slice_constant(column);
  if (significance_ >= 0) {
    control.significance = static_cast<std::uint8_t>(significance_);
    control.plan = plan_pass(column.bits, sub_group_);
  }
  return control;
}

}  // namespace lacuna::bitvert
