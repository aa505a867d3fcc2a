// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/tensor.h"
#include "workload/layer.h"

namespace lacuna::workload {

/// The operands of one layer, in user order (workload/layer.h).
struct LayerTensors {
  Tensor activations;    ///< uint8 or int8
  Tensor weights;        ///< int8, before any encoder
  Tensor weight_scales;  ///< float32 [N]: worth of one step
  Tensor bias;           ///< int32 [N], or empty: none
};

/// Loads or draws a layer's tensors. They depend on the layer, its name and the seed alone: not on
/// other layers, nor on order, thread or host.
LayerTensors make_tensors(const Layer& layer, std::uint64_t seed);

/// Its parts, for who does not need all.
Tensor make_activations(const Layer& layer, std::uint64_t seed);
Tensor make_bias(const Layer& layer, std::uint64_t seed);
struct QuantizedWeights {
  Tensor weights;
  Tensor scales;
};
QuantizedWeights make_weights(const Layer& layer, std::uint64_t seed);

}  // namespace lacuna::workload
