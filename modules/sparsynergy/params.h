// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/parameters.h"
#include "core/units.h"
#include "engine/array_body.h"
#include "engine/lockstep_params.h"
#include "engine/tile_pipeline_params.h"
#include "sparsynergy/array_options.h"
#include "sparsynergy/format_params.h"
#include "sparsynergy/numerics.h"

namespace lacuna::sparsynergy {

/// The tensor cores. An octet is fixed: two thread groups of four FEDPs with four bit-column dot products of eight lanes each.
struct PeArrayParams {
  engine::ArrayBody model = engine::ArrayBody::fast;
  unsigned cores = 4;
  unsigned octets = 4;
  unsigned columns = 4;
  bool resize = true;
  unsigned feed_cores = 4;
  unsigned sum_interval = 1;
  Numerics numerics = Numerics::intended;
  unsigned partial_sum_bits = 32;
  unsigned output_latency = 3;
  unsigned turner_latency = 4;
  engine::LockstepParams lockstep;

  template <class Description>
  static void describe(Description& d) {
    d("model", &PeArrayParams::model, "which body computes");
    d("cores", &PeArrayParams::cores, "tensor cores [authors' RTL]").range(1u, 64u);
    d("octets", &PeArrayParams::octets, "octets of a core [authors' RTL]").range(1u, 64u);
    d("columns", &PeArrayParams::columns,
      "columns of octets, a position each; octets of a column take 64 channels each")
        .range(1u, 1024u);
    d("resize", &PeArrayParams::resize,
      "whether octets are arranged anew, layer by layer, where that takes fewer cycles "
      "[SparSynergy §V-B]");
    d("feed_cores", &PeArrayParams::feed_cores,
      "cores whose operands arrive in one clock; the port of the authors' RTL feeds one")
        .range(1u, 64u);
    d("sum_interval", &PeArrayParams::sum_interval,
      "clocks between two loads into the same partial sum; 5 in the authors' RTL")
        .range(1u, 64u);
    d("numerics", &PeArrayParams::numerics,
      "intended: exact; published_rtl: as the authors' RTL computes, defects included");
    d("partial_sum_bits", &PeArrayParams::partial_sum_bits,
      "width of a partial sum, which wraps; the published RTL has 16 in any case")
        .range(16u, 32u);
    d("output_latency", &PeArrayParams::output_latency,
      "clocks from a complete sum leaving its column to the output buffer")
        .range(1u, 64u);
    d("turner_latency", &PeArrayParams::turner_latency,
      "clocks from the first word of transposed dynamic weights to the first row")
        .range(0u, 1024u);
    d("lockstep", &PeArrayParams::lockstep, "how the two bodies of model lockstep are compared");
  }
};

/// The accelerator. Its buffers are the global buffer of 256 KiB [SparSynergy §VI-A], cut into one part for every use.
struct SparsynergyParams {
  PeArrayParams pe_array;
  FormatParams format;
  Frequency clock = 500_MHz;
  Bytes weight_buffer = 80_KiB;
  Bytes metadata_buffer = 56_KiB;
  Bytes activation_buffer = 64_KiB;
  Bytes output_buffer = 32_KiB;
  Bytes scale_buffer = 24_KiB;
  unsigned unshuffle_bytes = 16;
  engine::CountParams count;
  engine::DmaParams dma;

  template <class Description>
  static void describe(Description& d) {
    d("pe_array", &SparsynergyParams::pe_array, "the tensor cores");
    d("format", &SparsynergyParams::format, "the offline encoder");
    d("clock", &SparsynergyParams::clock, "clock of the whole accelerator [SparSynergy §VI-A]")
        .positive();
    d("weight_buffer", &SparsynergyParams::weight_buffer, "signs and bit columns, both halves")
        .positive();
    d("metadata_buffer", &SparsynergyParams::metadata_buffer,
      "vector, value and bit indexes, both halves")
        .positive();
    d("activation_buffer", &SparsynergyParams::activation_buffer, "activations, both halves")
        .positive();
    d("output_buffer", &SparsynergyParams::output_buffer, "sums and results, both halves")
        .positive();
    d("scale_buffer", &SparsynergyParams::scale_buffer, "bias and scale of channels").positive();
    d("unshuffle_bytes", &SparsynergyParams::unshuffle_bytes,
      "bytes a clock that go back to memory")
        .range(1u, 1024u);
    d("count", &SparsynergyParams::count, "what counts beyond the paper's cycle rule");
    d("dma", &SparsynergyParams::dma, "the DMA engine");
  }
  void validate(Validation& check) const;

  unsigned octets() const { return pe_array.cores * pe_array.octets; }
  /// Channels and positions computed at once, before resizing.
  unsigned rows() const { return octets() / pe_array.columns * octet_channels; }
  /// What the array's bodies need to know.
  ArrayOptions array_options() const;
  engine::TilePipelineParams pipeline() const;
  /// Lanes of all bit-column dot products.
  std::uint64_t serial_lanes() const;
  std::uint64_t sram_bits() const;
};

}  // namespace lacuna::sparsynergy
