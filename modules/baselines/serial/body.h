// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/error.h"
#include "engine/array_body.h"
#include "engine/array_model.h"

namespace lacuna::baselines {

/// The body that a platform asks for, of the two that these machines have.
/// @param arguments of either body's constructor
/// @throws Error (bad_input) when it asks for another one
template <class Fast, class Detailed, class... Arguments>
std::unique_ptr<engine::ArrayModel> make_serial_body(engine::ArrayBody body,
                                                     const Arguments&... arguments) {
  switch (body) {
    case engine::ArrayBody::fast:
      return std::make_unique<Fast>(arguments...);
    case engine::ArrayBody::detailed:
      return std::make_unique<Detailed>(arguments...);
    default:
      throw input_error({}, "pe_array.model: this machine has the bodies fast and detailed");
  }
}

}  // namespace lacuna::baselines
