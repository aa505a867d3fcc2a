// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "baselines/stripes/pe.h"
#include "engine/activation_reader.h"
#include "engine/array_options.h"
#include "engine/clocked_array.h"
#include "engine/pass_sequencer.h"
#include "engine/weight_turner.h"

namespace lacuna::baselines {

/// The Stripes array clock by clock: the weights and activations of a pass are fetched; the weights serialized; multiplied;
/// accumulated.
class DetailedStripesArray final : public engine::ClockedArray {
 public:
  explicit DetailedStripesArray(const engine::ArrayOptions& options)
      : ClockedArray(options.overheads, stripes_lanes), options_(options) {}

  std::uint32_t pass_bytes() const override { return stripes_lanes; }
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override;

 private:
  using RowWeights = std::array<std::uint8_t, stripes_lanes>;
  struct Fetched {
    engine::ColumnTag tag;
    std::uint8_t bit = 0;
    std::vector<RowWeights> rows;
    std::vector<StripesOperands> columns;
  };
  struct Serialized {
    engine::ColumnTag tag;
    std::vector<StripesColumn> rows;
    std::vector<StripesOperands> columns;
  };

  bool turn_weights() override;
  bool columns_done() const override {
    return sequencer_.done() && !fetched_.tag.valid && !serialized_.tag.valid;
  }
  void fetch() override;
  void prepare() override;
  engine::ColumnTag multiply() override;
  void add_products(bool starts_accumulation) override;
  void read_sums(std::vector<std::int32_t>& values) const override;
  void fetch_pass();
  void count_effective(const Fetched& pass);

  engine::ArrayOptions options_;
  std::optional<engine::TileGeometry> geometry_;
  bool turning_ = false;
  engine::WeightTurner weights_;
  std::optional<engine::ActivationReader> activations_;
  engine::PassSequencer sequencer_;
  std::vector<StripesPe> pes_;  // row by row

  Fetched fetched_;        // register between fetch and serialize
  Serialized serialized_;  // between serialize and multiply
};

}  // namespace lacuna::baselines
