// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/accelerator.h"
#include "engine/mapper.h"
#include "engine/packed_tiles.h"
#include "engine/tile_blocks.h"

namespace lacuna::engine {

/// What the mapper may fill: halves of the buffers that are filled ahead.
MapperLimits mapper_limits(const TilePipelineParams& params, std::uint32_t rows,
                           std::uint32_t columns, const PrepareOptions& options);

/// Chooses a job's mapping and what of it stays on chip.
/// @throws Error (bad_input) as choose_mapping()
void map_job(const workload::LayerShape& shape, const MapperLimits& limits,
             const WeightFootprint& footprint, JobDescriptor& job);

/// Packed weights, their table and the channel indices, placed in memory; the job says where.
void place_tiles(PackedTiles tiles, AddressAllocator& memory, PreparedLayer& prepared);
/// Channel indices of a machine that reorders channels.
void place_channel_index(AddressAllocator& memory, PreparedLayer& prepared);

/// A layer whose weights are computed at run time: its mapping, and weights that run as they are.
PreparedLayer prepare_dynamic(const workload::Layer& layer, const Tensor& weights,
                              const MapperLimits& limits, const WeightFootprint& footprint);

/// Channels in their own order, in slots of whole blocks.
/// @throws Error (bad_input) on more channels than an index counts
std::vector<std::uint16_t> natural_channel_order(const workload::LayerShape& shape,
                                                 std::uint32_t rows);

}  // namespace lacuna::engine
