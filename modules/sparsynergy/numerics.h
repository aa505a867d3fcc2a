// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/parameters.h"

namespace lacuna::sparsynergy {

/// What a bit-column dot product makes of its lanes.
enum class Numerics : std::uint8_t {
  intended,       ///< exact: column sums keep their sign, partial sums are as wide as asked for
  published_rtl,  ///< as the authors' RTL: activations of 8 signed bits whose negative wraps, column sums of 11 bits that are
                  ///< shifted as unsigned numbers, partial sums of 16 bits
};

/// Partial sums of the authors' RTL.
inline constexpr unsigned published_sum_bits = 16;

}  // namespace lacuna::sparsynergy

template <>
struct lacuna::EnumNames<lacuna::sparsynergy::Numerics> {
  static std::vector<lacuna::EnumName<lacuna::sparsynergy::Numerics>> table() {
    using lacuna::sparsynergy::Numerics;
    return {{"intended", Numerics::intended}, {"published_rtl", Numerics::published_rtl}};
  }
};
