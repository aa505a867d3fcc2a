// SPDX-License-Identifier: Apache-2.0
#include "bitvert/sequencer.h"

#include <algorithm>

#include "bitvert/signals.h"

namespace lacuna::bitvert {

Sequencer::Sequencer(const engine::TileGeometry& geometry, const MetadataReader& metadata)
    : metadata_(&metadata),
      blocks_(geometry.step.blocks),
      groups_(geometry.step.groups),
      rows_(geometry.array_rows),
      columns_(geometry.array_columns),
      channels_(geometry.step.channels),
      tile_width_(geometry.step.width),
      tile_positions_(geometry.positions()),
      within_row_(geometry.spread == engine::PositionSpread::width),
      positions_(batch_size(0)) {}

std::uint32_t Sequencer::batch_size(std::uint32_t first) const {
  const std::uint32_t end = within_row_ ? (first / tile_width_ + 1) * tile_width_ : tile_positions_;
  return std::min(columns_, end - first);
}

std::uint32_t Sequencer::valid_rows() const {
  const std::uint32_t before = address_.block * rows_;
  return before < channels_ ? std::min(rows_, channels_ - before) : 0;
}

bool Sequencer::ends_pass() const {
  return address_.index + 1 == metadata_->width(address_.block, address_.group);
}

bool Sequencer::ends_accumulation() const {
  return ends_pass() && address_.pass + 1 == passes_per_group && address_.group + 1 == groups_;
}

void Sequencer::advance() {
  const bool pass_done = ends_pass();
  const bool dot_product_done = ends_accumulation();
  ++address_.index;
  if (!pass_done) {
    return;
  }
  address_.index = 0;
  ++address_.pass;
  if (address_.pass == passes_per_group) {
    address_.pass = 0;
    ++address_.group;
  }
  if (!dot_product_done) {
    return;
  }
  address_.group = 0;
  first_position_ += positions_;
  if (first_position_ == tile_positions_) {
    first_position_ = 0;
    ++address_.block;
  }
  positions_ = batch_size(first_position_);
}

}  // namespace lacuna::bitvert
