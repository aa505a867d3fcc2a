// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sparse/sparq_format.h"

namespace lacuna::platform {

/// A format as experiments name it: bits, placements and rounding, "4-5-round".
/// @throws Error (bad_input) on what is none
sparse::SparqFormat parse_sparq_format(const std::string& name);

}  // namespace lacuna::platform
