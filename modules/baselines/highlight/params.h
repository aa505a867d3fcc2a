// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "baselines/tensor_core/structured_params.h"

namespace lacuna::baselines {

/// Weights of every window that the operand selection takes: four blocks, two values of each.
inline constexpr unsigned highlight_blocks = 4;
inline constexpr unsigned highlight_values = 2;
inline constexpr unsigned highlight_slots = highlight_blocks * highlight_values;

/// HighLight's two-rank operand selection before the same multipliers.
struct HighlightParams : StructuredSystemParams {
  std::string rank1 = "4:4";
  std::string rank0 = "2:4";

  HighlightParams() {
    weight_buffer = 68_KiB;
    metadata_buffer = 28_KiB;
  }

  template <class Description>
  static void describe(Description& d) {
    d("rank1", &HighlightParams::rank1, "blocks that stay: 4:4 (all) to 4:8");
    d("rank0", &HighlightParams::rank0, "values that stay in a block: 2:2 (all), 2:3 or 2:4");
    describe_structured(d);
  }
  void validate(Validation& check) const;

  sparse::HssFormat format_of(const std::string& layer) const;
};

}  // namespace lacuna::baselines
