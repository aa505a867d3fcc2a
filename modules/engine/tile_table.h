// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "engine/job.h"
#include "engine/tile_blocks.h"

namespace lacuna::engine {

/// The loader's window on a job's tile table: as many entries as one burst brings.
class TileTable {
 public:
  explicit TileTable(TileBlocks& blocks) : blocks_(blocks) {}

  /// A table of `entries` entries at an address; nothing of it is here yet.
  void open(std::uint64_t address, std::uint64_t entries);
  /// One entry; fetches the window it lies in if it must. For an SC_THREAD.
  WeightTileEntry entry(std::uint64_t index);

 private:
  void fetch(std::uint64_t first);

  TileBlocks& blocks_;
  std::uint64_t address_ = 0;
  std::uint64_t entries_ = 0;
  std::uint64_t first_ = 0;
  std::vector<std::uint8_t> window_;
};

}  // namespace lacuna::engine
