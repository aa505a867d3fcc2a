// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/units.h"
#include "engine/array_body.h"
#include "engine/lockstep_params.h"
#include "engine/rtl_model.h"
#include "tlm/surroundings.h"

namespace lacuna::engine {

/// How each body of an array is made.
struct ArrayBodies {
  std::function<std::unique_ptr<ArrayModel>()> fast;
  std::function<std::unique_ptr<ArrayModel>()> detailed;
  std::function<std::unique_ptr<RtlModel>()> rtl;  ///< none: it has no SystemVerilog
};

/// The body that a platform asks for. One in SystemVerilog gets the waveform that somebody wants of it, and lets faults be injected into
/// its sums, as storage `<name>.rtl_sums`; one in lockstep says where in the run a difference shows.
/// @param name hierarchical, of the array
std::unique_ptr<ArrayModel> make_array_body(ArrayBody body, const ArrayBodies& bodies,
                                            const std::string& name, Frequency clock,
                                            const LockstepParams& lockstep,
                                            const tlm::Surroundings& surroundings);

}  // namespace lacuna::engine
