// SPDX-License-Identifier: Apache-2.0
#include "sparq/trim_unit.h"

namespace lacuna::sparq {
namespace {

/// Number of bits up to the leading one.
unsigned significant_bits(std::uint8_t value) {
  unsigned bits = 0;
  while (value >> bits != 0) {
    ++bits;
  }
  return bits;
}

}  // namespace

/// Placements stand 1, 2 or 4 bits apart: the lowest that reaches the leading one.
unsigned TrimUnit::placement(std::uint8_t value, unsigned width, bool wide) const {
  const unsigned apart = wide || format_.placements > 3 ? 1 : format_.placements == 3 ? 2 : 4;
  const unsigned leading = significant_bits(value);
  const unsigned above = leading > width ? leading - width : 0;
  return (above + apart - 1) / apart * apart;
}

LaneOperand TrimUnit::window(std::uint8_t value, unsigned width, unsigned shift) const {
  const unsigned all_ones = (1u << width) - 1;
  unsigned bits = (value >> shift) & all_ones;
  if (format_.rounding == sparse::SparqRounding::round && shift != 0) {
    const bool first_below = (value >> (shift - 1) & 1u) != 0;
    const bool more_below = (value & ((1u << (shift - 1)) - 1)) != 0;
    const bool odd = (bits & 1u) != 0;
    bits += first_below && (more_below || odd) && bits != all_ones ? 1 : 0;
  }
  return {static_cast<std::int16_t>(bits), static_cast<std::uint8_t>(shift), 0};
}

PairOperand TrimUnit::trim(std::uint8_t first, std::uint8_t second) const {
  PairOperand pair;
  if (pe_ == PeKind::two_4b) {
    pair = {window(first, 4, 4), window(second, 4, 4)};
    pair[1].weight = 1;
    return pair;
  }
  if (first != 0 && second != 0) {
    pair = {window(first, format_.bits, placement(first, format_.bits, false)),
            window(second, format_.bits, placement(second, format_.bits, false))};
    pair[1].weight = 1;
    return pair;
  }
  // The zero's multiplier takes the upper half of the other's window.
  const std::uint8_t value = first != 0 ? first : second;
  const unsigned width = 2 * format_.bits;
  const LaneOperand wide = window(value, width, placement(value, width, true));
  const auto weight = static_cast<std::uint8_t>(first != 0 ? 0 : 1);
  const auto low = static_cast<std::int16_t>(wide.bits & ((1 << format_.bits) - 1));
  pair[0] = {static_cast<std::int16_t>(wide.bits >> format_.bits),
             static_cast<std::uint8_t>(wide.shift + format_.bits), weight};
  pair[1] = {low, wide.shift, weight};
  return pair;
}

PairOperand TrimUnit::split(std::int16_t activation, unsigned part) const {
  if (pe_ == PeKind::dense) {
    return {{{activation, 0, 0}, {}}};
  }
  const unsigned width = pe_ == PeKind::sparq ? format_.bits : 4;
  const unsigned low = 2 * width * part;
  const unsigned high = low + width;
  // Bits from `from` on; the sign stays with the highest.
  const auto cut = [&](unsigned from) {
    const int rest = activation >> from;
    const bool last = from + width >= 8;
    return static_cast<std::int16_t>(from >= 8 ? 0 : last ? rest : rest & ((1 << width) - 1));
  };
  return {{{cut(low), static_cast<std::uint8_t>(low), 0},
           {cut(high), static_cast<std::uint8_t>(high), 0}}};
}

LaneOperand TrimUnit::half(std::uint8_t activation) const {
  return window(activation, 4, (activation & 0xF0u) != 0 ? 4 : 0);
}

}  // namespace lacuna::sparq
