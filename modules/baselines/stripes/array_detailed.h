// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "baselines/stripes/feeder.h"
#include "baselines/stripes/pe.h"
#include "engine/array_options.h"
#include "engine/clocked_array.h"

namespace lacuna::baselines {

/// The Stripes array clock by clock: the weights and activations of a pass are fetched; the weights serialized; multiplied;
/// accumulated.
class DetailedStripesArray final : public engine::ClockedArray {
 public:
  explicit DetailedStripesArray(const engine::ArrayOptions& options)
      : ClockedArray(options.overheads, stripes_lanes), options_(options), feeder_(options) {}

  std::uint32_t pass_bytes() const override { return stripes_lanes; }
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override;

 private:
  struct Serialized {
    engine::ColumnTag tag;
    std::vector<StripesColumn> rows;
    std::vector<StripesOperands> columns;
  };

  bool turn_weights() override { return feeder_.turn(); }
  bool columns_done() const override {
    return feeder_.done() && !fetched_.tag.valid && !serialized_.tag.valid;
  }
  void fetch() override;
  void prepare() override;
  engine::ColumnTag multiply() override;
  void add_products(bool starts_accumulation) override;
  void read_sums(std::vector<std::int32_t>& values) const override;

  engine::ArrayOptions options_;
  StripesFeeder feeder_;
  std::vector<StripesPe> pes_;  // row by row

  StripesFetched fetched_;  // register between fetch and serialize
  Serialized serialized_;   // between serialize and multiply
};

}  // namespace lacuna::baselines
