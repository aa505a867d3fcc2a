// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "engine/job.h"

namespace lacuna::engine {

/// A layer's weights as they go into memory: the blobs of every tile, one after the other, and
/// where each lies.
struct PackedTiles {
  std::vector<std::uint8_t> bytes;
  std::vector<WeightTileEntry> entries;  ///< in the order (convolution group, channel tile, chunk);
                                         ///< addresses from the start of `bytes`
  std::uint64_t weight_bytes = 0;
  std::uint64_t metadata_bytes = 0;

  /// Appends one tile.
  void add(const std::vector<std::uint8_t>& weights, const std::vector<std::uint8_t>& metadata);
};

/// The tile table in memory, of tiles that start at address `base`.
std::vector<std::uint8_t> tile_table(const PackedTiles& tiles, std::uint64_t base);

/// The channel index table in memory: the original channel of every slot, little-endian.
std::vector<std::uint8_t> channel_index_table(const std::vector<std::uint16_t>& channel_order);

}  // namespace lacuna::engine
