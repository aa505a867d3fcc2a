// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "baselines/serial/pe.h"
#include "engine/array_system_params.h"

namespace lacuna::baselines {

/// The array of Bitlet PEs.
struct BitletArrayParams : engine::ArrayParams {
  unsigned group = 64;

  template <class Description>
  static void describe(Description& d) {
    describe_array(d);
    d("group", &BitletArrayParams::group,
      "weights whose bits are interleaved, and activations that a PE holds for them")
        .choices({16u, 32u, 64u});
  }
};

/// The accelerator that interleaves the bits of many weights, with BitVert's lanes and memory.
struct BitletParams : engine::ArraySystemParams {
  BitletArrayParams pe_array;

  template <class Description>
  static void describe(Description& d) {
    d("pe_array", &BitletParams::pe_array, "the computing array");
    describe_system(d);
  }
  void validate(Validation& check) const { validate_buffers(check, pe_array); }

  std::uint64_t lanes() const {
    return std::uint64_t{pe_array.rows} * pe_array.columns * serial_lanes;
  }
};

}  // namespace lacuna::baselines
