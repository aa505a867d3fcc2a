// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "cosim/rtl_simulation.h"
#include "engine/column_tag.h"

namespace lacuna::engine {

/// What a row of an array in SystemVerilog does in a cycle.
struct RtlRowStatus {
  bool in_ready = false;
  bool out_valid = false;
  bool accumulating = false;      ///< a column joins the accumulators
  bool working = false;           ///< a column is multiplied
  unsigned working_lanes = 0;     ///< of each PE
  bool working_constant = false;  ///< by a constant too
};

/// One row of an array in SystemVerilog, behind a class that knows no simulator. It takes a column of weights with valid and ready and
/// gives one result of every PE with valid and ready; it moves as one: while in_ready is low, nothing in it does. What comes with a
/// column beside its tag is the accelerator's: a class derived from this one takes it.
class RtlRow {
 public:
  virtual ~RtlRow() = default;

  virtual void reset() = 0;
  /// Sets the handshakes' inputs of this cycle; a column without valid tag is none.
  virtual void drive(const ColumnTag& tag, bool out_ready) = 0;
  /// After drive(), in the same cycle.
  virtual RtlRowStatus status() = 0;
  /// The result of one PE, while out_valid.
  virtual std::int32_t result(unsigned column) const = 0;
  /// The rising edge.
  virtual void clock() = 0;
};

/// What models share, of one kind or of several.
using SharedSimulation = std::shared_ptr<cosim::RtlSimulation>;

/// The rows of an array, and what they share.
template <class Row>
struct RtlRows {
  SharedSimulation simulation;
  std::vector<std::unique_ptr<Row>> rows;
};

}  // namespace lacuna::engine
