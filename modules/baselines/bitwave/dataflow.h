// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "baselines/serial/layout.h"
#include "core/parameters.h"

namespace lacuna::baselines {

/// Between which shapes the array can choose, layer by layer.
enum class Dataflow : std::uint8_t {
  fixed,       ///< rows x columns dot products of 8 weights a pass
  bitwave,     ///< the seven shapes of a 32 x 16 array that BBS's simulator gives BitWave
  accumulate,  ///< 1, 2 or 4 PEs a dot product: rows, rows / 2 or rows / 4 channels at once
};

/// One of them.
struct ArrayShape {
  std::uint32_t elements = 8;  ///< of a dot product, in one pass: 8 a PE
  std::uint32_t rows = 32;
  std::uint32_t columns = 16;
};

/// The shapes of an array, its own first.
/// @param rows, columns of PEs
std::vector<ArrayShape> array_shapes(Dataflow dataflow, std::uint32_t rows, std::uint32_t columns);

/// How PEs are arranged for a tile, which tells its shape by rows and columns.
/// @throws Error (stuck) on a tile that has none of the shapes
SerialLayout bitwave_layout(const std::vector<ArrayShape>& shapes,
                            const engine::TileGeometry& geometry);

}  // namespace lacuna::baselines

template <>
struct lacuna::EnumNames<lacuna::baselines::Dataflow> {
  static std::vector<lacuna::EnumName<lacuna::baselines::Dataflow>> table() {
    using lacuna::baselines::Dataflow;
    return {{"fixed", Dataflow::fixed},
            {"bitwave", Dataflow::bitwave},
            {"accumulate", Dataflow::accumulate}};
  }
};
