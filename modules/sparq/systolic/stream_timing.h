// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "engine/array_model.h"
#include "sparq/systolic/systolic_options.h"

namespace lacuna::sparq {

/// Array tiles of one step, in the order in which they go through: blocks, within them batches of columns.
struct StreamTile {
  std::uint32_t clocks = 0;     ///< T, of all its passes
  std::uint32_t positions = 0;  ///< columns whose sums leave afterwards
};
std::vector<StreamTile> stream_tiles(const engine::TileGeometry& geometry, const PassRule& rule);

/// What a step takes, in clocks at the array's edge. Sums of an array tile move to second accumulators as its last pass
/// comes by, and leave from there, `drain_columns` columns a clock, while the next tile comes in; all of it happens later at
/// PE (row, column) by row + column clocks. At the edge
///     e_i = max(free_{i-1} + T_i, d_{i-1}),  d_i = e_i + ceil(positions_i / drain_columns),
/// where free_i is e_i, or e_i + wavefront when nothing may follow an array tile at once. The step ends at free of its last
/// tile, or where the array must empty itself (empties_array()), at d + wavefront + output latency.
struct StreamEnd {
  engine::ArrayResult result;    ///< cycles, busy, fill and drain stall
  std::uint64_t drain_left = 0;  ///< clocks of the last tile's drain that the next step overlaps
};

/// @param drain_left of the step before, 0 for a layer's first
/// @param turning clocks before the first pass, in which nothing else happens
StreamEnd stream_timing(const std::vector<StreamTile>& tiles, const engine::TileGeometry& geometry,
                        const SystolicOptions& options, std::uint64_t drain_left,
                        std::uint64_t turning);

/// Everything about a step that does not depend on values: all fields but effective_macs and effectual_lane_cycles, and
/// intra_pe_idle as if no product were effectual. The parameters are stream_timing()'s.
StreamEnd stream_plan(const engine::TileGeometry& geometry, const SystolicOptions& options,
                      const PassRule& rule, std::uint64_t drain_left, std::uint64_t turning);

}  // namespace lacuna::sparq
