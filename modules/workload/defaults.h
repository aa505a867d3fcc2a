// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workload/layer.h"

namespace lacuna::workload {

/// Synthetic activations as the knobs want them.
ActivationSource synthetic_activations(const Params& knobs, bool after_relu);

/// The element type of an output: `chosen` by the knobs, or `otherwise`; int8 is uint8 after a
/// ReLU.
DataType output_type(const Params& knobs, OutputKnob otherwise, bool relu);
DataType output_type(OutputKnob output, bool relu);

}  // namespace lacuna::workload
