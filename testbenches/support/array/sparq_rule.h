// SPDX-License-Identifier: Apache-2.0
//
// SPARQ's rule restated for the tests, and tiles for it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "engine/activation_reader.h"
#include "sparq/pe_kind.h"
#include "sparse/sparq_format.h"
#include "support/array/array_tile.h"

namespace lacuna::sparq::test {

using namespace lacuna::test;

/// The value of a window of `width` bits, restated over a list of allowed places: the lowest whose window holds all set bits.
inline int naive_window(int value, int width, const std::vector<int>& places, bool round) {
  int place = places.back();
  for (auto it = places.rbegin(); it != places.rend(); ++it) {
    if (value < (1 << (width + *it))) {
      place = *it;
    }
  }
  const int unit = 1 << place;
  int quotient = value / unit;
  const int twice = value % unit * 2;
  if (round && (twice > unit || (twice == unit && quotient % 2 == 1))) {
    ++quotient;
  }
  return std::min(quotient, (1 << width) - 1) * unit;
}

inline std::vector<int> up_to_bit(int last, int apart) {
  std::vector<int> places;
  for (int place = 0; place <= last; place += apart) {
    places.push_back(place);
  }
  return places;
}

/// Products of a pair as the PE's kind defines them [SPARQ eq. 2].
inline std::int64_t naive_pair(PeKind pe, const sparse::SparqFormat& format, std::array<int, 2> x,
                               std::array<int, 2> w) {
  const bool round = format.rounding == sparse::SparqRounding::round;
  const int bits = static_cast<int>(format.bits);
  std::array<int, 2> kept = x;
  if (pe == PeKind::two_4b) {
    kept = {naive_window(x[0], 4, {4}, round), naive_window(x[1], 4, {4}, round)};
  } else if (pe == PeKind::sysmt) {
    if (x[0] * w[0] != 0 && x[1] * w[1] != 0) {
      kept = {naive_window(x[0], 4, {0, 4}, round), naive_window(x[1], 4, {0, 4}, round)};
    }
  } else if (x[0] != 0 && x[1] != 0) {
    const int apart = format.placements == 3 ? 2 : format.placements == 2 ? 4 : 1;
    const std::vector<int> places = up_to_bit(8 - bits, apart);
    kept = {naive_window(x[0], bits, places, round), naive_window(x[1], bits, places, round)};
  } else {
    const std::vector<int> places = up_to_bit(8 - 2 * bits, 1);
    kept = {naive_window(x[0], 2 * bits, places, round),
            naive_window(x[1], 2 * bits, places, round)};
  }
  return std::int64_t{kept[0]} * w[0] + std::int64_t{kept[1]} * w[1];
}

inline sparse::SparqFormat random_format(RandomBits& random) {
  const std::array<std::array<unsigned, 2>, 5> formats = {{{4, 5}, {4, 3}, {4, 2}, {3, 6}, {2, 7}}};
  const auto format = formats[random.up_to(4)];
  return {format[0], format[1],
          random.chance(50) ? sparse::SparqRounding::round : sparse::SparqRounding::trim};
}

enum class Zeros { some, all, none };

/// Other activations where they are; padding stays zero, whatever a buffer holds there.
inline void refill(ArrayTile& tile, Zeros zeros, RandomBits& random) {
  if (zeros == Zeros::some) {
    return;
  }
  for (std::uint8_t& byte : tile.activations) {
    byte = zeros == Zeros::all ? 0 : static_cast<std::uint8_t>(1 + random.up_to(254));
  }
  const engine::ActivationReader reader(tile.geometry, tile.activations);
  const std::size_t elements = tile.geometry.step.elements;
  for (std::size_t i = 0; i < tile.operands.size(); ++i) {
    tile.operands[i] = reader.read(static_cast<std::uint32_t>(i / elements),
                                   static_cast<std::uint32_t>(i % elements));
  }
}

}  // namespace lacuna::sparq::test
