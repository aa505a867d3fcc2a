// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/activation_reader.h"
#include "engine/clocked_array.h"
#include "engine/pass_sequencer.h"
#include "engine/selected_weights.h"
#include "sparq/tensor_core/dot_product_unit.h"
#include "sparq/tensor_core/issue_rule.h"

namespace lacuna::sparq {

/// Tensor Cores side by side, clock by clock: rows are channels, columns positions. An issue's operands are fetched into the
/// operand registers; activations of a column are trimmed in pairs before they reach its units, or, of weights of 2:4, each
/// unit selects first and trims for itself; units multiply, and add up with the sum so far.
class DetailedDotProductArray final : public engine::ClockedArray {
 public:
  explicit DetailedDotProductArray(const DotProductOptions& options)
      : ClockedArray(options.array.overheads, unit_multipliers),
        options_(options),
        trimmer_(options.pe, options.format) {}

  std::uint32_t pass_bytes() const override { return rule_.elements(); }
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override;

 private:
  using RowOperands = std::array<engine::SelectedWeight, unit_multipliers * pair_elements>;
  /// Operand registers of all units.
  struct Fetched {
    engine::ColumnTag tag;
    std::uint32_t clock = 0;  ///< of the issue
    std::vector<RowOperands> rows;
    std::vector<std::vector<std::int16_t>> columns;  ///< [columns, elements of an issue]
  };
  /// What stands before the multipliers.
  struct Prepared {
    engine::ColumnTag tag;
    std::vector<UnitOperand> units;  ///< [columns, rows]
    std::uint64_t effectual = 0;     ///< weights that meet an activation, neither of them zero
  };

  bool turn_weights() override;
  bool columns_done() const override {
    return sequencer_.done() && !fetched_.tag.valid && !prepared_.tag.valid;
  }
  void fetch() override;
  void prepare() override;
  engine::ColumnTag multiply() override;
  void add_products(bool starts_accumulation) override;
  void read_sums(std::vector<std::int32_t>& values) const override;
  void fetch_operands();
  std::int16_t selected(const engine::SelectedWeight& weight, unsigned column) const;
  UnitOperand operand_of(unsigned row, unsigned column,
                         const std::array<PairOperand, unit_multipliers>& trimmed) const;
  std::uint64_t count_effectual(const engine::ResultPlace& place) const;

  DotProductOptions options_;
  IssueRule rule_;
  TrimUnit trimmer_;
  std::optional<engine::TileGeometry> geometry_;
  bool turning_ = false;
  engine::SelectedWeights weights_;
  std::optional<engine::ActivationReader> activations_;
  engine::PassSequencer sequencer_;
  std::vector<DotProductUnit> units_;  // [columns, rows]

  Fetched fetched_;    // register between fetch and prepare
  Prepared prepared_;  // between prepare and multiply
};

}  // namespace lacuna::sparq
