// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "bitvert/scheduler.h"
#include "bitvert/signals.h"
#include "core/span.h"

namespace lacuna::bitvert {

/// Watches the columns that go by and the activations they meet, and counts products whose operands
/// are both non-zero. It is an instrument, not hardware: a PE never sees a whole weight.
class OperandProbe {
 public:
  OperandProbe(unsigned rows) : weights_(rows) {}

  /// One column of a row. @param ends_pass it is the last of its pass
  void observe(unsigned row, const FetchedColumn& column, bool ends_pass);
  /// Products of the rows' last complete weights with one array column's activations.
  std::uint64_t effective(const PassOperands& operands, unsigned valid_rows) const;

 private:
  struct Weights {
    std::array<std::int16_t, pass_length> values{};
    std::uint16_t non_zero = 0;  ///< of the last complete pass
  };
  std::vector<Weights> weights_;
};

}  // namespace lacuna::bitvert
