// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "engine/closed_form_array.h"
#include "sparq/systolic/systolic_options.h"

namespace lacuna::sparq {

/// The dense array with stationary weights or activations in closed form: one matrix product a step, and the timing of its folds.
class FastStationaryArray final : public engine::ClosedFormArray {
 public:
  FastStationaryArray(const SystolicOptions& options, unsigned rows, unsigned columns)
      : options_(options), rows_(rows), columns_(columns) {}

  std::uint32_t pass_bytes() const override { return 1; }
  bool counts_values() const override { return true; }
  bool reads_by_batch() const override { return false; }
  engine::ArrayResult compute(const engine::TileOperands& operands,
                              Span<std::int32_t> accumulators) override;

 private:
  struct Prepared {
    WeightKey key;
    engine::WeightPanel panel;
  };
  const engine::WeightPanel& prepared(const engine::TileOperands& operands);

  SystolicOptions options_;
  unsigned rows_;
  unsigned columns_;
  std::optional<Prepared> prepared_;
};

}  // namespace lacuna::sparq
