// SPDX-License-Identifier: Apache-2.0
#include "baselines/stripes_sequencer.h"

#include <algorithm>

#include "baselines/stripes_pe.h"

namespace lacuna::baselines {

StripesSequencer::StripesSequencer(const engine::TileGeometry& geometry)
    : blocks_(geometry.step.blocks),
      passes_((geometry.step.elements + stripes_lanes - 1) / stripes_lanes),
      columns_(geometry.array_columns),
      run_(geometry.spread == engine::PositionSpread::width ? geometry.step.width
                                                            : geometry.positions()),
      tile_positions_(geometry.positions()),
      positions_(batch_size(0)) {}

std::uint32_t StripesSequencer::batch_size(std::uint32_t first) const {
  return std::min(columns_, run_ - first % run_);
}

bool StripesSequencer::ends_accumulation() const {
  return bit_ + 1 == stripes_weight_bits && pass_ + 1 == passes_;
}

void StripesSequencer::advance() {
  const bool dot_product_done = ends_accumulation();
  if (++bit_ == stripes_weight_bits) {
    bit_ = 0;
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

}  // namespace lacuna::baselines
