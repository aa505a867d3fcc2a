// SPDX-License-Identifier: Apache-2.0
#include "sparq/pair_table.h"

#include <array>

#include "sparse/sparq_pair.h"

namespace lacuna::sparq {
namespace {

constexpr unsigned values = 256;

std::array<unsigned, pair_elements> reduced(std::uint8_t first, std::uint8_t second, PeKind pe,
                                            const sparse::SparqFormat& format) {
  if (pe == PeKind::two_4b) {
    constexpr std::uint8_t upper[] = {4};
    return {sparse::place_window(first, 4, {upper, 1}, format.rounding).value(),
            sparse::place_window(second, 4, {upper, 1}, format.rounding).value()};
  }
  // SySMT's choice of four bits is that of two placements [SPARQ §5.1].
  const sparse::SparqFormat chosen =
      pe == PeKind::sysmt ? sparse::SparqFormat{4, 2, format.rounding} : format;
  return sparse::decode_pair(sparse::encode_pair(first, second, chosen));
}

}  // namespace

PairTable::PairTable(PeKind pe, const sparse::SparqFormat& format)
    : pairs_(std::size_t{values} * values) {
  for (unsigned second = 0; second < values; ++second) {
    for (unsigned first = 0; first < values; ++first) {
      const auto pair =
          reduced(static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(second), pe, format);
      pairs_[first + values * second] = static_cast<std::uint16_t>(pair[0] | pair[1] << 8);
    }
  }
}

void PairTable::reduce(Span<std::uint8_t> rows, std::size_t elements) const {
  const std::size_t even = elements / pair_elements * pair_elements;
  for (std::size_t first = 0; first + elements <= rows.size(); first += elements) {
    std::uint8_t* row = rows.data() + first;
    for (std::size_t i = 0; i < even; i += pair_elements) {
      const std::uint16_t pair = pairs_[row[i] + values * row[i + 1]];
      row[i] = static_cast<std::uint8_t>(pair);
      row[i + 1] = static_cast<std::uint8_t>(pair >> 8);
    }
    if (even != elements) {
      row[even] = static_cast<std::uint8_t>(pairs_[row[even]]);
    }
  }
}

}  // namespace lacuna::sparq
