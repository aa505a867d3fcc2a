// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/array_options.h"
#include "engine/closed_form_array.h"
#include "engine/gemm.h"

namespace lacuna::baselines {

/// The Stripes array in closed form: an int8 matrix product, eight cycles for every eight weights, and the ones of the
/// weights as lane counts.
class FastStripesArray final : public engine::ClosedFormArray {
 public:
  explicit FastStripesArray(const engine::ArrayOptions& options) : options_(options) {}

  std::uint32_t pass_bytes() const override;
  engine::ArrayResult compute(const engine::TileOperands& operands,
                              Span<std::int32_t> accumulators) override;

 private:
  /// The tile whose weights are prepared.
  struct Cached {
    WeightKey key;
    engine::WeightPanel panel;
    std::uint64_t ones = 0;  ///< bits of all weights that are one
  };
  const Cached& prepared(const engine::TileOperands& operands);
  engine::ArrayResult timing(const engine::TileOperands& operands,
                             Span<const engine::ColumnBatch> batches) const;

  engine::ArrayOptions options_;
  std::unique_ptr<Cached> cached_;
};

}  // namespace lacuna::baselines
