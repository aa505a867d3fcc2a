// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/array_system_params.h"
#include "engine/lockstep_params.h"
#include "sparq/quantization_params.h"
#include "sparq/systolic/systolic_options.h"

namespace lacuna::sparq {

/// The array. Paper and artifact give no size; 128 x 128 is the example that it names.
struct SystolicArrayParams : engine::ArrayParams {
  Skew skew = Skew::layer;
  unsigned drain_columns = 4;
  unsigned trimmers = 0;
  engine::LockstepParams lockstep;

  SystolicArrayParams() {
    rows = 128;
    columns = 128;
  }

  template <class Description>
  static void describe(Description& d) {
    describe_array(d);
    d("skew", &SystolicArrayParams::skew,
      "when the wavefront's way of rows + columns - 2 clocks takes time: once a layer, once a tile "
      "step, or after every array tile, without overlap");
    d("drain_columns", &SystolicArrayParams::drain_columns,
      "columns whose sums leave in one clock, while the next tile is computed")
        .range(1u, 1024u);
    d("trimmers", &SystolicArrayParams::trimmers,
      "trimming units at the edge, each a pair of activations a clock; 0: one for every column")
        .range(0u, 1024u);
    d("lockstep", &SystolicArrayParams::lockstep,
      "how the two bodies of model lockstep are compared");
  }
};

/// A systolic array and what is around it.
struct SystolicParams : engine::ArraySystemParams {
  PeKind pe = PeKind::sparq;
  QuantizationParams sparq;
  SystolicArrayParams pe_array;

  SystolicParams() {
    clock = 700_MHz;
    weight_buffer = 1_MiB;
    activation_buffer = 1_MiB;
    output_buffer = 1_MiB;
    unshuffle_bytes = 128;
  }

  template <class Description>
  static void describe(Description& d) {
    d("pe", &SystolicParams::pe, "what stands in every place of the array");
    d("sparq", &SystolicParams::sparq, "quantization of activations");
    d("pe_array", &SystolicParams::pe_array, "the computing array");
    describe_system(d);
  }
  void validate(Validation& check) const { validate_buffers(check, pe_array); }
  SystolicOptions options() const;
};

}  // namespace lacuna::sparq
