// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "bitvert/metadata.h"
#include "bitvert/weight_reader.h"
#include "engine/tile.h"

namespace lacuna::bitvert {

/// The controller of the array within one tile: counts through blocks of channels, batches of
/// positions, reduction groups, the two passes of a group, and the columns of a pass, one column a
/// cycle.
class Sequencer {
 public:
  Sequencer() = default;
  Sequencer(const engine::TileGeometry& geometry, const MetadataReader& metadata);

  bool done() const { return address_.block >= blocks_; }
  const ColumnAddress& column() const { return address_; }
  std::uint32_t first_position() const { return first_position_; }
  std::uint32_t positions() const { return positions_; }  ///< valid columns of the batch
  std::uint32_t valid_rows() const;                       ///< channels of the block

  bool starts_pass() const { return address_.index == 0; }
  bool ends_pass() const;
  bool starts_accumulation() const { return first_group() && starts_pass(); }
  bool ends_accumulation() const;
  /// To the next column.
  void advance();

 private:
  bool first_group() const { return address_.group == 0 && address_.pass == 0; }
  std::uint32_t batch_size(std::uint32_t first) const;

  const MetadataReader* metadata_ = nullptr;
  std::uint32_t blocks_ = 0;
  std::uint32_t groups_ = 0;
  std::uint32_t rows_ = 0;
  std::uint32_t columns_ = 0;
  std::uint32_t channels_ = 0;
  std::uint32_t tile_width_ = 0;
  std::uint32_t tile_positions_ = 0;
  bool within_row_ = false;
  ColumnAddress address_;
  std::uint32_t first_position_ = 0;
  std::uint32_t positions_ = 0;
};

}  // namespace lacuna::bitvert
