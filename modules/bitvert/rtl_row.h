// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "bitvert/column_feeder.h"
#include "engine/built_rows.h"
#include "engine/rtl_row.h"

namespace lacuna::bitvert {

/// One row of BitVert's array in SystemVerilog (rtl/bitvert_row.sv).
class RtlRow : public engine::RtlRow {
 public:
  /// All that this build has, by columns and sub_group; none without Verilator.
  static const std::vector<engine::BuiltRow<RtlRow>>& built();

  /// Sets the next weight column.
  virtual void put(const FetchedColumn& column) = 0;
  /// Sets what the array's columns hold from the next pass on.
  virtual void hold(const std::vector<PassOperands>& columns) = 0;
};

}  // namespace lacuna::bitvert
