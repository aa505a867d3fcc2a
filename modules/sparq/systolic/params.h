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
  CountedClocks counted_clocks = CountedClocks::all;
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
      "step, or after every array tile (fold), without overlap");
    d("drain_columns", &SystolicArrayParams::drain_columns,
      "columns whose sums leave in one clock, while the next tile is computed")
        .range(1u, 1024u);
    d("trimmers", &SystolicArrayParams::trimmers,
      "trimming units at the edge, each a pair of activations a clock; 0: one for every column")
        .range(0u, 1024u);
    d("counted_clocks", &SystolicArrayParams::counted_clocks,
      "all; those of folds, without turning of weights, last drain and output stage, as SCALE-Sim "
      "counts; or the number of the last of these in a layer, counted from zero, as it reports");
    d("lockstep", &SystolicArrayParams::lockstep,
      "how the two bodies of model lockstep are compared");
  }
};

/// A systolic array and what is around it.
struct SystolicParams : engine::ArraySystemParams {
  PeKind pe = PeKind::sparq;
  Dataflow dataflow = Dataflow::output_stationary;
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
    d("dataflow", &SystolicParams::dataflow,
      "what stays in PEs; others than output_stationary need pe: dense");
    d("sparq", &SystolicParams::sparq, "quantization of activations");
    d("pe_array", &SystolicParams::pe_array, "the computing array");
    describe_system(d);
  }
  void validate(Validation& check) const;
  SystolicOptions options() const;
  /// The blocks around the array: banks of operands that enter a row or a column each.
  engine::TilePipelineParams buffers() const;
};

}  // namespace lacuna::sparq
