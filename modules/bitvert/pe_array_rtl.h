// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "bitvert/array_options.h"
#include "bitvert/column_feeder.h"
#include "bitvert/operand_probe.h"
#include "bitvert/rtl_row.h"
#include "engine/array_model.h"
#include "engine/handshake_trace.h"
#include "engine/output_registers.h"

namespace lacuna::bitvert {

/// The array with its datapath in SystemVerilog: as many Verilated rows as the array has. Buffers, sequencer, sums of activations and output
/// registers are those of the other body that works clock by clock; every handshake is the rows' own.
class RtlPeArray : public engine::ArrayModel {
 public:
  /// @throws Error (bad_input) on options that no row was built for
  RtlPeArray(const ArrayOptions& options, unsigned rows, unsigned columns);

  /// Records all rows from now on. @param now the simulation's time in picoseconds, @param period of the clock
  void record(const tlm::WaveRequest& request, std::function<std::int64_t()> now,
              std::int64_t period_ps);

  std::uint32_t pass_bytes() const override { return pass_length; }
  bool clocked() const override { return true; }
  engine::ArrayResult compute(const engine::TileOperands& operands,
                              Span<std::int32_t> accumulators) override;
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override;
  bool step() override;
  void listen(const engine::ResultListener& listener) override { listener_ = listener; }
  void throttle(unsigned percent, std::uint64_t seed) override { trace_.throttle(percent, seed); }
  engine::ArrayResult result() const override;

 private:
  bool done() const;
  void offer_next();
  RtlRowStatus drive_rows();
  void take_results();
  void count(const RtlRowStatus& status);
  void move_on();
  void clock();

  ArrayOptions options_;
  unsigned columns_;
  ColumnFeeder feeder_;
  std::unique_ptr<cosim::RtlSimulation> simulation_;
  std::vector<std::unique_ptr<RtlRow>> rows_;
  std::function<std::int64_t()> now_;  // while a waveform is recorded
  std::int64_t period_ps_ = 0;
  std::int64_t time_ps_ = 0;  // of this cycle in the waveform: throttled, it may run ahead
  engine::OutputRegisters outputs_;
  engine::ResultListener listener_;
  engine::HandshakeTrace trace_;
  std::optional<OperandProbe> probe_;

  FetchedColumns next_;    // the next column for the rows
  bool offering_ = false;  // it is at their inputs, and stays there until they take it
  ColumnTag scheduled_;    // tags of the columns in the rows' registers
  ColumnTag fetched_;
  ColumnTag multiplied_;
  engine::ArrayResult result_;
};

}  // namespace lacuna::bitvert
