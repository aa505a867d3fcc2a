// SPDX-License-Identifier: Apache-2.0
#include "sparq/quantization_params.h"

#include <algorithm>

#include <fnmatch.h>

#include "core/error.h"

namespace lacuna::sparq {

void QuantizationParams::validate(Validation& check) const {
  try {
    format();
  } catch (const Error&) {
    check.require(false, "placements", "expected 5, 3 or 2 of 4 bits, 6 of 3 bits, or 7 of 2 bits");
  }
}

sparse::SparqFormat QuantizationParams::format() const {
  return sparse::make_sparq_format(bits, placements, rounding);
}

bool QuantizationParams::reduces(const workload::Layer& layer) const {
  const bool kind = layers == ReducedLayers::all || layer.kind == workload::LayerKind::convolution;
  return kind && layer.compress && workload::activation_type(layer) == DataType::uint8 &&
         std::none_of(full_precision_layers.begin(), full_precision_layers.end(),
                      [&](const std::string& pattern) {
                        return fnmatch(pattern.c_str(), layer.name.c_str(), 0) == 0;
                      });
}

}  // namespace lacuna::sparq
