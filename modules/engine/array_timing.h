// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/span.h"
#include "engine/array_model.h"
#include "engine/array_options.h"
#include "engine/array_result.h"
#include "engine/tile.h"

namespace lacuna::engine {

/// The pipeline around an output-stationary array, in cycles.
struct ArrayPipeline {
  bool overheads = true;   ///< false: only the cycles in which a weight column is worked on
  std::uint32_t fill = 3;  ///< stages before the first accumulation of a tile step
  std::uint32_t output_stage_latency = 3;  ///< after the last column has left, on the last chunk
  std::uint32_t partial_sum_latency = 1;   ///< the same on the chunks before it
  std::uint32_t drain_columns = 1;         ///< that leave in one cycle
};

/// What one tile step takes: the cycle fields of ArrayResult, the others zero.
/// Array tiles come block by block, and within a block column batch by column batch. Results move
/// at e_i into one output register per PE and leave one column a cycle, so the next results wait
/// for them:
///     e_0 = fill + T_0,  d_i = e_i + count_i,  e_i = max(e_{i-1} + T_i, d_{i-1})
/// (where several leave together, ceil(count_i / drain_columns) in place of count_i),
/// and the step ends `latency` after the last d. A tile without array tiles takes no time.
/// @param block_cycles T of every block of the channel tile
ArrayResult array_timing(Span<const std::uint64_t> block_cycles, Span<const ColumnBatch> batches,
                         bool last_chunk, const ArrayPipeline& pipeline);

/// The same of an array that starts with a weight turner (engine/weight_turner.h).
ArrayResult array_timing(Span<const std::uint64_t> block_cycles, Span<const ColumnBatch> batches,
                         const ArrayOptions& options, const TileOperands& operands);

/// The same where every array tile takes its own time.
/// @param tile_cycles T of every array tile, [blocks, batches]
ArrayResult uneven_array_timing(Span<const std::uint64_t> tile_cycles,
                                Span<const ColumnBatch> batches, const ArrayOptions& options,
                                const TileOperands& operands);

}  // namespace lacuna::engine
