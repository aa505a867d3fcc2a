// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lacuna::baselines {

/// A channel's numeric type, out of its byte in the metadata (sparse::format_byte).
struct AntRowFormat {
  std::uint8_t bits = 1;   ///< of a code
  std::uint8_t type = 0;   ///< 0 integer, 1 flint, 2 and 3 power of two
  std::uint8_t shift = 0;  ///< unit

  static AntRowFormat of(std::uint8_t byte) {
    return {static_cast<std::uint8_t>((byte & 7u) + 1), static_cast<std::uint8_t>((byte >> 3) & 3u),
            static_cast<std::uint8_t>(byte >> 5)};
  }
};

/// What a decoder hands to a lane: the weight is integer x 2^exponent. The integer takes no more bits, in two's complement, than
/// the code.
struct AntOperand {
  std::int8_t integer = 0;
  std::uint8_t exponent = 0;  ///< 0..7
};

/// One decoder: a leading-zero detector and shifters [ANT, its int-based decoder]. Values that are no int8 give zero.
AntOperand decode_operand(unsigned code, const AntRowFormat& format);

}  // namespace lacuna::baselines
