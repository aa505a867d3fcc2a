// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/closed_form_array.h"
#include "engine/gemm.h"
#include "sparq/activation_rows.h"
#include "sparq/pair_table.h"
#include "sparq/systolic/systolic_options.h"

namespace lacuna::sparq {

/// The systolic array in closed form: activations reduced by table, int8 matrix products, and the timing of a stream of
/// tiles.
class FastSystolicArray final : public engine::ClosedFormArray {
 public:
  explicit FastSystolicArray(const SystolicOptions& options);

  std::uint32_t pass_bytes() const override { return pass_elements_; }
  bool counts_values() const override { return true; }
  engine::ArrayResult compute(const engine::TileOperands& operands,
                              Span<std::int32_t> accumulators) override;

 private:
  /// The tile whose weights are prepared.
  struct Cached {
    WeightKey key;
    engine::WeightPanel panel;           ///< sysmt: of pairs whose weights are both non-zero
    engine::WeightPanel alone;           ///< sysmt: of the other pairs
    std::vector<std::uint32_t> nonzero;  ///< for every element, channels whose weight is not zero
  };
  const Cached& prepared(const engine::TileOperands& operands, bool pairs);
  void split_pairs(const engine::TileOperands& operands, Cached& to) const;

  SystolicOptions options_;
  PairTable table_;
  std::unique_ptr<Cached> cached_;
  unsigned pass_elements_ = 1;
  ActivationRows activations_;
  std::vector<std::int32_t> sums_;
  std::uint64_t drain_left_ = 0;
};

}  // namespace lacuna::sparq
