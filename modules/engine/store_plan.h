// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/span.h"
#include "engine/tile.h"
#include "workload/layer_shape.h"

namespace lacuna::engine {

/// A piece of one position's outputs that one write covers.
struct StoreRun {
  std::uint32_t offset = 0;  ///< bytes from the position's first channel in memory
  std::uint32_t bytes = 0;
  bool needs_enables = false;  ///< some of its bytes belong to channels of other tiles
};

/// Outputs of neighbouring slots that are neighbours in the image too.
struct StoreCopy {
  std::uint32_t from = 0;  ///< bytes from the position's first output
  std::uint32_t to = 0;    ///< bytes from the image's first
  std::uint32_t bytes = 0;
};

/// How the outputs of one position leave the output buffer: from tile order back to the layer's
/// channel order [BBS §IV: channels are unshuffled when the outputs are written back]. The same for
/// every position.
struct StorePlan {
  std::uint32_t element_bytes = 1;
  std::uint32_t span_offset =
      0;  ///< the image's first byte, from the position's first channel in memory
  std::uint32_t span_bytes = 0;       ///< of the image; 0: nothing is stored
  std::uint32_t slots = 0;            ///< of one position in the output buffer
  std::vector<StoreCopy> copies;      ///< in the order of slots
  std::vector<std::uint8_t> enables;  ///< of the image: 0xFF where a channel lies, else 0
  std::vector<StoreRun> runs;         ///< ascending, apart from each other
  std::uint32_t stored_channels =
      0;                      ///< different channels; of two slots with one index the later wins
  std::uint32_t dropped = 0;  ///< slots whose index is no channel of the layer: a corrupted index
  bool complete = false;      ///< the channels are all of the layer's
};

/// Unwritten bytes between two channels from which on two writes are cheaper than one: a DRAM
/// burst.
inline constexpr std::uint32_t store_gap_bytes = 64;

/// Plans the stores of a channel tile.
/// @param channels original channel (within the layer) of every slot in tile order; no_channel:
/// none
/// @param layer_channels outputs of one position in memory
StorePlan plan_store(Span<const std::uint16_t> channels, std::uint32_t element_bytes,
                     std::uint32_t layer_channels);

/// The same for channels that are in order already: `count` of them from `first` on.
StorePlan plan_store_in_order(std::uint32_t first, std::uint32_t count, std::uint32_t element_bytes,
                              std::uint32_t layer_channels);

/// Spreads one position's outputs over the image; bytes that are not enabled keep what they were.
/// @param outputs [slots] elements in tile order
/// @param image plan.span_bytes bytes
void unshuffle(const StorePlan& plan, Span<const std::uint8_t> outputs, Span<std::uint8_t> image);

/// One write of a tile's outputs.
struct StoreTransfer {
  std::uint64_t offset = 0;  ///< bytes from the layer's first output
  std::uint32_t bytes = 0;
  std::uint32_t first_position = 0;  ///< within the position tile, row by row
  std::uint32_t positions = 1;       ///< more than one: whole images of neighbours, end to end
  std::uint32_t image_offset = 0;    ///< first byte, within the image of first_position
  bool needs_enables = false;
};

/// The writes of a position tile, ascending by position: whole positions that are neighbours in
/// memory become one.
std::vector<StoreTransfer> store_transfers(const workload::LayerShape& shape, const TileStep& step,
                                           const StorePlan& plan);

}  // namespace lacuna::engine
