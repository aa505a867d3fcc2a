// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "bitvert/array_options.h"
#include "bitvert/tile_decoder.h"
#include "engine/array_model.h"
#include "engine/gemm.h"

namespace lacuna::bitvert {

/// The array in closed form: the decoded tile times the gathered activations, cycles from widths
/// and batches, lane counts from the bit columns. Weights are decoded once per load of the weight
/// buffer.
class FastPeArray : public engine::ArrayModel {
 public:
  explicit FastPeArray(const ArrayOptions& options) : options_(options) {}

  std::uint32_t pass_bytes() const override;
  bool clocked() const override { return false; }
  engine::ArrayResult compute(const engine::TileOperands& operands,
                              Span<std::int32_t> accumulators) override;
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override;
  bool step() override;
  engine::ArrayResult result() const override { return result_; }

 private:
  /// The tile whose weights are decoded.
  struct Cached {
    std::uint64_t version = 0;
    engine::WeightSource source = engine::WeightSource::stream;
    std::uint32_t channels = 0;
    std::uint32_t elements = 0;
    DecodedTile tile;
    engine::WeightPanel panel;
  };
  const Cached& decoded(const engine::TileOperands& operands);
  void multiply(const engine::TileOperands& operands, const Cached& weights,
                Span<std::int32_t> accumulators);
  engine::ArrayResult timing(const engine::TileOperands& operands, const DecodedTile& tile) const;
  std::uint64_t transposer_cycles(const engine::TileOperands& operands) const;

  ArrayOptions options_;
  std::unique_ptr<Cached> cached_;
  engine::ActivationPanel activations_;
  std::vector<std::int32_t> sums_;
  engine::ArrayResult result_;
  std::uint64_t steps_left_ = 0;
};

}  // namespace lacuna::bitvert
