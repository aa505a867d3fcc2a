// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace lacuna::baselines {

/// Bit-serial multipliers of a Stripes PE: it takes this many weights at a time, one bit of each a
/// cycle.
inline constexpr unsigned stripes_lanes = 8;
/// Weights are signed and have this many bits, all of which take their cycle.
inline constexpr unsigned stripes_weight_bits = 8;

/// Activations that one array column holds while the bits of a pass go by.
using StripesOperands = std::array<std::int16_t, stripes_lanes>;

/// One bit of each weight of a row's pass.
struct StripesColumn {
  std::uint8_t bits = 0;          ///< bit l: of the weight of lane l
  std::uint8_t significance = 0;  ///< they weigh 2^significance
  bool negate = false;            ///< the sign bits
};

/// One bit-serial inner-product unit of Stripes [Judd et al., MICRO'16], as BBS compares with: AND
/// gates, adder tree, negation for the sign bit, shift, accumulator.
class StripesPe {
 public:
  /// Stage "multiply".
  void multiply(const StripesColumn& column, const StripesOperands& operands) {
    std::int32_t tree = 0;
    for (unsigned lane = 0; lane < stripes_lanes; ++lane) {
      tree += ((column.bits >> lane) & 1u) != 0 ? operands[lane] : 0;
    }
    product_ = (column.negate ? -tree : tree) * (std::int32_t{1} << column.significance);
  }

  /// Stage "accumulate". @param first from zero @param bits width of the accumulator, 16..32; it
  /// wraps
  void accumulate(bool first, unsigned bits) {
    const std::uint32_t before = first ? 0u : static_cast<std::uint32_t>(accumulator_);
    const unsigned unused = 32 - bits;
    accumulator_ =
        static_cast<std::int32_t>((before + static_cast<std::uint32_t>(product_)) << unused) >>
        unused;
  }

  std::int32_t accumulator() const { return accumulator_; }

 private:
  std::int32_t product_ = 0;  // pipeline register
  std::int32_t accumulator_ = 0;
};

}  // namespace lacuna::baselines
