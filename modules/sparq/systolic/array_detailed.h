// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "engine/activation_reader.h"
#include "engine/array_model.h"
#include "engine/pass_sequencer.h"
#include "engine/weight_turner.h"
#include "sparq/systolic/pe.h"
#include "sparq/systolic/systolic_options.h"

namespace lacuna::sparq {

/// The systolic array clock by clock. Rows are channels, columns positions. At the edge operands of a pass are fetched and
/// trimmed; registers delay row r by r clocks and column c by c; then weights move right and activations down, from PE to PE.
/// A command that sums shall leave moves with the weights.
class DetailedSystolicArray final : public engine::ArrayModel {
 public:
  explicit DetailedSystolicArray(const SystolicOptions& options);
  DetailedSystolicArray(const DetailedSystolicArray&) = delete;
  DetailedSystolicArray& operator=(const DetailedSystolicArray&) = delete;

  std::uint32_t pass_bytes() const override { return rule_.elements; }
  bool clocked() const override { return true; }
  engine::ArrayResult compute(const engine::TileOperands& operands,
                              Span<std::int32_t> accumulators) override;
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override;
  bool step() override;
  engine::ArrayResult result() const override { return result_; }

 private:
  /// What enters at the edge in one clock.
  struct Injection {
    std::vector<RowOperand> rows;
    std::vector<ColumnOperand> columns;
  };

  bool commands_left() const { return drain_group_ < drain_groups_; }
  void command_drain(Injection& to);
  void advance(Injection& to);
  void inject(Injection& to);
  void count_clock();
  void count_operands(const Injection& pass, const engine::ResultPlace& place,
                      std::uint32_t first_element);
  /// All registers of the array take over; `next` enters.
  void array_clock(const Injection& next);
  void take_out(unsigned row, unsigned column, const engine::ResultPlace& place, std::int32_t sum);
  bool empty_array();

  SystolicOptions options_;
  PassRule rule_;
  TrimUnit trimmer_;
  std::optional<engine::TileGeometry> geometry_;
  Span<std::int32_t> accumulators_;
  bool turning_ = false;
  engine::WeightTurner weights_;
  std::optional<engine::ActivationReader> activations_;
  engine::PassSequencer sequencer_;
  std::vector<engine::ResultPlace> places_;  // of the step's array tiles

  unsigned rows_ = 0;
  unsigned columns_ = 0;
  std::vector<SystolicPe> pes_;  // row by row
  std::deque<Injection> edge_;   // the registers that skew, youngest first
  bool waits_for_wave_ = false;  // nothing enters until the last PE has ended its dot product
  std::uint32_t clocks_until_empty_ = 0;
  std::uint32_t latency_left_ = 0;  // of the output stage

  std::uint32_t drain_group_ = 0;   // the next whose sums leave
  std::uint32_t drain_groups_ = 0;  // of the array tile that leaves
  std::uint32_t drain_tile_ = 0;
  bool drain_taken_ =
      true;  // its sums were taken out with the step before: only their time is left
  std::uint32_t drain_left_ = 0;  // groups that the next step overlaps
  engine::ArrayResult result_;
};

}  // namespace lacuna::sparq
