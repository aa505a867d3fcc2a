// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "baselines/tensor_core/fragment.h"
#include "engine/array_model.h"
#include "engine/array_system_params.h"
#include "engine/dense_rows.h"

namespace lacuna::baselines {

/// An array of octets: by default sixteen, the four tensor cores of four octets that SparSynergy compares, side by side so
/// that they share operands.
struct FragmentArrayParams : engine::ArrayParams {
  ControllerKind controller = ControllerKind::ideal;

  FragmentArrayParams() { columns = 32; }

  template <class Description>
  static void describe(Description& d) {
    describe_array(d);
    d("controller", &FragmentArrayParams::controller,
      "fragments without a gap, or with the idle cycles of the published RTL");
  }
  void validate(Validation& check) const;

  FragmentOptions fragment_options(const engine::CountParams& count, unsigned window_slots) const {
    return {options(count), controller_of(controller), window_slots};
  }
  std::uint64_t macs_per_cycle() const { return fedps_of(rows, columns) * fedp_lanes; }
};

/// The system around an array of octets: 256 KiB of buffers and 500 MHz [SparSynergy §V]; the split of the buffers is ours.
struct FragmentSystemParams : engine::ArraySystemParams {
  FragmentArrayParams pe_array;

  FragmentSystemParams() {
    clock = 500_MHz;
    weight_buffer = 96_KiB;
    activation_buffer = 96_KiB;
  }

  template <class Description>
  static void describe_fragments(Description& d) {
    d("pe_array", &FragmentSystemParams::pe_array, "the computing array");
    describe_system(d);
  }
};

/// The dense tensor core.
struct TensorCoreParams : FragmentSystemParams {
  template <class Description>
  static void describe(Description& d) {
    describe_fragments(d);
  }
  void validate(Validation& check) const { validate_buffers(check, pe_array); }
};

/// How fast an array of octets takes weights.
inline engine::PassPace pace_of(const FragmentArrayParams& array) {
  return {fragment_values, controller_of(array.controller).period};
}

/// The body that a platform asks for.
/// @throws Error (bad_input) on one that there is not
std::unique_ptr<engine::ArrayModel> make_fragment_body(const FragmentSystemParams& params,
                                                       unsigned window_slots);

}  // namespace lacuna::baselines
