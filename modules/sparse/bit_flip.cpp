// SPDX-License-Identifier: Apache-2.0
#include "sparse/bit_flip.h"

#include <algorithm>
#include <cstdlib>

namespace lacuna::sparse {
namespace {

constexpr unsigned columns_of_byte = 8;

/// @param column 1 .. 7
bool is_zero(unsigned magnitudes, unsigned column) {
  return ((magnitudes >> (columns_of_byte - 1 - column)) & 1u) == 0;
}

/// The nearest multiple of `unit`, ties towards zero, at most `most` of them.
unsigned round_to_unit(unsigned value, unsigned unit, unsigned most) {
  const unsigned multiples = value / unit + (2 * (value % unit) > unit ? 1 : 0);
  return std::min(multiples, most) * unit;
}

}  // namespace

void flip_group(Span<std::int8_t> group, unsigned columns) {
  unsigned magnitudes = 0;
  for (std::int8_t& weight : group) {
    weight = std::max<std::int8_t>(weight, -127);
    magnitudes |= static_cast<unsigned>(std::abs(int{weight}));
  }
  unsigned kept = columns;
  unsigned first = 1;  // column from which on values are rounded
  for (unsigned column = 1; column < std::min(kept, columns_of_byte); ++column) {
    if (is_zero(magnitudes, column)) {
      ++kept;
      first = column + 1;
    }
  }
  if (kept > columns_of_byte - 1 || first >= kept) {
    return;
  }
  const unsigned low = (1u << (columns_of_byte - first)) - 1;  // columns first .. 7
  const unsigned unit = 1u << (columns_of_byte - kept);
  const unsigned most = (1u << (kept - first)) - 1;
  for (std::int8_t& weight : group) {
    const auto magnitude = static_cast<unsigned>(std::abs(int{weight}));
    const unsigned flipped = (magnitude & ~low) | round_to_unit(magnitude & low, unit, most);
    const int value = static_cast<int>(flipped);
    weight = static_cast<std::int8_t>(weight < 0 ? -value : value);
  }
}

void flip_bits(Span<std::int8_t> weights, std::size_t reduction, const BitFlip& flip) {
  for (std::size_t channel = 0; channel < weights.size(); channel += reduction) {
    for (std::size_t first = 0; first < reduction; first += flip.group) {
      flip_group(
          weights.subspan(channel + first, std::min<std::size_t>(flip.group, reduction - first)),
          flip.columns);
    }
  }
}

std::uint8_t used_columns(Span<const std::int8_t> group) {
  unsigned used = 0;
  for (const std::int8_t weight : group) {
    used |= static_cast<unsigned>(std::abs(int{weight})) | (weight < 0 ? 0x80u : 0u);
  }
  return static_cast<std::uint8_t>(used);
}

void append_columns(Span<const std::int8_t> group, std::uint8_t index,
                    std::vector<std::uint8_t>& bytes) {
  for (unsigned column = columns_of_byte; column-- > 0;) {
    if (((index >> column) & 1u) == 0) {
      continue;
    }
    unsigned bits = 0;
    for (std::size_t lane = 0; lane < group.size(); ++lane) {
      const auto magnitude = static_cast<unsigned>(std::abs(int{group[lane]}));
      const unsigned bit = column == 7 ? (group[lane] < 0 ? 1u : 0u) : (magnitude >> column) & 1u;
      bits |= bit << lane;
    }
    bytes.push_back(static_cast<std::uint8_t>(bits));
  }
}

}  // namespace lacuna::sparse
