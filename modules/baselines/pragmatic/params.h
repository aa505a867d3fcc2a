// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "baselines/pragmatic/oneffset_dispatcher.h"
#include "engine/array_system_params.h"

namespace lacuna::baselines {

/// The array of Pragmatic PEs.
struct PragmaticArrayParams : engine::ArrayParams {
  unsigned first_stage_bits = 3;
  bool sign_cycle = true;

  template <class Description>
  static void describe(Description& d) {
    describe_array(d);
    d("first_stage_bits", &PragmaticArrayParams::first_stage_bits,
      "width of a lane's shifter: oneffsets of a PE that lie 2^n or more below the largest one "
      "wait; 3: none do")
        .range(0u, 3u);
    d("sign_cycle", &PragmaticArrayParams::sign_cycle,
      "the sign bit of a negative weight takes a cycle, as BBS counts it");
  }
  PragmaticRule rule() const { return {first_stage_bits, sign_cycle}; }
};

/// The accelerator that skips zero bits of the weights, with BitVert's lanes and memory.
struct PragmaticParams : engine::ArraySystemParams {
  PragmaticArrayParams pe_array;

  template <class Description>
  static void describe(Description& d) {
    d("pe_array", &PragmaticParams::pe_array, "the computing array");
    describe_system(d);
  }
  void validate(Validation& check) const { validate_buffers(check, pe_array); }

  std::uint64_t lanes() const {
    return std::uint64_t{pe_array.rows} * pe_array.columns * serial_lanes;
  }
};

}  // namespace lacuna::baselines
