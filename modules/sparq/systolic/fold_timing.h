// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "engine/array_result.h"
#include "engine/tile.h"
#include "sparq/systolic/systolic_options.h"

namespace lacuna::sparq {

/// A tile step on a grid of PEs that keep weights, or activations: rows take elements of the reduction, columns channels where
/// weights stay and positions where activations do. Folds are what the grid holds at once; the other operand moves through each.
struct StepFolds {
  std::uint64_t stripes = 0;  ///< folds beside each other, along channels or positions
  std::uint64_t parts =
      0;  ///< folds below each other, along the reduction: their sums are added up
  std::uint64_t stream = 0;  ///< vectors that move through a fold, one a clock
  std::uint64_t count() const { return stripes * parts; }
};
/// @param rows, columns of the grid; those of the geometry are how the layer was cut
StepFolds step_folds(const engine::TileGeometry& geometry, Dataflow dataflow, unsigned rows,
                     unsigned columns);

/// Everything about a step that does not depend on values, as stream_plan() tells it of the output-stationary array. Folds that
/// overlap (Skew::layer, Skew::tile_step) have their stationary operands loaded while those before them are in use:
///     array_tile           count (R + stream + R + C - 2)
///     layer, tile_step     R + (count - 1) max(stream, R) + stream, and R + C - 2 where the array empties itself
/// @param turning clocks before the first load, in which nothing else happens
engine::ArrayResult fold_plan(const engine::TileGeometry& geometry, const SystolicOptions& options,
                              unsigned rows, unsigned columns, std::uint64_t turning);

}  // namespace lacuna::sparq
