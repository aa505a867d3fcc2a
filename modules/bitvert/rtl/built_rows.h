// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "bitvert/rtl_row.h"

namespace lacuna::bitvert {

/// A row that this build has Verilated.
struct BuiltRow {
  unsigned columns;
  unsigned sub_group;
  std::vector<std::unique_ptr<RtlRow>> (*make)(std::size_t rows,
                                               std::unique_ptr<cosim::RtlSimulation>& simulation);
};

/// All of them; none without Verilator.
const std::vector<BuiltRow>& built_rows();

}  // namespace lacuna::bitvert
