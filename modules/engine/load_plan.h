// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "engine/dma_descriptor.h"
#include "engine/job.h"
#include "engine/tile.h"

namespace lacuna::engine {

/// What the DMA engine fetches for one tile step, at offset 0 of a buffer half.

/// Activations of a step in the layout of its window. Padding is not stored.
std::vector<DmaPiece> activation_pieces(const JobDescriptor& job, const TileStep& step,
                                        const ActivationWindow& window);

/// A run-time computed weight tile as int8: [channels, elements], or [elements, channels] if the
/// job says transposed.
std::vector<DmaPiece> dynamic_weight_pieces(const JobDescriptor& job, const TileStep& step);
/// Its bytes.
std::uint64_t dynamic_weight_bytes(const TileStep& step);

/// Number of a step's weight tile in the job's tile table.
std::uint64_t tile_table_index(const JobDescriptor& job, const TileStep& step);
/// First channel slot of a step; its channels are the ones from there on.
std::uint64_t first_channel_slot(const JobDescriptor& job, const TileStep& step);
/// First channel of a step within the layer when channels are not reordered.
std::uint32_t first_channel(const JobDescriptor& job, const TileStep& step);

}  // namespace lacuna::engine
