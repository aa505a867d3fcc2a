// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/array_options.h"
#include "engine/closed_form_array.h"
#include "engine/gemm.h"

namespace lacuna::baselines {

/// The ANT array in closed form: an int8 matrix product of the decoded weights, and for every sixteen of them as many cycles as
/// their codes have bits.
class FastAntArray final : public engine::ClosedFormArray {
 public:
  explicit FastAntArray(const engine::ArrayOptions& options) : options_(options) {}

  std::uint32_t pass_bytes() const override;
  engine::ArrayResult compute(const engine::TileOperands& operands,
                              Span<std::int32_t> accumulators) override;

 private:
  /// The tile whose weights are prepared.
  struct Cached {
    WeightKey key;
    engine::WeightPanel panel;
    std::vector<std::uint64_t> block_cycles;
    std::uint64_t row_cycles = 0;  ///< of all channels, for one position
    std::uint64_t ones = 0;        ///< bits of all decoded integers that are one
  };
  const Cached& prepared(const engine::TileOperands& operands);
  static void decode(const engine::TileOperands& operands, Cached& cached);
  static void take_dense(const engine::TileOperands& operands, Cached& cached);

  engine::ArrayOptions options_;
  std::unique_ptr<Cached> cached_;
};

}  // namespace lacuna::baselines
