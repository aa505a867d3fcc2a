// SPDX-License-Identifier: Apache-2.0
#include "sparse/sparq_format.h"

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::sparse {
namespace {

constexpr std::uint8_t every_bit[] = {0, 1, 2, 3, 4, 5, 6};
constexpr std::uint8_t every_second_bit[] = {0, 2, 4};
constexpr std::uint8_t halves[] = {0, 4};

struct Known {
  unsigned bits;
  unsigned placements;
};
constexpr Known formats[] = {{4, 5}, {4, 3}, {4, 2}, {3, 6}, {2, 7}};

}  // namespace

Span<const std::uint8_t> SparqFormat::shifts() const {
  if (placements == 2) {
    return {halves, 2};
  }
  if (placements == 3) {
    return {every_second_bit, 3};
  }
  return {every_bit, 8 - bits + 1};
}

Span<const std::uint8_t> SparqFormat::wide_shifts() const {
  return {every_bit, 8 - 2 * bits + 1};
}

unsigned SparqFormat::shift_control_bits() const {
  return placements == 2 ? 1 : placements == 3 ? 2 : 3;
}

std::string name_of(const SparqFormat& format) {
  return fmt::format("{} bits, {} placements, {}", format.bits, format.placements,
                     format.rounding == SparqRounding::round ? "round" : "trim");
}

SparqFormat make_sparq_format(unsigned bits, unsigned placements, SparqRounding rounding) {
  for (const Known& known : formats) {
    if (known.bits == bits && known.placements == placements) {
      return {bits, placements, rounding};
    }
  }
  throw input_error({}, fmt::format("no format of {} bits with {} placements, expected 4 bits with "
                                    "5, 3 or 2, 3 bits with 6, or 2 bits with 7",
                                    bits, placements));
}

}  // namespace lacuna::sparse
