// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "engine/array_model.h"
#include "sparq/systolic/edge_controller.h"
#include "sparq/systolic/pe.h"
#include "sparq/systolic/sum_outlet.h"
#include "sparq/systolic/systolic_options.h"

namespace lacuna::sparq {

/// The systolic array clock by clock. Rows are channels, columns positions. At the edge operands of a pass are trimmed;
/// registers delay row r by r clocks and column c by c; then weights move right and activations down, from PE to PE.
/// A command that sums shall leave moves with the weights.
class DetailedSystolicArray final : public engine::ArrayModel {
 public:
  explicit DetailedSystolicArray(const SystolicOptions& options);
  DetailedSystolicArray(const DetailedSystolicArray&) = delete;
  DetailedSystolicArray& operator=(const DetailedSystolicArray&) = delete;

  std::uint32_t pass_bytes() const override { return controller_.rule().elements; }
  bool clocked() const override { return true; }
  bool counts_values() const override { return true; }
  engine::ArrayResult compute(const engine::TileOperands& operands,
                              Span<std::int32_t> accumulators) override;
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override;
  bool step() override;
  void listen(const engine::ResultListener& listener) override { outlet_.listen(listener); }
  void throttle(unsigned percent, std::uint64_t seed) override {
    controller_.throttle(percent, seed);
  }
  engine::ArrayResult result() const override { return outlet_.counted(controller_.result()); }

 private:
  /// One place of the registers that skew.
  struct EdgeOperands {
    PassTag tag;
    std::vector<std::array<std::int8_t, pair_elements>> weights;  // of every row
    std::vector<ColumnOperand> columns;
  };

  EdgeOperands trimmed(const Injection& next) const;
  /// The control that reaches a row's first PE in a clock in which `next` enters.
  const PassTag& control_of(unsigned row, const PassTag& next) const {
    return row == 0 ? next : edge_[row - 1].tag;
  }
  bool any_sum_leaves(const PassTag& next) const;
  /// All registers of the array take over; `next` enters.
  void array_clock(const Injection& next);

  SystolicOptions options_;
  TrimUnit trimmer_;
  EdgeController controller_;
  SumOutlet outlet_;
  unsigned rows_ = 0;
  unsigned columns_ = 0;
  std::vector<SystolicPe> pes_;    // row by row
  std::deque<EdgeOperands> edge_;  // the registers that skew, youngest first
};

}  // namespace lacuna::sparq
