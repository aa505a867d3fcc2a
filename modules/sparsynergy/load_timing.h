// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sparsynergy/array_options.h"
#include "sparsynergy/tile_decoder.h"

namespace lacuna::sparsynergy {

/// What a block of channels takes at one batch of positions.
struct BlockTiming {
  std::uint64_t cycles = 0;         ///< from the first operands' way to the last load
  std::uint64_t loads = 0;          ///< of the block: cycles in which it works
  std::uint64_t second_loads = 0;   ///< of these, with columns beyond a vector's first four
  std::uint64_t hazard_stalls = 0;  ///< cycles that a partial sum was waited for
  std::uint64_t fedp_loads = 0;     ///< of all FEDPs of one position
};

/// Segments come one after the other. In a segment every FEDP takes the first four columns of its group's vectors, one a load,
/// then their other columns; FEDPs with fewer vectors than others wait. Load i of a block is at
///     t_0 = feed_interval - 1,  t_i = max(t_{i-1} + feed_interval, t_j + sum_interval)
/// with j the last load before it in which any FEDP added to a partial sum that it adds to now; a block takes t_last + 1.
/// With an interval of 1 each that is the sum over its segments of vectors x loads [SparSynergy, public RTL].
/// @param first_group of eight channels @param groups of the block; beyond the tile's last they are empty
BlockTiming block_timing(const DecodedTile& tile, const ArrayOptions& options,
                         std::uint32_t first_group, std::uint32_t groups);

}  // namespace lacuna::sparsynergy
