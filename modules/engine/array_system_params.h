// SPDX-License-Identifier: Apache-2.0
//
// Parameters that accelerators made of one array in a tile pipeline share. A machine's own structs derive from these and
// call the describe functions among their own fields.
#pragma once

#include <cstdint>

#include "core/parameters.h"
#include "core/units.h"
#include "engine/array_body.h"
#include "engine/array_options.h"
#include "engine/tile_pipeline_params.h"

namespace lacuna::engine {

/// An array of PEs, rows by columns.
struct ArrayParams {
  ArrayBody model = ArrayBody::fast;
  unsigned rows = 32;
  unsigned columns = 16;
  unsigned accumulator_bits = 32;
  unsigned output_latency = 3;
  unsigned turner_latency = 4;

  template <class Description>
  static void describe_array(Description& d) {
    d("model", &ArrayParams::model, "which body computes");
    d("rows", &ArrayParams::rows, "output channels computed at once").range(1u, 1024u);
    d("columns", &ArrayParams::columns, "output positions computed at once").range(1u, 1024u);
    d("accumulator_bits", &ArrayParams::accumulator_bits, "width of an accumulator, which wraps")
        .range(16u, 32u);
    d("output_latency", &ArrayParams::output_latency,
      "clocks from a complete sum leaving its column to the output buffer")
        .range(1u, 64u);
    d("turner_latency", &ArrayParams::turner_latency,
      "clocks from the first word of transposed dynamic weights to the first row")
        .range(0u, 1024u);
  }
  /// What the array's bodies need to know.
  ArrayOptions options(const CountParams& count) const {
    return {accumulator_bits, count.overheads, output_latency, turner_latency};
  }
};

/// Clock, buffers and data movers around an array.
struct ArraySystemParams {
  Frequency clock = 800_MHz;
  Bytes weight_buffer = 288_KiB;
  Bytes activation_buffer = 192_KiB;
  Bytes output_buffer = 56_KiB;
  Bytes scale_buffer = 8_KiB;
  unsigned unshuffle_bytes = 16;
  CountParams count;
  DmaParams dma;

  template <class Description>
  static void describe_system(Description& d) {
    d("clock", &ArraySystemParams::clock, "clock of the whole accelerator").positive();
    d("weight_buffer", &ArraySystemParams::weight_buffer, "weights, both halves").positive();
    d("activation_buffer", &ArraySystemParams::activation_buffer, "activations, both halves")
        .positive();
    d("output_buffer", &ArraySystemParams::output_buffer, "sums and results, both halves")
        .positive();
    d("scale_buffer", &ArraySystemParams::scale_buffer, "bias and scale of channels").positive();
    d("unshuffle_bytes", &ArraySystemParams::unshuffle_bytes,
      "bytes a clock that go back to memory")
        .range(1u, 1024u);
    d("count", &ArraySystemParams::count, "what counts beyond the machine's cycle rule");
    d("dma", &ArraySystemParams::dma, "the DMA engine");
  }

  /// Both halves of every buffer hold whole 128-bit words in every bank: a weight bank for every row, an activation bank
  /// for every column.
  void validate_buffers(Validation& check, const ArrayParams& array) const;
  /// The blocks around the array; no metadata, no channel indices.
  TilePipelineParams blocks(const ArrayParams& array) const;
  /// Bits of these buffers.
  std::uint64_t buffer_bits() const;
};

/// The word of every buffer's bank.
inline constexpr unsigned buffer_word_bits = 128;

/// Both halves of a buffer hold whole words in every bank.
void require_whole_words(Validation& check, const char* name, Bytes capacity, unsigned banks);

}  // namespace lacuna::engine
