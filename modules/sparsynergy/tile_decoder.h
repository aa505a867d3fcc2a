// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/array_model.h"
#include "sparsynergy/array_options.h"

namespace lacuna::sparsynergy {

/// A vector of a tile, unpacked: sum over its columns of +-activation << significance.
struct DecodedVector {
  std::uint32_t channel =
      0;  ///< of the tile; one that the tile may not have, where bytes are wrong
  std::uint32_t segment = 0;
  std::uint8_t row = 0;                            ///< in its group of eight
  std::uint8_t sign = 0;                           ///< bit per lane
  std::array<std::uint8_t, lanes> place{};         ///< of each lane's weight in the segment
  std::array<std::uint8_t, lanes> column{};        ///< bit per lane
  std::array<std::uint8_t, lanes> significance{};  ///< of each column
};

/// A tile's weights out of whatever the buffers hold, for a body in closed form.
struct DecodedTile {
  std::uint32_t segment_elements =
      lanes;  ///< places of a segment, those that nothing can be in left out
  std::uint32_t segments = 0;
  unsigned loads = 1;  ///< of a vector
  std::vector<DecodedVector>
      vectors;                      ///< group by group of eight channels, then segment by segment
  std::vector<std::uint32_t> kept;  ///< vectors of a segment, of every group
  std::uint64_t ones = 0;           ///< of all columns

  /// Weights [channels, stride], if every vector is one that an encoder writes.
  bool regular = true;
  std::vector<std::int8_t> rows;
  std::size_t stride = 0;
};

DecodedTile decode_tile(const engine::TileOperands& operands);

}  // namespace lacuna::sparsynergy
