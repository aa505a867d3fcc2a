// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "engine/tile.h"

namespace lacuna::test {

/// The only step of a matrix product on an array, for cycles that are worked out by hand.
struct MatrixProduct {
  std::uint32_t positions = 1;
  std::uint32_t channels = 1;
  std::uint32_t elements = 1;
  std::uint32_t rows = 32;  ///< of the array
  std::uint32_t columns = 16;
  bool last_chunk = true;
  bool load_weights = true;

  std::uint32_t blocks() const { return (channels + rows - 1) / rows; }

  engine::TileGeometry geometry() const {
    engine::TileGeometry geometry;
    geometry.array_rows = rows;
    geometry.array_columns = columns;
    geometry.shape.in_channels = elements;
    geometry.shape.in_width = positions;
    geometry.shape.out_channels = channels;
    engine::TileStep& step = geometry.step;
    step.blocks = blocks();
    step.channels = channels;
    step.height = 1;
    step.width = positions;
    step.groups = (elements + 31) / 32;
    step.elements = elements;
    step.load_weights = load_weights;
    step.first_chunk = true;
    step.last_chunk = last_chunk;
    geometry.window.rows = 1;
    geometry.window.columns = positions;
    geometry.window.channels = elements;
    return geometry;
  }
};

}  // namespace lacuna::test
