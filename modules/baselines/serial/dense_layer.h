// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "baselines/serial/array_fast.h"
#include "engine/accelerator.h"
#include "engine/dense_rows.h"
#include "engine/mapper.h"
#include "workload/layer.h"

namespace lacuna::baselines {

/// A layer for a machine that keeps its weights as dense rows and whose passes take what these make them take. The mapper
/// expects of every pass what the layer's passes take on average; of weights that are computed at run time, `dynamic_pace`.
/// @param array measures rows @throws Error (bad_input) as engine::prepare_dense_rows()
engine::PreparedLayer prepare_serial_rows(const workload::Layer& layer, const Tensor& weights,
                                          const engine::MapperLimits& limits,
                                          const FastSerialArray& array,
                                          engine::PassPace dynamic_pace,
                                          engine::AddressAllocator& memory);

}  // namespace lacuna::baselines
