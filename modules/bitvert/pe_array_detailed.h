// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "bitvert/array_options.h"
#include "bitvert/column_feeder.h"
#include "bitvert/operand_probe.h"
#include "bitvert/pe.h"
#include "bitvert/scheduler.h"
#include "bitvert/signals.h"
#include "engine/array_model.h"
#include "engine/output_registers.h"

namespace lacuna::bitvert {

/// The array clock by clock: four stages with registers between them (fetch a weight column and
/// hold the activations and their sums; schedule; multiply; accumulate), then output registers that
/// drain column by column. Every bit and every cycle comes out of the signals; nothing is computed
/// in advance.
class DetailedPeArray : public engine::ArrayModel {
 public:
  explicit DetailedPeArray(const ArrayOptions& options) : options_(options), feeder_(options) {}
  DetailedPeArray(const DetailedPeArray&) = delete;
  DetailedPeArray& operator=(const DetailedPeArray&) = delete;

  std::uint32_t pass_bytes() const override { return pass_length; }
  bool clocked() const override { return true; }
  engine::ArrayResult compute(const engine::TileOperands& operands,
                              Span<std::int32_t> accumulators) override;
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override;
  bool step() override;
  void listen(engine::ResultListener listener) override { listener_ = std::move(listener); }
  engine::ArrayResult result() const override { return result_; }

 private:
  struct Scheduled {
    ColumnTag tag;
    std::vector<RowControl> rows;
    std::vector<PassOperands> columns;
  };

  bool done() const;
  void run_pipeline();
  void run_without_registers();
  void fetch();
  void schedule();
  void multiply();
  void accumulate();
  bool results_blocked() const;
  void count_lanes(const Scheduled& column);

  ArrayOptions options_;
  ColumnFeeder feeder_;
  unsigned rows_ = 0;
  unsigned columns_ = 0;

  std::vector<RowScheduler> schedulers_;
  std::vector<Pe> pes_;  // row by row
  engine::OutputRegisters outputs_;
  engine::ResultListener listener_;
  std::optional<OperandProbe> probe_;

  FetchedColumns fetched_;  // register between fetch and schedule
  Scheduled scheduled_;     // between schedule and multiply
  ColumnTag multiplied_;    // between multiply and accumulate; the data is in the PEs
  engine::ArrayResult result_;
};

}  // namespace lacuna::bitvert
