// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/weight_turner.h"
#include "sparsynergy/array_options.h"

namespace lacuna::sparsynergy {

/// The tile as the turner of transposed run-time weights sees it: as many rows at once as the weight buffer has banks, which
/// are fewer than the array's channels.
inline engine::TileGeometry turned_geometry(const engine::TileGeometry& geometry) {
  engine::TileGeometry turned = geometry;
  turned.array_rows = weight_banks;
  turned.step.blocks = (geometry.step.channels + weight_banks - 1) / weight_banks;
  return turned;
}

/// What the turner takes for a step, in closed form.
inline std::uint64_t bank_turning_cycles(const engine::TileOperands& operands, unsigned latency) {
  const engine::TileGeometry turned = turned_geometry(operands.geometry);
  return engine::turning_cycles({turned, operands.weights, operands.metadata, operands.activations,
                                 operands.weight_source, operands.weights_version},
                                latency);
}

}  // namespace lacuna::sparsynergy
