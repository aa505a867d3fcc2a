// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "engine/tile.h"

namespace lacuna::baselines {

/// The controller of the Stripes array within one tile: blocks of channels, batches of positions,
/// passes of eight weights, eight bits each, one bit a cycle, sign first.
class StripesSequencer {
 public:
  StripesSequencer() = default;
  explicit StripesSequencer(const engine::TileGeometry& geometry);

  bool done() const { return block_ == blocks_; }
  std::uint32_t block() const { return block_; }
  std::uint32_t first_position() const { return first_position_; }
  std::uint32_t positions() const { return positions_; }  ///< valid columns of the batch
  std::uint32_t pass() const { return pass_; }
  std::uint32_t bit() const { return bit_; }  ///< 0: the sign
  bool starts_accumulation() const { return pass_ == 0 && bit_ == 0; }
  bool ends_accumulation() const;
  /// To the next bit.
  void advance();

 private:
  std::uint32_t batch_size(std::uint32_t first) const;

  std::uint32_t blocks_ = 0;
  std::uint32_t passes_ = 0;
  std::uint32_t columns_ = 0;
  std::uint32_t run_ = 1;  // positions after which a batch ends in any case
  std::uint32_t tile_positions_ = 0;
  std::uint32_t block_ = 0;
  std::uint32_t first_position_ = 0;
  std::uint32_t positions_ = 0;
  std::uint32_t pass_ = 0;
  std::uint32_t bit_ = 0;
};

}  // namespace lacuna::baselines
