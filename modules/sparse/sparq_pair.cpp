// SPDX-License-Identifier: Apache-2.0
#include "sparse/sparq_pair.h"

#include <algorithm>

#include "core/error.h"

namespace lacuna::sparse {
namespace {

/// value / 2^shift to the nearest, ties to even.
unsigned rounded_quotient(unsigned value, unsigned shift) {
  if (shift == 0) {
    return value;
  }
  const unsigned quotient = value >> shift;
  const unsigned rest = value & ((1U << shift) - 1);
  const unsigned half = 1U << (shift - 1);
  return quotient + (rest > half || (rest == half && (quotient & 1U) != 0) ? 1 : 0);
}

}  // namespace

SparqWindow place_window(std::uint8_t value, unsigned width, Span<const std::uint8_t> shifts,
                         SparqRounding rounding) {
  const auto* placement = std::find_if(shifts.begin(), shifts.end() - 1, [&](std::uint8_t shift) {
    return value >> (width + shift) == 0;
  });
  const unsigned largest = (1U << width) - 1;
  const unsigned bits = rounding == SparqRounding::round ? rounded_quotient(value, *placement)
                                                         : unsigned{value} >> *placement;
  return {static_cast<std::uint8_t>(std::min(bits, largest)), *placement};
}

SparqPair encode_pair(std::uint8_t first, std::uint8_t second, const SparqFormat& format) {
  if (first != 0 && second != 0) {
    const SparqWindow a = place_window(first, format.bits, format.shifts(), format.rounding);
    const SparqWindow b = place_window(second, format.bits, format.shifts(), format.rounding);
    return {{{a.bits, a.shift, 0}, {b.bits, b.shift, 1}}};
  }
  if (first == 0 && second == 0) {
    return {{{0, 0, 0}, {0, 0, 1}}};
  }
  const std::uint8_t weight = first != 0 ? 0 : 1;
  const SparqWindow wide = place_window(first != 0 ? first : second, 2 * format.bits,
                                        format.wide_shifts(), format.rounding);
  const auto lower = static_cast<std::uint8_t>(wide.bits & ((1U << format.bits) - 1));
  const auto upper = static_cast<std::uint8_t>(wide.bits >> format.bits);
  const auto upper_shift = static_cast<std::uint8_t>(wide.shift + format.bits);
  return {{{upper, upper_shift, weight}, {lower, wide.shift, weight}}};
}

std::array<unsigned, 2> decode_pair(const SparqPair& pair) {
  std::array<unsigned, 2> values{};
  for (const SparqLane& lane : pair) {
    values[lane.weight] += unsigned{lane.bits} << lane.shift;
  }
  return values;
}

SelectedPair select_pair(Span<const std::uint8_t> activations, Span<const std::int8_t> weights) {
  SelectedPair selected;
  std::size_t slot = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] == 0) {
      continue;
    }
    if (slot == selected.weight.size()) {
      throw input_error({}, "more than two of four weights are not zero: not a 2:4 pattern");
    }
    selected.activation[slot] = activations[i];
    selected.weight[slot] = weights[i];
    ++slot;
  }
  return selected;
}

}  // namespace lacuna::sparse
