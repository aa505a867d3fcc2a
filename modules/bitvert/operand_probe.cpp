// SPDX-License-Identifier: Apache-2.0
#include "bitvert/operand_probe.h"

namespace lacuna::bitvert {
namespace {

/// What the constant multiplier adds to every weight of the group.
int constant_of(const FetchedColumn& column) {
  if (!column.header.has_constants) {
    return 0;
  }
  const int bits = column.metadata.constant;
  if (!column.header.subtracts_constants) {
    return bits;
  }
  return -(bits >= 32 ? bits - 64 : bits);
}

}  // namespace

void OperandProbe::observe(unsigned row, const FetchedColumn& column, bool ends_pass) {
  Weights& weights = weights_[row];
  if (column.index == 0) {
    weights.values.fill(0);
  }
  const int significance = 7 - column.metadata.redundant - column.index;
  if (significance >= 0) {
    const int weight = (column.index == 0 ? -1 : 1) * (1 << significance);
    for (unsigned i = 0; i < pass_length; ++i) {
      weights.values[i] =
          static_cast<std::int16_t>(weights.values[i] + ((column.bits >> i) & 1) * weight);
    }
  }
  if (ends_pass) {
    const int constant = constant_of(column);
    unsigned mask = 0;
    for (unsigned i = 0; i < pass_length; ++i) {
      mask |= (weights.values[i] + constant != 0 ? 1u : 0u) << i;
    }
    weights.non_zero = static_cast<std::uint16_t>(mask);
  }
}

std::uint64_t OperandProbe::effective(const PassOperands& operands, unsigned valid_rows) const {
  unsigned mask = 0;
  for (unsigned i = 0; i < pass_length; ++i) {
    mask |= (operands.activations[i] != 0 ? 1u : 0u) << i;
  }
  std::uint64_t count = 0;
  for (unsigned row = 0; row < valid_rows; ++row) {
    count += static_cast<unsigned>(__builtin_popcount(mask & weights_[row].non_zero));
  }
  return count;
}

}  // namespace lacuna::bitvert
