// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "engine/array_model.h"
#include "engine/array_system_params.h"
#include "sparq/quantization_params.h"
#include "sparq/tensor_core/issue_rule.h"

namespace lacuna::sparq {

/// Tensor Cores side by side, so that they share operands. Paper and artifact give no number: 16 x 16 cores have as many
/// multipliers as the systolic array of 128 x 128 that it names.
struct TensorCoreArrayParams : engine::ArrayParams {
  unsigned drain_columns = 8;

  TensorCoreArrayParams() {
    rows = 64;
    columns = 64;
  }

  template <class Description>
  static void describe(Description& d) {
    describe_array(d);
    d("drain_columns", &TensorCoreArrayParams::drain_columns,
      "columns whose sums leave in one clock, while the next tile is computed")
        .range(1u, 1024u);
  }
  void validate(Validation& check) const;
  /// Multiplications of dense 8-bit operands in one issue.
  std::uint64_t multipliers() const { return std::uint64_t{rows} * columns * unit_multipliers; }
};

/// What Tensor Cores, sparse or not, and the system around them have in common.
struct TensorCoreSystemParams : engine::ArraySystemParams {
  PeKind pe = PeKind::sparq;
  QuantizationParams sparq;
  TensorCoreArrayParams pe_array;

  TensorCoreSystemParams() {
    clock = 700_MHz;
    weight_buffer = 1_MiB;
    activation_buffer = 1_MiB;
    output_buffer = 1_MiB;
    unshuffle_bytes = 128;
  }

  template <class Description>
  static void describe_tensor_cores(Description& d) {
    d("pe", &TensorCoreSystemParams::pe,
      "what takes the place of a multiplier: dense, two_4b or sparq");
    d("sparq", &TensorCoreSystemParams::sparq, "quantization of activations");
    d("pe_array", &TensorCoreSystemParams::pe_array, "the dot-product units, four by four a core");
    describe_system(d);
  }
  void validate_tensor_cores(Validation& check) const;
  /// @param selection multiplexers before the multipliers
  DotProductOptions options(bool selection) const;
  /// Multiplications of dense 8-bit operands a clock.
  std::uint64_t macs_per_cycle() const;
};

/// Tensor Cores for dense weights.
struct TensorCoreParams : TensorCoreSystemParams {
  template <class Description>
  static void describe(Description& d) {
    describe_tensor_cores(d);
  }
  void validate(Validation& check) const { validate_tensor_cores(check); }
};

/// The body that a platform asks for.
/// @throws Error (bad_input) on one that there is not
std::unique_ptr<engine::ArrayModel> make_dot_product_body(const TensorCoreSystemParams& params,
                                                          bool selection);

}  // namespace lacuna::sparq
