// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/closed_form_array.h"
#include "engine/gemm.h"
#include "sparq/activation_rows.h"
#include "sparq/pair_table.h"
#include "sparq/sparse_tensor_core/selected_panel.h"
#include "sparq/tensor_core/issue_rule.h"

namespace lacuna::sparq {

/// Tensor Cores side by side in closed form: activations reduced by table, then an int8 matrix product; for weights of 2:4,
/// products of selected pairs.
class FastDotProductArray final : public engine::ClosedFormArray {
 public:
  explicit FastDotProductArray(const DotProductOptions& options);

  std::uint32_t pass_bytes() const override { return issue_elements_; }
  engine::ArrayResult compute(const engine::TileOperands& operands,
                              Span<std::int32_t> accumulators) override;

 private:
  /// The tile whose weights are prepared.
  struct Cached {
    WeightKey key;
    engine::WeightPanel panel;  ///< unless activations are paired after their selection
    SelectedPanel selected;
  };
  void prepare(const engine::TileOperands& operands, const IssueRule& rule);
  /// Adds the products. @return effective MACs
  std::uint64_t add_products(const engine::TileOperands& operands, const IssueRule& rule,
                             Span<std::int32_t> accumulators);
  /// Pairs are made after a selection that channels do not share.
  bool pairs_selected(const IssueRule& rule) const {
    return rule.pairs && rule.selects && options_.pe == PeKind::sparq;
  }

  DotProductOptions options_;
  PairTable table_;
  ReducedValues values_;
  std::unique_ptr<Cached> cached_;
  unsigned issue_elements_ = unit_multipliers;
  ActivationRows rows_;
  std::vector<std::int32_t> sums_;
};

}  // namespace lacuna::sparq
