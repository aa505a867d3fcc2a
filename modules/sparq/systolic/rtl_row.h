// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/built_rows.h"
#include "sparq/systolic/injection.h"

namespace lacuna::sparq {

/// Activations between one row and the next, as words of 32 bits (rtl/sparq_pkg.sv says what they hold).
using OperandWords = std::vector<std::uint32_t>;

/// How activations come to the upper edge.
struct EdgeMode {
  bool reduced = false;  ///< pairs to be trimmed
  bool round = false;
  bool is_signed = false;
};

/// The upper edge of a systolic array in SystemVerilog: trimming units and registers that skew (rtl/sparq_edge.sv).
class SystolicEdge {
 public:
  virtual ~SystolicEdge() = default;
  /// All that this build has, by columns, bits and placements; none without Verilator.
  static const std::vector<engine::BuiltRow<SystolicEdge>>& built();

  virtual void reset(const EdgeMode& mode) = 0;
  /// Sets what enters in this cycle.
  virtual void drive(const Injection& next) = 0;
  /// After drive(): what reaches the first row.
  virtual void operands(OperandWords& words) const = 0;
  /// The rising edge. @param advance the array moves
  virtual void clock(bool advance) = 0;
};

/// One row of a systolic array in SystemVerilog (rtl/sparq_row.sv).
class SystolicRow {
 public:
  virtual ~SystolicRow() = default;
  static const std::vector<engine::BuiltRow<SystolicRow>>& built();

  virtual void reset() = 0;
  /// Sets the control of this cycle: that of the first row.
  virtual void control(const PassTag& tag) = 0;
  /// Sets that of a row below another.
  virtual void control(const SystolicRow& above) = 0;
  /// Sets activations and weights of this cycle.
  virtual void drive(const OperandWords& operands,
                     const std::array<std::int8_t, pair_elements>& weights) = 0;
  /// After drive(): a PE's sum leaves in this cycle, if the array moves.
  virtual bool leaves(unsigned column) const = 0;
  virtual bool any_leaves() const = 0;
  virtual std::int32_t sum(unsigned column) const = 0;
  /// What the row hands to the one below, from its registers.
  virtual void operands(OperandWords& words) const = 0;
  virtual std::uint32_t control_word() const = 0;
  /// The last PE ended a dot product in the cycle before.
  virtual bool ended() const = 0;
  /// The rising edge. @param advance the array moves
  virtual void clock(bool advance) = 0;
};

/// An array's rows and its edge, of one simulation.
struct SystolicSlice {
  engine::RtlRows<SystolicRow> rows;
  engine::RtlRows<SystolicEdge> edge;
};

}  // namespace lacuna::sparq
