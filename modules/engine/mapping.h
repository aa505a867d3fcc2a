// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "workload/layer_shape.h"

namespace lacuna::engine {

/// Weights of one dot product are cut into groups of this many [BBS §III: group size 32].
inline constexpr std::uint32_t reduction_group = 32;

/// Which tile loop is outside the other. Reduction chunks are always innermost.
enum class LoopOrder : std::uint8_t {
  channels_outer,   ///< weights are read once; activations again for every channel tile
  positions_outer,  ///< activations are read once; weights again for every position tile
};

/// What the columns of the array take in one go.
enum class PositionSpread : std::uint8_t {
  width,  ///< neighbours in one output row, as the paper's simulator [mapping: paper]
  any,    ///< any output positions of the tile, row after row [mapping: best]
};

/// How a tile's activations lie in the activation buffer.
enum class ActivationLayout : std::uint8_t {
  region,  ///< the input rectangle under the tile, clipped to the image: [rows, columns, group channels]
  matrix,  ///< one row of the chunk's reduction elements for every position: [positions, elements], gathered by the DMA
};

/// How one layer is cut into tiles for the buffers and the array.
struct Mapping {
  std::uint32_t array_rows = 32;     ///< channels of one block
  std::uint32_t array_columns = 16;  ///< positions computed at once
  std::uint32_t blocks_per_tile =
      1;  ///< a channel tile is this many blocks; it never crosses a convolution group
  std::uint32_t tile_height = 1;       ///< output rows of a position tile (of one image)
  std::uint32_t tile_width = 1;        ///< output columns of a position tile
  std::uint32_t groups_per_chunk = 1;  ///< reduction groups (of 32) resident at once
  LoopOrder order = LoopOrder::channels_outer;
  PositionSpread spread = PositionSpread::any;
  ActivationLayout layout = ActivationLayout::region;
};

}  // namespace lacuna::engine
