// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/mapper.h"
#include "workload/layer_shape.h"

namespace lacuna::sparsynergy {

/// How the octets stand for a layer: those of a column share a position's activations, those of a row 64 channels' weights.
struct Arrangement {
  unsigned rows = 4;
  unsigned columns = 4;

  friend bool operator==(const Arrangement& a, const Arrangement& b) {
    return a.rows == b.rows && a.columns == b.columns;
  }
};

/// Every way to arrange so many octets, taller ones first.
std::vector<Arrangement> arrangements(unsigned octets);

/// A mapper's limits for an arrangement.
engine::MapperLimits arranged(engine::MapperLimits limits, const Arrangement& arrangement);

/// What a layer's weights need in blocks of so many channels.
using FootprintOf = std::function<std::unique_ptr<engine::WeightFootprint>(unsigned rows)>;

/// Adaptive resizing: the arrangement for which the mapper expects the least cycles; `preferred` unless another one saves more
/// than estimates are good for [SparSynergy §V-B].
Arrangement resized(const workload::LayerShape& shape, const engine::MapperLimits& limits,
                    const FootprintOf& footprint_of, const Arrangement& preferred);

}  // namespace lacuna::sparsynergy
