// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "baselines/stripes/feeder.h"
#include "engine/built_rows.h"
#include "engine/rtl_row.h"

namespace lacuna::baselines {

/// One row of the Stripes array in SystemVerilog (rtl/stripes_row.sv).
class StripesRow : public engine::RtlRow {
 public:
  /// All that this build has, by columns; none without Verilator.
  static const std::vector<engine::BuiltRow<StripesRow>>& built();

  /// Sets the weights of the next pass, and what the array's columns hold meanwhile.
  virtual void hold(const StripesWeights& weights, const std::vector<StripesOperands>& columns) = 0;
};

}  // namespace lacuna::baselines
