// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/parameters.h"

namespace lacuna::sparq {

/// What stands in every place of the array [SPARQ Table 3].
enum class PeKind : std::uint8_t {
  dense,   ///< one 8b-8b multiplier
  two_4b,  ///< two 4b-8b multipliers for activations of 4 bits, the ideal reference
  sparq,   ///< the same with shifts and a choice of weight for each multiplier
  sysmt    ///< the same, and each PE trims for itself (SySMT)
};

/// Activations, and weights of a row, that a PE takes in one pass when it takes activations with fewer bits.
inline constexpr unsigned pair_elements = 2;

}  // namespace lacuna::sparq

template <>
struct lacuna::EnumNames<lacuna::sparq::PeKind> {
  static std::vector<lacuna::EnumName<lacuna::sparq::PeKind>> table() {
    using lacuna::sparq::PeKind;
    return {{"dense", PeKind::dense},
            {"two_4b", PeKind::two_4b},
            {"sparq", PeKind::sparq},
            {"sysmt", PeKind::sysmt}};
  }
};
