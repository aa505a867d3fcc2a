// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "baselines/stripes_options.h"
#include "engine/array_model.h"
#include "engine/gemm.h"

namespace lacuna::baselines {

/// The Stripes array in closed form: an int8 matrix product, eight cycles for every eight weights, and the ones of the
/// weights as lane counts.
class FastStripesArray : public engine::ArrayModel {
 public:
  explicit FastStripesArray(const StripesOptions& options) : options_(options) {}

  std::uint32_t pass_bytes() const override;
  bool clocked() const override { return false; }
  engine::ArrayResult compute(const engine::TileOperands& operands,
                              Span<std::int32_t> accumulators) override;
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override;
  bool step() override;
  engine::ArrayResult result() const override { return result_; }

 private:
  /// The tile whose weights are prepared.
  struct Cached {
    std::uint64_t version = 0;
    engine::WeightSource source = engine::WeightSource::stream;
    std::uint32_t channels = 0;
    std::uint32_t elements = 0;
    engine::WeightPanel panel;
    std::uint64_t ones = 0;  ///< bits of all weights that are one
  };
  const Cached& prepared(const engine::TileOperands& operands);
  void multiply(const engine::TileOperands& operands, const Cached& weights,
                Span<std::int32_t> accumulators);
  engine::ArrayResult timing(const engine::TileOperands& operands,
                             Span<const engine::ColumnBatch> batches) const;
  std::uint64_t turner_cycles(const engine::TileOperands& operands) const;

  StripesOptions options_;
  std::unique_ptr<Cached> cached_;
  engine::ActivationPanel activations_;
  std::vector<std::int32_t> sums_;
  engine::ArrayResult result_;
  std::uint64_t steps_left_ = 0;
};

}  // namespace lacuna::baselines
