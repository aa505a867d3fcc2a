// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "baselines/stripes_options.h"
#include "core/parameters.h"
#include "core/units.h"
#include "engine/array_body.h"
#include "engine/tile_pipeline_params.h"

namespace lacuna::baselines {

/// The array and what surrounds it closely.
struct StripesArrayParams {
  engine::ArrayBody model = engine::ArrayBody::fast;
  unsigned rows = 32;
  unsigned columns = 16;
  unsigned accumulator_bits = 32;
  unsigned output_latency = 3;
  unsigned turner_latency = 4;

  template <class Description>
  static void describe(Description& d) {
    d("model", &StripesArrayParams::model, "which body computes");
    d("rows", &StripesArrayParams::rows, "output channels computed at once").range(1u, 1024u);
    d("columns", &StripesArrayParams::columns, "output positions computed at once")
        .range(1u, 1024u);
    d("accumulator_bits", &StripesArrayParams::accumulator_bits,
      "width of an accumulator, which wraps")
        .range(16u, 32u);
    d("output_latency", &StripesArrayParams::output_latency,
      "clocks from a complete sum leaving its column to the output buffer")
        .range(1u, 64u);
    d("turner_latency", &StripesArrayParams::turner_latency,
      "clocks from the first word of transposed dynamic weights to the first row")
        .range(0u, 1024u);
  }
};

/// The dense bit-serial accelerator that BitVert is compared with: as many lanes, as much memory in total (what BitVert
/// spends on metadata and indices holds weights here).
struct StripesParams {
  StripesArrayParams pe_array;
  Frequency clock = 800_MHz;
  Bytes weight_buffer = 288_KiB;
  Bytes activation_buffer = 192_KiB;
  Bytes output_buffer = 56_KiB;
  Bytes scale_buffer = 8_KiB;
  unsigned unshuffle_bytes = 16;
  engine::CountParams count;
  engine::DmaParams dma;

  template <class Description>
  static void describe(Description& d) {
    d("pe_array", &StripesParams::pe_array, "the computing array");
    d("clock", &StripesParams::clock, "clock of the whole accelerator").positive();
    d("weight_buffer", &StripesParams::weight_buffer, "weights, both halves").positive();
    d("activation_buffer", &StripesParams::activation_buffer, "activations, both halves")
        .positive();
    d("output_buffer", &StripesParams::output_buffer, "sums and results, both halves").positive();
    d("scale_buffer", &StripesParams::scale_buffer, "bias and scale of channels").positive();
    d("unshuffle_bytes", &StripesParams::unshuffle_bytes, "bytes a clock that go back to memory")
        .range(1u, 1024u);
    d("count", &StripesParams::count, "what counts beyond the cycle rule");
    d("dma", &StripesParams::dma, "the DMA engine");
  }
  void validate(Validation& check) const;

  /// What the array's bodies need to know.
  StripesOptions array_options() const;
  /// The blocks around the array: a weight bank for every row, an activation bank for every column,
  /// neither metadata nor channel indices.
  engine::TilePipelineParams pipeline() const;
  std::uint64_t serial_lanes() const;
  std::uint64_t sram_bits() const;
};

}  // namespace lacuna::baselines
