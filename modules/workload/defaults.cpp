// SPDX-License-Identifier: Apache-2.0
#include "workload/defaults.h"

namespace lacuna::workload {

ActivationSource synthetic_activations(const Params& knobs, bool after_relu) {
  ActivationSource source;
  source.distribution =
      after_relu ? ActivationDistribution::half_normal : ActivationDistribution::normal;
  source.zero_fraction = after_relu ? knobs.zero_fraction : 0.0;
  source.sigma = knobs.activation_sigma.value_or(after_relu ? relu_sigma : signed_sigma);
  return source;
}

DataType output_type(const Params& knobs, OutputKnob otherwise, bool relu) {
  return output_type(knobs.output.value_or(otherwise), relu);
}

DataType output_type(OutputKnob output, bool relu) {
  switch (output) {
    case OutputKnob::int16:
      return DataType::int16;
    case OutputKnob::int32:
      return DataType::int32;
    case OutputKnob::int8:
      break;
  }
  return relu ? DataType::uint8 : DataType::int8;
}

}  // namespace lacuna::workload
