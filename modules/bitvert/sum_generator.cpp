// SPDX-License-Identifier: Apache-2.0
#include "bitvert/sum_generator.h"

namespace lacuna::bitvert {

PassOperands generate_sums(const std::array<std::int16_t, pass_length>& activations,
                           unsigned sub_group) {
  PassOperands operands;
  operands.activations = activations;
  for (unsigned i = 0; i < pass_length; ++i) {
    std::int16_t& sum = operands.sub_group_sums[i / sub_group];
    sum = static_cast<std::int16_t>(sum + activations[i]);
    operands.pass_sum = static_cast<std::int16_t>(operands.pass_sum + activations[i]);
  }
  return operands;
}

}  // namespace lacuna::bitvert
