// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "baselines/sparten/chunk.h"
#include "engine/array_system_params.h"

namespace lacuna::baselines {

/// The array of PEs with one multiplier each.
struct SpartenArrayParams : engine::ArrayParams {
  unsigned chunk_floor = 16;

  template <class Description>
  static void describe(Description& d) {
    describe_array(d);
    d("chunk_floor", &SpartenArrayParams::chunk_floor,
      "cycles that a chunk of 128 elements takes at least [BitSim]")
        .range(1u, sparten_chunk);
  }
  SpartenOptions sparten_options(const engine::CountParams& count) const {
    return {options(count), chunk_floor};
  }
};

/// SparTen as BBS compares with it: as much memory in total as BitVert; masks of weights have a buffer of their own.
struct SpartenParams : engine::ArraySystemParams {
  SpartenArrayParams pe_array;
  Bytes mask_buffer = 32_KiB;

  SpartenParams() { weight_buffer = 256_KiB; }

  template <class Description>
  static void describe(Description& d) {
    d("pe_array", &SpartenParams::pe_array, "the computing array");
    describe_system(d);
    d("mask_buffer", &SpartenParams::mask_buffer, "bit masks of weights, both halves").positive();
  }
  void validate(Validation& check) const {
    validate_buffers(check, pe_array);
    engine::require_whole_words(check, "mask_buffer", mask_buffer, pe_array.rows);
  }
  engine::TilePipelineParams pipeline() const {
    engine::TilePipelineParams blocks = this->blocks(pe_array);
    blocks.metadata_buffer = {mask_buffer, pe_array.rows, engine::buffer_word_bits, {}};
    return blocks;
  }
  std::uint64_t macs_per_cycle() const { return std::uint64_t{pe_array.rows} * pe_array.columns; }
};

}  // namespace lacuna::baselines
