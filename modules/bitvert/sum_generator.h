// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "bitvert/signals.h"

namespace lacuna::bitvert {

/// The generator of activation sums that the 32 PEs of an array column share: each sub-group's,
/// which the subtract path starts from, and that of all 16, which the constant multiplies [BBS
/// §IV-A].
/// @param sub_group 4, 8 or 16
PassOperands generate_sums(const std::array<std::int16_t, pass_length>& activations,
                           unsigned sub_group);

}  // namespace lacuna::bitvert
