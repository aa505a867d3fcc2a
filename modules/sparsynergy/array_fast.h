// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/closed_form_array.h"
#include "engine/gemm.h"
#include "sparsynergy/array_options.h"
#include "sparsynergy/load_timing.h"
#include "sparsynergy/tile_decoder.h"

namespace lacuna::sparsynergy {

/// The array in closed form: a matrix product of the decoded weights where sums are exact, column sums vector by vector where
/// they are the published RTL's; cycles from the vectors' rows.
class FastArray final : public engine::ClosedFormArray, public LoadCounter {
 public:
  explicit FastArray(const ArrayOptions& options) : options_(options) {}

  std::uint32_t pass_bytes() const override {
    return cached_ ? cached_->tile.segment_elements : lanes;
  }
  engine::ArrayResult compute(const engine::TileOperands& operands,
                              Span<std::int32_t> accumulators) override;
  const LoadCounts& loads() const override { return loads_; }

 private:
  /// The tile whose weights are prepared.
  struct Cached {
    WeightKey key;
    std::uint32_t array_rows = 0;
    DecodedTile tile;
    std::vector<BlockTiming> blocks;
    engine::WeightPanel panel;  ///< of regular tiles
  };
  const Cached& prepared(const engine::TileOperands& operands);
  engine::ArrayResult timing(const engine::TileOperands& operands, const Cached& weights);
  /// Adds to sums_ by columns. @return multiplications with both operands non-zero
  std::uint64_t add_columns(const engine::TileOperands& operands, const DecodedTile& tile);

  ArrayOptions options_;
  std::unique_ptr<Cached> cached_;
  std::vector<std::int16_t> activations_;  // [positions, elements], for add_columns
  std::vector<std::int32_t> sums_;
  LoadCounts loads_;
};

}  // namespace lacuna::sparsynergy
