// SPDX-License-Identifier: Apache-2.0
//
// Tilings of a layer and their sums, which the mapper's cost model combines. Each is computed once
// for many mappings.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/mapper.h"
#include "engine/tile.h"

namespace lacuna::engine {

/// One axis of the image, cut into tiles of some output rows (or columns).
struct AxisTiling {
  std::uint32_t tile = 1;  ///< output rows of a tile
  std::uint64_t tiles = 1;
  std::uint32_t last_tile = 1;  ///< output rows of the last one
  std::uint64_t input_sum = 0;  ///< input rows under the tiles, clipped to the image, summed
  std::uint64_t input_max = 0;  ///< the most under one tile
};
AxisTiling tile_height(const workload::LayerShape& shape, std::uint32_t tile);
AxisTiling tile_width(const workload::LayerShape& shape, std::uint32_t tile);

/// The positions of a layer, cut into tiles of the image.
struct PositionTiling {
  AxisTiling rows;
  AxisTiling columns;
  std::uint64_t tiles = 0;           ///< over the batch
  std::uint64_t tile_positions = 0;  ///< of a whole tile
  double full_batches = 0;           ///< column batches of the layer that fill the array's columns
  double part_batches = 0;           ///< and those that do not,
  double part_positions = 0;         ///< with so many positions together
  double region_bytes =
      0;  ///< read for one convolution group in the region layout, rounded to bursts
  std::uint64_t region_max = 0;  ///< bytes of the largest tile in the region layout
  double matrix_bytes = 0;  ///< read for one group in the matrix layout, without the cuts of chunks
};
/// Bytes that DRAM moves for `runs` contiguous runs with `bytes` together.
double runs_to_bursts(double bytes, double runs, const MapperLimits& limits);
PositionTiling tile_positions(const workload::LayerShape& shape, const MapperLimits& limits,
                              const AxisTiling& rows, const AxisTiling& columns);

/// The weights of a layer, cut into channel tiles and reduction chunks.
struct WeightTiling {
  std::uint32_t blocks_per_tile = 1;
  std::uint32_t groups_per_chunk = 1;
  std::uint64_t channel_tiles = 0;  ///< per convolution group
  std::uint64_t chunks = 0;
  bool fits = false;        ///< every tile in the weight and metadata buffers
  double bytes = 0;         ///< all tiles once, weights and metadata rounded to bursts
  double largest_tile = 0;  ///< bytes
  double span_bytes = 0;    ///< of the outputs of one position, tile by tile, rounded to bursts
};
/// @param even_if_too_large false: leave at the first tile that does not fit
WeightTiling tile_weights(const workload::LayerShape& shape, const MapperLimits& limits,
                          const WeightFootprint& footprint, std::uint32_t blocks_per_tile,
                          std::uint32_t groups_per_chunk, bool even_if_too_large);

/// Cycles of all blocks, for sums that have a lower bound per block.
class BlockCycles {
 public:
  BlockCycles(const workload::LayerShape& shape, const MapperLimits& limits,
              const WeightFootprint& footprint);

  /// Sum over the blocks of max(cycles, least).
  double sum_at_least(double least) const;

 private:
  std::vector<double> sorted_;
  std::vector<double> sum_from_;  ///< of sorted_[i] and all larger ones
};

/// The estimate of one combination, and whether its activations and outputs fit.
MappingEstimate combine(const workload::LayerShape& shape, const MapperLimits& limits,
                        const BlockCycles& blocks, const PositionTiling& positions,
                        const WeightTiling& weights, LoopOrder order, ActivationLayout layout);
bool operands_fit(const workload::LayerShape& shape, const MapperLimits& limits,
                  const PositionTiling& positions, const WeightTiling& weights, LoopOrder order,
                  ActivationLayout layout);

}  // namespace lacuna::engine
