// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/dense_rows.h"
#include "engine/mapper.h"
#include "sparq/systolic/params.h"

namespace lacuna::sparq {

/// What the mapper may fill, in the dataflow that an array has. A block of channels is what the array takes of them at once; where it
/// keeps neither channels nor their sums, what the weight buffer's banks hold side by side.
/// @param limits those of the buffers, and of rows that take channels and columns that take positions
engine::MapperLimits limits_in_dataflow(engine::MapperLimits limits, const SystolicParams& params,
                                        const workload::LayerShape& shape);

/// Clocks of a block of channels and as many positions as there are columns, for the mapper.
/// @param reduced as pass_rule()
engine::PassPace pace_in_dataflow(const SystolicParams& params, bool reduced);

}  // namespace lacuna::sparq
