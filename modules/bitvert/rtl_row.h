// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bitvert/array_options.h"
#include "bitvert/column_feeder.h"
#include "cosim/rtl_simulation.h"

namespace lacuna::bitvert {

/// What a row of the array does in a cycle.
struct RtlRowStatus {
  bool in_ready = false;
  bool out_valid = false;
  bool accumulating = false;  ///< a column joins the accumulators
  bool working = false;       ///< a column is multiplied
  bool working_constant = false;
  unsigned working_lanes = 0;  ///< of each PE
};

/// One row of the array in SystemVerilog (rtl/bitvert_row.sv), behind a class that knows no simulator.
class RtlRow {
 public:
  virtual ~RtlRow() = default;

  virtual void reset() = 0;
  /// Sets the inputs of this cycle; a column without valid tag is none.
  virtual void drive(const ColumnTag& tag, const FetchedColumn& column, bool out_ready) = 0;
  /// Sets what the array's columns hold from the next pass on.
  virtual void hold(const std::vector<PassOperands>& columns) = 0;
  /// After drive(), in the same cycle.
  virtual RtlRowStatus status() = 0;
  /// The result of one PE, while out_valid.
  virtual std::int32_t result(unsigned column) const = 0;
  /// The rising edge.
  virtual void clock() = 0;
};

/// The rows of an array, and what they share; it must outlive them.
struct RtlRows {
  std::unique_ptr<cosim::RtlSimulation> simulation;
  std::vector<std::unique_ptr<RtlRow>> rows;
};
/// Rows of so many PEs. @throws Error (bad_input) naming the rows that were built, or the package that is missing
RtlRows make_rtl_rows(std::size_t rows, unsigned columns, const ArrayOptions& options);

/// "16 columns with sub-groups of 8, ...": the rows that were built; empty without Verilator.
std::string built_rtl_rows();

}  // namespace lacuna::bitvert
