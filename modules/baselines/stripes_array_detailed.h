// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "baselines/stripes_options.h"
#include "baselines/stripes_pe.h"
#include "baselines/stripes_sequencer.h"
#include "baselines/stripes_turner.h"
#include "engine/activation_reader.h"
#include "engine/array_model.h"
#include "engine/output_registers.h"

namespace lacuna::baselines {

/// The Stripes array clock by clock: four stages with registers between them (fetch the weights and
/// activations of a pass; serialize the weights; multiply; accumulate), then output registers that
/// drain column by column.
class DetailedStripesArray : public engine::ArrayModel {
 public:
  explicit DetailedStripesArray(const StripesOptions& options) : options_(options) {}
  DetailedStripesArray(const DetailedStripesArray&) = delete;
  DetailedStripesArray& operator=(const DetailedStripesArray&) = delete;

  std::uint32_t pass_bytes() const override { return stripes_lanes; }
  bool clocked() const override { return true; }
  engine::ArrayResult compute(const engine::TileOperands& operands,
                              Span<std::int32_t> accumulators) override;
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override;
  bool step() override;
  engine::ArrayResult result() const override { return result_; }

 private:
  /// Travels with a column of weight bits from stage to stage.
  struct Tag {
    bool valid = false;
    bool starts_pass = false;
    bool starts_accumulation = false;
    bool ends_accumulation = false;
    std::uint8_t bit = 0;
    engine::ResultPlace place;
  };
  using RowWeights = std::array<std::uint8_t, stripes_lanes>;
  struct Fetched {
    Tag tag;
    std::vector<RowWeights> rows;
    std::vector<StripesOperands> columns;
  };
  struct Serialized {
    Tag tag;
    std::vector<StripesColumn> rows;
    std::vector<StripesOperands> columns;
  };

  bool done() const;
  void run_pipeline();
  void run_without_registers();
  void fetch();
  void fetch_pass();
  void serialize();
  void multiply();
  void accumulate();
  std::uint32_t valid_rows(std::uint32_t block) const;
  void count_effective(const Fetched& pass);
  void count_lanes(const Serialized& column);

  StripesOptions options_;
  std::optional<engine::TileGeometry> geometry_;
  unsigned rows_ = 0;
  unsigned columns_ = 0;
  bool turning_ = false;
  StripesTurner weights_;
  std::optional<engine::ActivationReader> activations_;
  StripesSequencer sequencer_;
  std::vector<StripesPe> pes_;  // row by row
  engine::OutputRegisters outputs_;

  Fetched fetched_;        // register between fetch and serialize
  Serialized serialized_;  // between serialize and multiply
  Tag multiplied_;         // between multiply and accumulate; the data is in the PEs
  engine::ArrayResult result_;
};

}  // namespace lacuna::baselines
