// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "bitvert/array_options.h"
#include "bitvert/tile_decoder.h"
#include "engine/closed_form_array.h"
#include "engine/gemm.h"

namespace lacuna::bitvert {

/// The array in closed form: the decoded tile times the gathered activations, cycles from widths
/// and batches, lane counts from the bit columns. Weights are decoded once per load of the weight
/// buffer.
class FastPeArray final : public engine::ClosedFormArray {
 public:
  explicit FastPeArray(const ArrayOptions& options) : options_(options) {}

  std::uint32_t pass_bytes() const override;
  engine::ArrayResult compute(const engine::TileOperands& operands,
                              Span<std::int32_t> accumulators) override;

 private:
  /// The tile whose weights are decoded.
  struct Cached {
    WeightKey key;
    DecodedTile tile;
    engine::WeightPanel panel;
  };
  const Cached& decoded(const engine::TileOperands& operands);
  engine::ArrayResult timing(const engine::TileOperands& operands, const DecodedTile& tile) const;
  std::uint64_t transposer_cycles(const engine::TileOperands& operands) const;

  ArrayOptions options_;
  std::unique_ptr<Cached> cached_;
};

}  // namespace lacuna::bitvert
