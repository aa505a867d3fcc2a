// SPDX-License-Identifier: Apache-2.0
#include "baselines/ant/decoder.h"

namespace lacuna::baselines {
namespace {

/// Bits that a number takes.
unsigned length(unsigned value) {
  unsigned bits = 0;
  for (; value != 0; value >>= 1) {
    ++bits;
  }
  return bits;
}

struct Magnitude {
  unsigned integer = 0;
  unsigned exponent = 0;
};

/// @param width bits of the code without its sign
Magnitude decode_flint(unsigned code, unsigned width) {
  const unsigned low_width = width == 0 ? 0 : width - 1;
  const unsigned low = code & ((1u << low_width) - 1);
  if (code == low) {
    return {code, 0};
  }
  if (low == 0) {
    return {1, 2 * low_width};
  }
  return {low, 2 * (low_width - length(low)) + 1};
}

/// @param code not 0
Magnitude decode_power(unsigned code) {
  return {1, code - 1};
}

/// Neither beyond 127 nor below -128.
bool is_int8(const Magnitude& magnitude, bool negative) {
  const unsigned bits = length(magnitude.integer) + magnitude.exponent;
  const bool power = (magnitude.integer & (magnitude.integer - 1)) == 0;
  return bits <= 7 || (bits == 8 && negative && power);
}

}  // namespace

AntOperand decode_operand(unsigned code, const AntRowFormat& format) {
  const unsigned width = format.bits - 1u;
  const bool negative = ((code >> width) & 1u) != 0;
  const unsigned rest = code & ((1u << width) - 1);
  Magnitude magnitude;
  if (format.type == 0) {
    magnitude.integer = negative ? (1u << width) - rest : rest;
  } else if (format.type == 1) {
    magnitude = decode_flint(rest, width);
  } else if (rest != 0) {
    magnitude = decode_power(rest);
  }
  magnitude.exponent += format.shift;
  if (magnitude.integer == 0 || !is_int8(magnitude, negative)) {
    return {};
  }
  const int integer = static_cast<int>(magnitude.integer);
  return {static_cast<std::int8_t>(negative ? -integer : integer),
          static_cast<std::uint8_t>(magnitude.exponent)};
}

}  // namespace lacuna::baselines
