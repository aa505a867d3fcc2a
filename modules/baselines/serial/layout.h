// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "engine/tile.h"

namespace lacuna::baselines {

/// How the PEs of a bit-serial array are arranged for a tile. A row's pass is cut among its PEs, whose sums meet in one
/// accumulator; the pass ends when no PE of the array has anything left of it.
struct SerialLayout {
  std::uint32_t pe_elements = 8;  ///< weights that one PE takes in a pass, at most 64
  std::uint32_t row_pes = 1;      ///< PEs that share a dot product
  std::uint64_t pes = 0;  ///< of the array, those that this arrangement leaves idle included

  std::uint32_t pass_elements() const { return pe_elements * row_pes; }
};

/// One PE for every dot product, and none to spare.
inline SerialLayout plain_layout(const engine::TileGeometry& geometry, std::uint32_t pe_elements) {
  return {pe_elements, 1, std::uint64_t{geometry.array_rows} * geometry.array_columns};
}

}  // namespace lacuna::baselines
