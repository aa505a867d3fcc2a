// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "engine/array_model.h"
#include "sparq/systolic/fold_controller.h"
#include "sparq/systolic/stationary_pe.h"
#include "sparq/systolic/systolic_options.h"

namespace lacuna::sparq {

/// The dense array with stationary weights or activations, clock by clock. Rows are elements of the reduction; columns are channels where
/// weights stay, positions where activations do. Registers delay row r by r clocks and column c by c; moving operands go right,
/// partial sums down, and below the last row sums of folds are added up in the output buffer.
class DetailedStationaryArray final : public engine::ArrayModel {
 public:
  DetailedStationaryArray(const SystolicOptions& options, unsigned rows, unsigned columns);
  DetailedStationaryArray(const DetailedStationaryArray&) = delete;
  DetailedStationaryArray& operator=(const DetailedStationaryArray&) = delete;

  std::uint32_t pass_bytes() const override { return 1; }
  bool clocked() const override { return true; }
  bool counts_values() const override { return true; }
  bool reads_by_batch() const override { return false; }
  engine::ArrayResult compute(const engine::TileOperands& operands,
                              Span<std::int32_t> accumulators) override;
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override;
  bool step() override;
  engine::ArrayResult result() const override;

 private:
  /// All registers of the grid take over; `next` enters.
  void grid_clock(const FoldInjection& next);
  MovingOperand from_left(unsigned row) const;
  KeptOperand from_above(unsigned column) const;
  /// A sum has come out below a column.
  void add_up(unsigned column, const StationaryPe& last);

  SystolicOptions options_;
  unsigned rows_;
  unsigned columns_;
  FoldController controller_;
  std::vector<StationaryPe> pes_;    // row by row
  std::deque<FoldInjection> edges_;  // the registers that skew, youngest first
  std::uint32_t channels_ = 0;       // of the step
  bool first_chunk_ = true;
  Span<std::int32_t> accumulators_;
  std::uint64_t effective_ = 0;
  std::uint64_t sum_reads_ = 0;
  std::uint64_t sum_writes_ = 0;
};

}  // namespace lacuna::sparq
