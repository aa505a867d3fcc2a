// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "engine/array_model.h"
#include "engine/structured_tile.h"
#include "engine/weight_turner.h"

namespace lacuna::engine {

/// One weight of a pass and what its multiplexers are told.
struct SelectedWeight {
  std::int8_t weight = 0;
  std::uint16_t select = 0;  ///< which of the pass's elements it meets
};

/// The operand registers' view of a clocked array's weight buffer: pass by pass, dense rows or rows with indices.
class SelectedWeights {
 public:
  SelectedWeights() = default;
  /// @param values weights of a channel in one pass
  /// @param slots weights of a pruning window that the operand selection takes (structured_tile.h); 0: dense only
  SelectedWeights(const TileOperands& operands, unsigned values, unsigned slots,
                  unsigned turner_latency);

  /// One clock of turning run-time weights. @return false when nothing of it was left
  bool turn() { return turner_.step(); }
  void finish_turning() { turner_.finish(); }

  /// Whether rows come with indices.
  bool structured() const { return layout_.has_value(); }
  /// Elements before the first that are of another chunk.
  std::uint32_t phase() const { return layout_ ? layout_->phase : 0; }
  /// Elements that a pass stands for.
  std::uint32_t pass_elements() const;
  /// @param slot below the pass's values
  SelectedWeight weight(std::uint32_t channel, std::uint32_t pass, unsigned slot) const;

 private:
  SelectedWeight selected(std::uint32_t channel, std::uint32_t pass, unsigned slot) const;
  unsigned index(std::uint32_t channel, std::uint64_t bit, unsigned bits) const;

  WeightTurner turner_;
  std::optional<StructuredLayout> layout_;
  unsigned values_of_pass_ = 0;
  unsigned slots_ = 0;
  std::uint32_t channels_ = 0;
  Span<const std::uint8_t> values_;
  Span<const std::uint8_t> indices_;
};

}  // namespace lacuna::engine
