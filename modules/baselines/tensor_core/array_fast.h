// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "baselines/tensor_core/fragment.h"
#include "engine/closed_form_array.h"
#include "engine/gemm.h"

namespace lacuna::baselines {

/// An array of octets in closed form: an int8 matrix product of the decoded weights, and a controller's period for every
/// fragment.
class FastFragmentArray final : public engine::ClosedFormArray {
 public:
  explicit FastFragmentArray(const FragmentOptions& options) : options_(options) {}

  std::uint32_t pass_bytes() const override { return cached_ ? cached_->pass_elements : 0; }
  engine::ArrayResult compute(const engine::TileOperands& operands,
                              Span<std::int32_t> accumulators) override;

 private:
  /// The tile whose weights are prepared.
  struct Cached {
    WeightKey key;
    engine::WeightPanel panel;
    std::uint32_t pass_elements = fragment_values;  ///< that one fragment stands for
    std::uint64_t passes = 0;                       ///< of an array tile
  };
  const Cached& prepared(const engine::TileOperands& operands);
  void decode(const engine::TileOperands& operands, Cached& to) const;

  FragmentOptions options_;
  std::unique_ptr<Cached> cached_;
};

}  // namespace lacuna::baselines
