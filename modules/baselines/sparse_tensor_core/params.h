// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "baselines/tensor_core/structured_params.h"

namespace lacuna::baselines {

/// Weights of every window of four that the operand selection takes: two multiplexers, each 4 to 1.
inline constexpr unsigned sparse_tensor_core_slots = 2;

/// Tensor cores with 2:4 weights.
struct SparseTensorCoreParams : StructuredSystemParams {
  std::string pattern = "2:4";

  SparseTensorCoreParams() {
    weight_buffer = 76_KiB;
    metadata_buffer = 20_KiB;
  }

  template <class Description>
  static void describe(Description& d) {
    d("pattern", &SparseTensorCoreParams::pattern,
      "weights that stay of every four: 1:4, 2:4, or 4:4 for dense weights; 1:4 takes as long as "
      "2:4");
    describe_structured(d);
  }
  void validate(Validation& check) const;

  sparse::HssFormat format_of(const std::string& layer) const;
};

}  // namespace lacuna::baselines
