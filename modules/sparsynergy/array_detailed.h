// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/activation_reader.h"
#include "engine/clocked_array.h"
#include "engine/pass_sequencer.h"
#include "sparsynergy/array_options.h"
#include "sparsynergy/fedp.h"
#include "sparsynergy/issue_control.h"
#include "sparsynergy/weight_feeder.h"

namespace lacuna::sparsynergy {

/// The array clock by clock: weight and activation registers are loaded; operands selected; column sums multiplied and
/// shifted; added to the partial sums. The four ranks of the authors' octet.
class DetailedArray final : public engine::ClockedArray, public LoadCounter {
 public:
  explicit DetailedArray(const ArrayOptions& options)
      : ClockedArray(options.overheads, fedp_columns * lanes), options_(options) {}

  std::uint32_t pass_bytes() const override { return feeder_.segment_elements(); }
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override;
  const LoadCounts& loads() const override { return loads_; }

 private:
  struct Loaded {
    engine::ColumnTag tag;
    std::vector<WeightLoad> weights;              // of every FEDP in a column
    std::vector<ActivationRegister> activations;  // of every column
  };
  struct Selected {
    engine::ColumnTag tag;
    std::vector<WeightLoad> weights;
    std::vector<LaneOperands> operands;  // FEDP by FEDP, [groups, columns]
  };

  bool turn_weights() override;
  bool columns_done() const override {
    return sequencer_.done() && !loaded_.tag.valid && !selected_.tag.valid;
  }
  void fetch() override;
  void prepare() override;
  engine::ColumnTag multiply() override;
  void add_products(bool starts_accumulation) override;
  void read_sums(std::vector<std::int32_t>& values) const override;
  void count_idle(const engine::ColumnTag& tag) override;

  Wait next_load();
  void load_activations();
  void count_load(const engine::ResultPlace& place);
  unsigned sum_bits() const;

  ArrayOptions options_;
  std::optional<engine::TileGeometry> geometry_;
  unsigned groups_ = 0;  // of eight channels in the array: FEDPs of a column
  bool turning_ = false;
  WeightFeeder feeder_;
  std::optional<engine::ActivationReader> reader_;
  engine::PassSequencer sequencer_;  // a pass is a segment
  unsigned most_kept_ = 1;           // vectors of the segment in the group that has most
  IssueControl control_;
  std::vector<Fedp> fedps_;  // [groups, columns]
  Loaded loaded_;
  Selected selected_;
  LoadCounts loads_;
};

}  // namespace lacuna::sparsynergy
