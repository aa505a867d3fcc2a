// SPDX-License-Identifier: Apache-2.0
//
// INT4 values in two's complement, -8 .. 7, two a byte: the first of a pair in the low nibble.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/span.h"

namespace lacuna::sparse::screening {

inline constexpr int int4_least = -8;
inline constexpr int int4_greatest = 7;
/// What a symmetric quantizer uses: -7 .. 7. The arithmetic is defined for all sixteen encodings.
inline constexpr int int4_symmetric = 7;

/// Bytes of `count` values; the high nibble that an odd count leaves over is written as zero and
/// never read.
constexpr std::size_t int4_bytes(std::size_t count) {
  return (count + 1) / 2;
}

/// The value of a nibble; bits above it are ignored.
constexpr std::int8_t int4_value(unsigned nibble) {
  return static_cast<std::int8_t>(static_cast<int>((nibble & 15U) ^ 8U) - 8);
}

/// Value `index` of a packed row.
constexpr std::int8_t int4_at(Span<const std::uint8_t> packed, std::size_t index) {
  return int4_value(unsigned{packed[index / 2]} >> (index % 2 * 4));
}

/// @param packed  int4_bytes(values.size())
/// @throws Error (stuck) when a value leaves -8 .. 7 or the sizes differ
void pack_int4(Span<const std::int8_t> values, Span<std::uint8_t> packed);
void unpack_int4(Span<const std::uint8_t> packed, Span<std::int8_t> values);

/// The longest dot product: its sum stays within 2^22 whatever the encodings, as no product exceeds
/// 8 * 8 = 2^6.
inline constexpr std::size_t longest_int4_dot = std::size_t{1} << 16;

/// The sum of the products of `count` values, exact in 32 bits.
std::int32_t dot_int4(Span<const std::uint8_t> left, Span<const std::uint8_t> right,
                      std::size_t count);

}  // namespace lacuna::sparse::screening
