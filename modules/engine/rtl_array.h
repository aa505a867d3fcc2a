// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "engine/handshake_trace.h"
#include "engine/output_registers.h"
#include "engine/rtl_model.h"
#include "engine/rtl_row.h"

namespace lacuna::engine {

/// An array with its datapath in SystemVerilog: as many Verilated rows as the array has, fed by the sequencer and the buffers of the
/// body that works clock by clock, and with its output registers. Every handshake is the rows' own. What a derived class adds is
/// where columns come from, and how they reach the rows' ports. Sums leave in sets, [columns, rows].
class RtlArray : public RtlModel {
 public:
  RtlArray(const RtlArray&) = delete;
  RtlArray& operator=(const RtlArray&) = delete;

  bool clocked() const final { return true; }
  ArrayResult compute(const TileOperands& operands, Span<std::int32_t> accumulators) final;
  bool step() final;
  void listen(const ResultListener& listener) final { listener_ = listener; }
  void throttle(unsigned percent, std::uint64_t seed) final { trace_.throttle(percent, seed); }
  ArrayResult result() const final;

 protected:
  /// @param columns until reset() @param lanes of a PE
  /// @param registers between a row's input and its result: 3 when a column is fetched, prepared and multiplied before it is accumulated
  RtlArray(unsigned columns, unsigned lanes, unsigned registers = 3)
      : columns_(columns), lanes_(lanes), in_rows_(registers) {}
  /// The derived class's rows, which it keeps.
  template <class Row>
  void attach(const RtlRows<Row>& made) {
    RtlModel::attach(*made.simulation);
    for (const auto& row : made.rows) {
      rows_.push_back(row.get());
    }
  }

  /// Empties the rows for a new step.
  /// @param latency of the output stage on this chunk
  /// @param sum_bits of what the accumulators hold, chunks before included; it wraps
  void reset(const TileGeometry& geometry, unsigned latency, Span<std::int32_t> accumulators,
             unsigned sum_bits = 32);

  /// One clock of what comes before the first column. @return false when nothing of it is left
  virtual bool turn_weights() = 0;
  /// Every column has been fetched.
  virtual bool columns_done() const = 0;
  /// Puts the next column at the rows' inputs, with what they hold from now on when it starts a pass. @return its tag, which is not
  /// valid when the column has to wait for a clock
  virtual ColumnTag fetch() = 0;
  /// The rows have taken the column that was fetched last.
  virtual void taken(const ColumnTag& /*tag*/) {}
  /// The sum of every PE, [columns, rows], where a row in SystemVerilog is not one of the array.
  virtual void read_sums(std::vector<std::int32_t>& values) const;
  /// Counts the lanes of a clock in which a column is multiplied. @param status of every row in SystemVerilog
  virtual void count_lanes(const ColumnTag& tag, const std::vector<RtlRowStatus>& status);
  /// Counts a clock in which no column is added: the pipeline fills, unless the machine tells a reason of its own.
  virtual void count_idle(const ColumnTag& tag);

  unsigned rows() const { return static_cast<unsigned>(rows_.size()); }
  unsigned columns() const { return columns_; }
  ArrayResult& counted() { return result_; }

 private:
  bool done() const;
  void offer_next();
  RtlRowStatus drive_rows();
  void count(const RtlRowStatus& status);
  void take_results();
  void move_on();
  void clock();
  const ColumnTag& multiplied() const { return in_rows_[in_rows_.size() - 2]; }

  unsigned columns_;
  const unsigned lanes_;
  std::vector<RtlRow*> rows_;
  std::vector<RtlRowStatus> status_;  // of every row in this cycle
  OutputRegisters outputs_;
  ResultListener listener_;
  HandshakeTrace trace_;

  ColumnTag next_;                  // of the column at the rows' inputs
  bool fetched_ = false;            // they have not taken it yet
  bool offering_ = false;           // it has arrived, and stays until they take it
  std::vector<ColumnTag> in_rows_;  // of the columns in the rows' registers, youngest first
  ArrayResult result_;
};

}  // namespace lacuna::engine
