// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "engine/rtl_model.h"
#include "sparq/systolic/edge_controller.h"
#include "sparq/systolic/rtl_row.h"
#include "sparq/systolic/sum_outlet.h"
#include "sparq/systolic/systolic_options.h"

namespace lacuna::sparq {

/// The systolic array with its datapath in SystemVerilog: trimming units and skew at the upper edge, and as many rows as the array has.
/// The controller is that of the other body that works clock by clock. Control goes from row to row; each row's weights are read when
/// its control comes by.
class RtlSystolicArray final : public engine::RtlModel {
 public:
  /// @throws Error (bad_input) on options that no row was built for
  RtlSystolicArray(const SystolicOptions& options, unsigned rows, unsigned columns);
  /// With rows and an edge that somebody else made.
  RtlSystolicArray(const SystolicOptions& options, SystolicSlice slice);

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
  void drive(const Injection& next);
  bool any_sum_leaves() const;
  void expect_sums(const PassTag& command);
  void take_sums();
  void clock(bool advance);

  SystolicOptions options_;
  EdgeController controller_;
  SumOutlet outlet_;
  SystolicSlice slice_;

  using RowWeights = std::vector<std::array<std::int8_t, pair_elements>>;
  std::deque<RowWeights> weights_;  // of the last clocks in which the array moved
  std::vector<std::vector<std::uint32_t>>
      tiles_;                              // of every column, array tiles in the order of commands
  std::vector<std::uint32_t> sums_taken_;  // of every PE, row by row
  OperandWords words_;
};

}  // namespace lacuna::sparq
