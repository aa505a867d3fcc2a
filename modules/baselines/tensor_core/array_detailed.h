// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "baselines/tensor_core/fragment.h"
#include "engine/activation_reader.h"
#include "engine/clocked_array.h"
#include "engine/pass_sequencer.h"
#include "engine/selected_weights.h"

namespace lacuna::baselines {

/// An array of octets clock by clock: a fragment's operands are fetched into the operand registers; each step selects the
/// activations of its weights; FEDPs multiply and add four; sums of a step go back to their eighth of the octet's C buffer.
class DetailedFragmentArray final : public engine::ClockedArray {
 public:
  explicit DetailedFragmentArray(const FragmentOptions& options)
      : ClockedArray(options.array.overheads, fedp_lanes), options_(options) {}

  std::uint32_t pass_bytes() const override { return weights_.pass_elements(); }
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override;

 private:
  using RowOperands = std::array<engine::SelectedWeight, fragment_values>;
  /// Operand registers of all octets, and the controller's state.
  struct Fetched {
    engine::ColumnTag tag;
    std::uint32_t cycle = 0;  ///< of the fragment
    std::vector<RowOperands> rows;
    std::vector<std::vector<std::int16_t>> columns;  ///< [columns, pass elements]
  };
  /// What stands before the multipliers of one FEDP.
  struct Fedp {
    std::array<std::int8_t, fedp_lanes> weights{};
    std::array<std::int16_t, fedp_lanes> activations{};
    unsigned row = 0;
    unsigned column = 0;
    std::int32_t product = 0;
  };
  struct Selected {
    engine::ColumnTag tag;
    bool works = false;
    std::vector<Fedp> fedps;
  };

  bool turn_weights() override;
  bool columns_done() const override {
    return sequencer_.done() && !fetched_.tag.valid && !selected_.tag.valid;
  }
  void fetch() override;
  void prepare() override;
  engine::ColumnTag multiply() override;
  void add_products(bool starts_accumulation) override;
  void read_sums(std::vector<std::int32_t>& values) const override;
  void fetch_fragment();
  void select(const FragmentStep& step);
  void count(const engine::ResultPlace& place);

  FragmentOptions options_;
  std::optional<engine::TileGeometry> geometry_;
  bool turning_ = false;
  engine::SelectedWeights weights_;
  std::optional<engine::ActivationReader> activations_;
  engine::PassSequencer sequencer_;
  std::vector<std::int32_t> sums_;  // the C buffers, [columns, rows]

  Fetched fetched_;             // register between fetch and select
  Selected selected_;           // between select and multiply
  std::vector<Fedp> products_;  // between multiply and accumulate; empty: no step
};

}  // namespace lacuna::baselines
