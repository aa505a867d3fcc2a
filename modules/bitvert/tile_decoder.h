// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/array_model.h"

namespace lacuna::bitvert {

/// A weight tile decoded for arithmetic, and what the bit columns that it came from imply.
struct DecodedTile {
  std::vector<std::int8_t> stored;  ///< [channels, stride]: what the columns hold
  std::size_t stride = 0;           ///< whole groups
  std::vector<std::int16_t>
      constants;  ///< [channels, groups], as they are added; empty if no block has any
  std::vector<std::uint64_t> block_cycles;     ///< per block: columns of one dot product
  std::uint64_t effectual_lanes = 0;           ///< of all channels, per position
  std::uint64_t constant_multiplications = 0;  ///< likewise
};

/// Decodes the bytes of a step's weight buffer and metadata buffer, by whole rows of bit columns at
/// once; or takes the rows of int8 that a GEMM without offline weights has. Missing bytes are zero,
/// widths outside 2..8 the nearest bound, columns below significance 0 do not count.
/// @param sub_group 4, 8 or 16 lanes that share a subtract path
DecodedTile decode_tile(const engine::TileOperands& operands, unsigned sub_group);

}  // namespace lacuna::bitvert
