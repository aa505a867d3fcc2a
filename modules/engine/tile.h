// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "engine/mapping.h"
#include "workload/layer_shape.h"

namespace lacuna::engine {

/// One step of the tile loops: a channel tile times a position tile times a reduction chunk.
struct TileStep {
  std::uint32_t convolution_group = 0;
  std::uint32_t channel_tile = 0;   ///< within the convolution group
  std::uint32_t position_tile = 0;  ///< over batch, rows and columns
  std::uint32_t chunk = 0;

  std::uint32_t first_block = 0;  ///< of the channel tile, within the convolution group
  std::uint32_t blocks = 0;
  std::uint32_t channels =
      0;  ///< valid ones: blocks * array_rows but for the last block of a group

  std::uint32_t image = 0;    ///< in the batch
  std::uint32_t out_row = 0;  ///< first output row, column of the position tile
  std::uint32_t out_column = 0;
  std::uint32_t height = 0;  ///< output rows, columns of the position tile
  std::uint32_t width = 0;

  std::uint32_t first_group = 0;  ///< reduction groups of the chunk
  std::uint32_t groups = 0;
  std::uint32_t first_element =
      0;  ///< reduction elements of the chunk: [first_element, first_element + elements)
  std::uint32_t elements = 0;

  bool load_weights = false;  ///< not the ones already resident
  bool load_activations = false;
  bool first_chunk = false;    ///< accumulators start from zero
  bool last_chunk = false;     ///< the tile's outputs are complete
  bool store_outputs = false;  ///< the output buffer's content goes to memory after this step
};

/// More steps than this are refused, by the mapper and in a descriptor.
inline constexpr std::uint64_t max_tile_steps = 1u << 20;

/// How often each of the tile loops turns.
struct TileCounts {
  std::uint64_t channel_blocks = 0;    ///< per convolution group
  std::uint64_t channel_tiles = 0;     ///< per convolution group
  std::uint64_t tile_rows = 0;         ///< position tiles below each other, per image
  std::uint64_t tile_columns = 0;      ///< position tiles beside each other
  std::uint64_t position_tiles = 0;    ///< over the batch
  std::uint64_t reduction_groups = 0;  ///< per dot product
  std::uint64_t chunks = 0;
  std::uint64_t steps = 0;  ///< of the whole layer
};
TileCounts tile_counts(const workload::LayerShape& shape, const Mapping& mapping);

/// All steps of a layer, in order.
/// One weight tile and one activation tile are resident beside those being fetched ahead, so a step
/// loads what the step before it did not use: weights by (convolution group, channel tile, chunk),
/// activations by (convolution group, position tile) and, for the matrix layout, by chunk as well.
/// @throws Error (stuck) on a mapping with an empty tile, or with more than max_tile_steps steps
std::vector<TileStep> tile_steps(const workload::LayerShape& shape, const Mapping& mapping);

/// A run of positions that the array's columns take at once, numbered row by row within the
/// position tile.
struct ColumnBatch {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};
std::vector<ColumnBatch> column_batches(std::uint32_t height, std::uint32_t width,
                                        std::uint32_t columns, PositionSpread spread);

/// Where the operands of one step lie in the activation buffer.
/// Position p of the tile (row p / width, column p % width) and reduction element e (kernel row,
/// kernel column, channel of the group) meet the input pixel y = origin_y + row * stride_height +
/// kernel row * dilation_height (x likewise); outside [first_row, first_row + rows) x
/// [first_column, first_column + columns) it is padding, and zero: the region layout does not store
/// it, and in the matrix layout whoever reads takes it as zero whatever the buffer holds there.
struct ActivationWindow {
  ActivationLayout layout = ActivationLayout::region;
  std::int32_t origin_y =
      0;  ///< input row under output row 0 of the tile, kernel row 0; negative in the padding
  std::int32_t origin_x = 0;
  std::uint32_t first_row = 0;  ///< the stored rectangle of the image
  std::uint32_t rows = 0;
  std::uint32_t first_column = 0;
  std::uint32_t columns = 0;
  std::uint32_t channels = 0;   ///< per convolution group
  bool is_signed = false;       ///< int8 rather than uint8
  std::uint64_t bytes() const;  ///< in the buffer, for the region layout
};

/// Bytes of a step's activations in the buffer, in either layout.
std::uint64_t activation_bytes(const ActivationWindow& window, const TileStep& step);

/// The window of a step: which rectangle it needs.
ActivationWindow activation_window(const workload::LayerShape& shape, const Mapping& mapping,
                                   const TileStep& step, bool is_signed);

/// Everything an array needs to know of a step beside the bytes.
struct TileGeometry {
  workload::LayerShape shape;
  TileStep step;
  ActivationWindow window;
  std::uint32_t array_rows = 32;
  std::uint32_t array_columns = 16;
  PositionSpread spread = PositionSpread::any;

  std::uint32_t positions() const { return step.height * step.width; }
};

}  // namespace lacuna::engine
