// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "baselines/tensor_core/fragment.h"
#include "baselines/tensor_core/structured_tile.h"
#include "engine/array_model.h"
#include "engine/weight_turner.h"

namespace lacuna::baselines {

/// One weight of a fragment and what its multiplexers are told.
struct FragmentWeight {
  std::int8_t weight = 0;
  std::uint16_t select = 0;  ///< which of the pass's elements it meets
};

/// The operand registers' view of a clocked array's weight buffer: fragment by fragment, dense rows or rows with indices.
class FragmentWeights {
 public:
  FragmentWeights() = default;
  FragmentWeights(const engine::TileOperands& operands, const FragmentOptions& options);

  /// One clock of turning run-time weights. @return false when nothing of it was left
  bool turn() { return turner_.step(); }
  void finish_turning() { turner_.finish(); }

  /// Elements before the first that are of another chunk.
  std::uint32_t phase() const { return layout_ ? layout_->phase : 0; }
  /// Elements that a pass stands for.
  std::uint32_t pass_elements() const;
  /// @param slot 0..15
  FragmentWeight weight(std::uint32_t channel, std::uint32_t pass, unsigned slot) const;

 private:
  FragmentWeight selected(std::uint32_t channel, std::uint32_t pass, unsigned slot) const;
  unsigned index(std::uint32_t channel, std::uint64_t bit, unsigned bits) const;

  engine::WeightTurner turner_;
  std::optional<StructuredLayout> layout_;
  unsigned slots_ = 0;
  std::uint32_t channels_ = 0;
  Span<const std::uint8_t> values_;
  Span<const std::uint8_t> indices_;
};

}  // namespace lacuna::baselines
