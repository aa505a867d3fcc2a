// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "engine/array_system_params.h"
#include "engine/lockstep_params.h"

namespace lacuna::baselines {

/// The array of bit-serial PEs.
struct StripesArrayParams : engine::ArrayParams {
  engine::LockstepParams lockstep;

  template <class Description>
  static void describe(Description& d) {
    describe_array(d);
    d("lockstep", &StripesArrayParams::lockstep,
      "how the two bodies of model lockstep are compared");
  }
};

/// The dense bit-serial accelerator that BitVert is compared with: as many lanes, as much memory in total (what BitVert
/// spends on metadata and indices holds weights here).
struct StripesParams : engine::ArraySystemParams {
  StripesArrayParams pe_array;

  template <class Description>
  static void describe(Description& d) {
    d("pe_array", &StripesParams::pe_array, "the computing array");
    describe_system(d);
  }
  void validate(Validation& check) const { validate_buffers(check, pe_array); }

  std::uint64_t serial_lanes() const;
};

}  // namespace lacuna::baselines
