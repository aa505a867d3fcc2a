// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/parameters.h"
#include "sparse/sparq_format.h"

namespace lacuna::sparq {

/// What takes the place of an 8b-8b multiplier [SPARQ Table 3].
enum class PeKind : std::uint8_t {
  dense,   ///< one 8b-8b multiplier
  two_4b,  ///< two 4b-8b multipliers for activations of 4 bits, the ideal reference
  sparq,   ///< the same with shifts and a choice of weight for each multiplier
  sysmt    ///< the same, and each PE trims for itself (SySMT)
};

/// Activations, and weights of a row, that a PE takes in one pass when it takes activations with fewer bits.
inline constexpr unsigned pair_elements = 2;

/// Bits of an activation that one of a PE's multipliers takes.
inline unsigned multiplier_bits(PeKind pe, const sparse::SparqFormat& format) {
  return pe == PeKind::dense ? 8 : pe == PeKind::sparq ? format.bits : 4;
}

/// Clocks of one activation at its full 8 bits, in both multipliers of a PE.
inline unsigned full_precision_clocks(PeKind pe, const sparse::SparqFormat& format) {
  const unsigned width = pe == PeKind::dense ? 8 : 2 * multiplier_bits(pe, format);
  return (8 + width - 1) / width;
}

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
