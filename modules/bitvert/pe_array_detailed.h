// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bitvert/array_options.h"
#include "bitvert/column_feeder.h"
#include "bitvert/operand_probe.h"
#include "bitvert/pe.h"
#include "bitvert/scheduler.h"
#include "bitvert/signals.h"
#include "engine/clocked_array.h"

namespace lacuna::bitvert {

/// The array clock by clock: a weight column is fetched, with the activations and their sums held; scheduled; multiplied;
/// accumulated.
class DetailedPeArray final : public engine::ClockedArray {
 public:
  explicit DetailedPeArray(const ArrayOptions& options)
      : ClockedArray(options.overheads, lanes_per_pe), options_(options), feeder_(options) {}

  std::uint32_t pass_bytes() const override { return pass_length; }
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override;

 private:
  struct Scheduled {
    ColumnTag tag;
    std::vector<RowControl> rows;
    std::vector<PassOperands> columns;
  };

  bool turn_weights() override { return feeder_.transpose(); }
  bool columns_done() const override {
    return feeder_.done() && !fetched_.tag.valid && !scheduled_.tag.valid;
  }
  void fetch() override { counted().passes += feeder_.fetch(fetched_) ? 1 : 0; }
  void prepare() override;
  ColumnTag multiply() override;
  void add_products(bool starts_accumulation) override;
  void read_sums(std::vector<std::int32_t>& values) const override;
  void count_lanes_of(const Scheduled& column);

  ArrayOptions options_;
  ColumnFeeder feeder_;
  std::vector<RowScheduler> schedulers_;
  std::vector<Pe> pes_;  // row by row
  std::optional<OperandProbe> probe_;

  FetchedColumns fetched_;  // register between fetch and schedule
  Scheduled scheduled_;     // between schedule and multiply
};

}  // namespace lacuna::bitvert
