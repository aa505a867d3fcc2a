// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace lacuna::baselines {

/// Lanes of a PE: it takes this many weights at a time [BitSim: 16 x 20 PEs of 16].
inline constexpr unsigned ant_lanes = 16;

using AntActivations = std::array<std::int16_t, ant_lanes>;
using AntExponents = std::array<std::uint8_t, ant_lanes>;

/// One bit of the integers of a row's pass.
struct AntColumn {
  std::uint16_t bits = 0;         ///< bit l: of lane l's
  std::uint8_t significance = 0;  ///< they weigh 2^significance
  bool negate = false;            ///< the sign bits
};

/// A bit-serial inner-product unit behind ANT's decoders: AND gates, a shifter for every lane's exponent, adder tree, negation for
/// the sign bit, shift, accumulator.
class AntPe {
 public:
  /// Stage "multiply".
  void multiply(const AntColumn& column, const AntExponents& exponents,
                const AntActivations& activations) {
    std::int32_t tree = 0;
    for (unsigned lane = 0; lane < ant_lanes; ++lane) {
      tree += ((column.bits >> lane) & 1u) != 0 ? activations[lane] * (1 << exponents[lane]) : 0;
    }
    product_ = (column.negate ? -tree : tree) * (std::int32_t{1} << column.significance);
  }

  /// Stage "accumulate". @param first from zero @param bits width of the accumulator, 16..32; it wraps
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
