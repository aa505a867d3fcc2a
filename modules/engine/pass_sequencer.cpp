// SPDX-License-Identifier: Apache-2.0
#include "engine/pass_sequencer.h"

#include <algorithm>

namespace lacuna::engine {

PassSequencer::PassSequencer(const TileGeometry& geometry, std::uint32_t lanes)
    : blocks_(geometry.step.blocks),
      passes_((geometry.step.elements + lanes - 1) / lanes),
      rows_(geometry.array_rows),
      columns_(geometry.array_columns),
      channels_(geometry.step.channels),
      run_(geometry.spread == PositionSpread::width ? geometry.step.width : geometry.positions()),
      tile_positions_(geometry.positions()),
      positions_(batch_size(0)) {}

std::uint32_t PassSequencer::batch_size(std::uint32_t first) const {
  return std::min(columns_, run_ - first % run_);
}

ResultPlace PassSequencer::place() const {
  const std::uint32_t before = block_ * rows_;
  const std::uint32_t channels = before < channels_ ? std::min(rows_, channels_ - before) : 0;
  return {first_position_, positions_, before, channels};
}

void PassSequencer::advance() {
  const bool dot_product_done = ends_accumulation();
  ++cycle_;
  if (cycle_ == cycles_) {
    cycle_ = 0;
    ++pass_;
  }
  if (!dot_product_done) {
    return;
  }
  pass_ = 0;
  first_position_ += positions_;
  if (first_position_ == tile_positions_) {
    first_position_ = 0;
    ++block_;
  }
  positions_ = batch_size(first_position_);
}

}  // namespace lacuna::engine
