// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "baselines/sparten/chunk.h"
#include "baselines/sparten/mask_kernels.h"
#include "engine/closed_form_array.h"
#include "engine/gemm.h"

namespace lacuna::baselines {

/// The SparTen array in closed form: an int8 matrix product of the decoded weights, and the pairs of every PE and chunk as
/// ones of the masks' intersections.
class FastSpartenArray final : public engine::ClosedFormArray {
 public:
  explicit FastSpartenArray(const SpartenOptions& options) : options_(options) {}

  std::uint32_t pass_bytes() const override { return sparten_chunk; }
  engine::ArrayResult compute(const engine::TileOperands& operands,
                              Span<std::int32_t> accumulators) override;

 private:
  /// The tile whose weights are prepared.
  struct Cached {
    WeightKey key;
    engine::WeightPanel panel;
    std::vector<std::uint64_t> masks;  ///< [blocks, chunks, 2, stride]
    std::size_t stride = 0;
  };
  const Cached& prepared(const engine::TileOperands& operands);
  void mask_weights(const engine::TileGeometry& geometry, Span<const std::int8_t> rows,
                    std::size_t stride, Cached& to) const;
  void mask_activations(const engine::TileOperands& operands);

  SpartenOptions options_;
  std::unique_ptr<Cached> cached_;
  std::vector<std::uint8_t> gathered_;            // [positions, elements]
  std::vector<std::uint64_t> activations_masks_;  // [chunks, 2, positions]
};

}  // namespace lacuna::baselines
