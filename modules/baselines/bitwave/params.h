// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "baselines/bitwave/options.h"
#include "baselines/serial/pe.h"
#include "engine/array_system_params.h"
#include "sparse/bit_flip.h"

namespace lacuna::baselines {

/// The array of BitWave PEs.
struct BitwaveArrayParams : engine::ArrayParams {
  Dataflow dataflow = Dataflow::bitwave;
  SignColumn sign_column = SignColumn::beside;

  template <class Description>
  static void describe(Description& d) {
    describe_array(d);
    d("dataflow", &BitwaveArrayParams::dataflow,
      "shapes between which every layer chooses: this one, BitWave's seven (of 32 x 16 PEs), or 1, "
      "2 or 4 PEs a dot product");
    d("sign_column", &BitwaveArrayParams::sign_column,
      "what a group's sign column costs: nothing, a cycle, or BBS's shortcut of one column less "
      "for every group");
  }
};

/// The offline encoder.
struct BitwaveCompressionParams {
  unsigned columns = 5;
  unsigned group = 32;

  template <class Description>
  static void describe(Description& d) {
    d("columns", &BitwaveCompressionParams::columns,
      "bit columns that stay in a group, the sign column one of them; 8: bits are not flipped")
        .range(2u, 8u);
    d("group", &BitwaveCompressionParams::group, "weights whose bits are flipped together")
        .choices({8u, 16u, 32u, 64u});
  }
};

/// The accelerator that skips zero bit columns of sign-magnitude weights; its buffers hold as much as BitVert's.
struct BitwaveParams : engine::ArraySystemParams {
  BitwaveArrayParams pe_array;
  Bytes metadata_buffer = 48_KiB;
  BitwaveCompressionParams compression;

  BitwaveParams() { weight_buffer = 240_KiB; }

  template <class Description>
  static void describe(Description& d) {
    d("pe_array", &BitwaveParams::pe_array, "the computing array");
    describe_system(d);
    d("metadata_buffer", &BitwaveParams::metadata_buffer, "indices of columns, both halves")
        .positive();
    d("compression", &BitwaveParams::compression, "the offline encoder");
  }
  void validate(Validation& check) const;

  BitwaveRule rule() const;
  /// The blocks around the array, with a metadata bank for every row.
  engine::TilePipelineParams pipeline() const;
  std::uint64_t lanes() const {
    return std::uint64_t{pe_array.rows} * pe_array.columns * serial_lanes;
  }
  std::uint64_t sram_bits() const { return buffer_bits() + metadata_buffer.value() * 8; }
};

}  // namespace lacuna::baselines
