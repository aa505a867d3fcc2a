// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "bitvert/array_options.h"
#include "bitvert/compression_params.h"
#include "core/parameters.h"
#include "core/units.h"
#include "engine/array_body.h"
#include "engine/lockstep_params.h"
#include "engine/tile_pipeline_params.h"

namespace lacuna::bitvert {

/// The array and what surrounds it closely.
struct PeArrayParams {
  engine::ArrayBody model = engine::ArrayBody::fast;
  unsigned rows = 32;
  unsigned columns = 16;
  unsigned sub_group = 8;
  unsigned accumulator_bits = 32;
  unsigned output_latency = 3;
  unsigned transposer_latency = 4;
  engine::LockstepParams lockstep;

  template <class Description>
  static void describe(Description& d) {
    d("model", &PeArrayParams::model, "which body computes");
    d("rows", &PeArrayParams::rows, "output channels computed at once [BBS §V]").range(1u, 1024u);
    d("columns", &PeArrayParams::columns, "output positions computed at once [BBS §V]")
        .range(1u, 1024u);
    d("sub_group", &PeArrayParams::sub_group,
      "weights that share a subtract path; a PE has 16 / sub_group such [BBS Table IV]")
        .choices({4u, 8u, 16u});
    d("accumulator_bits", &PeArrayParams::accumulator_bits,
      "width of an accumulator, which wraps; the authors' RTL has 24")
        .range(16u, 32u);
    d("output_latency", &PeArrayParams::output_latency,
      "clocks from a complete sum leaving its column to the output buffer")
        .range(1u, 64u);
    d("transposer_latency", &PeArrayParams::transposer_latency,
      "clocks from the first word of dynamic weights to the first bit column")
        .range(0u, 1024u);
    d("lockstep", &PeArrayParams::lockstep, "how the two bodies of model lockstep are compared");
  }
};

/// The accelerator. Buffers hold as much in total as the authors' simulator gives them: 288 + 256
/// KiB.
struct BitvertParams {
  PeArrayParams pe_array;
  Frequency clock = 800_MHz;
  Bytes weight_buffer = 256_KiB;
  Bytes metadata_buffer = 28_KiB;
  Bytes index_buffer = 4_KiB;
  Bytes activation_buffer = 192_KiB;
  Bytes output_buffer = 56_KiB;
  Bytes scale_buffer = 8_KiB;
  unsigned unshuffle_bytes = 16;
  CompressionParams compression;
  engine::CountParams count;
  engine::DmaParams dma;

  template <class Description>
  static void describe(Description& d) {
    d("pe_array", &BitvertParams::pe_array, "the computing array");
    d("clock", &BitvertParams::clock, "clock of the whole accelerator [BBS §V]").positive();
    d("weight_buffer", &BitvertParams::weight_buffer, "bit columns of weights, both halves")
        .positive();
    d("metadata_buffer", &BitvertParams::metadata_buffer, "widths and constants, both halves")
        .positive();
    d("index_buffer", &BitvertParams::index_buffer, "original channel indices").positive();
    d("activation_buffer", &BitvertParams::activation_buffer, "activations, both halves")
        .positive();
    d("output_buffer", &BitvertParams::output_buffer, "sums and results, both halves").positive();
    d("scale_buffer", &BitvertParams::scale_buffer, "bias and scale of channels").positive();
    d("unshuffle_bytes", &BitvertParams::unshuffle_bytes,
      "bytes a clock that go back to their original channel's place")
        .range(1u, 1024u);
    d("compression", &BitvertParams::compression, "the offline encoder");
    d("count", &BitvertParams::count, "what counts beyond the paper's cycle rule");
    d("dma", &BitvertParams::dma, "the DMA engine");
  }
  void validate(Validation& check) const;

  /// What the array's bodies need to know.
  ArrayOptions array_options() const;
  /// The blocks around the array: a weight bank for every row, an activation bank for every column.
  engine::TilePipelineParams pipeline() const;
  /// Bit-serial multipliers: what an equal-resource comparison counts.
  std::uint64_t serial_lanes() const;
  std::uint64_t sram_bits() const;
};

}  // namespace lacuna::bitvert
