// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "engine/output_registers.h"
#include "engine/tile.h"

namespace lacuna::engine {

/// The controller of an output-stationary array within one tile: blocks of channels, batches of positions, passes of as many
/// elements as a PE has lanes, and the cycles of a pass, whose number the machine tells at its start.
class PassSequencer {
 public:
  PassSequencer() = default;
  PassSequencer(const TileGeometry& geometry, std::uint32_t lanes);

  bool done() const { return block_ == blocks_; }
  std::uint32_t block() const { return block_; }
  std::uint32_t pass() const { return pass_; }
  std::uint32_t cycle() const { return cycle_; }  ///< of the pass
  bool starts_pass() const { return cycle_ == 0; }
  bool ends_pass() const { return cycle_ + 1 == cycles_; }
  bool starts_accumulation() const { return pass_ == 0 && cycle_ == 0; }
  bool ends_accumulation() const { return ends_pass() && pass_ + 1 == passes_; }
  /// Where the results of the array tile belong: valid positions and channels.
  ResultPlace place() const;

  /// Cycles of the pass that starts, at least 1.
  void begin_pass(std::uint32_t cycles) { cycles_ = cycles; }
  /// Instead, in every cycle of a pass: whether another follows, for machines that only then know.
  void continue_pass(bool another) { cycles_ = cycle_ + (another ? 2 : 1); }
  /// To the next cycle.
  void advance();

 private:
  std::uint32_t batch_size(std::uint32_t first) const;

  std::uint32_t blocks_ = 0;
  std::uint32_t passes_ = 0;
  std::uint32_t rows_ = 0;
  std::uint32_t columns_ = 0;
  std::uint32_t channels_ = 0;
  std::uint32_t run_ = 1;  // positions after which a batch ends in any case
  std::uint32_t tile_positions_ = 0;
  std::uint32_t block_ = 0;
  std::uint32_t first_position_ = 0;
  std::uint32_t positions_ = 0;
  std::uint32_t pass_ = 0;
  std::uint32_t cycle_ = 0;
  std::uint32_t cycles_ = 1;
};

}  // namespace lacuna::engine
