// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "sparq/systolic/systolic_options.h"
#include "support/array/dense_row_tile.h"

namespace lacuna::sparq::test {

using namespace lacuna::test;

/// A tile of a systolic array, written by the tests and not by the packer.
struct SystolicTile : DenseRowTile {
  SystolicOptions systolic;
  bool reduced = false;

  engine::TileOperands operands_at(std::uint64_t version) const {
    return {geometry, weights, metadata, activations, source, version, reduced};
  }
  bool pairs() const { return reduced && systolic.pe != PeKind::dense; }
};

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

/// Products of a pair as the PE's kind defines them [SPARQ eq. 2; facts/sparq B1, B2].
inline std::int64_t naive_pair(const SystolicOptions& options, std::array<int, 2> x,
                               std::array<int, 2> w) {
  const bool round = options.format.rounding == sparse::SparqRounding::round;
  const int bits = static_cast<int>(options.format.bits);
  std::array<int, 2> kept = x;
  if (options.pe == PeKind::two_4b) {
    kept = {naive_window(x[0], 4, {4}, round), naive_window(x[1], 4, {4}, round)};
  } else if (options.pe == PeKind::sysmt) {
    if (x[0] * w[0] != 0 && x[1] * w[1] != 0) {
      kept = {naive_window(x[0], 4, {0, 4}, round), naive_window(x[1], 4, {0, 4}, round)};
    }
  } else if (x[0] != 0 && x[1] != 0) {
    const int apart = options.format.placements == 3 ? 2 : options.format.placements == 2 ? 4 : 1;
    const std::vector<int> places = up_to_bit(8 - bits, apart);
    kept = {naive_window(x[0], bits, places, round), naive_window(x[1], bits, places, round)};
  } else {
    const std::vector<int> places = up_to_bit(8 - 2 * bits, 1);
    kept = {naive_window(x[0], 2 * bits, places, round),
            naive_window(x[1], 2 * bits, places, round)};
  }
  return std::int64_t{kept[0]} * w[0] + std::int64_t{kept[1]} * w[1];
}

/// Sums as a direct convolution makes them, in 64 bits, on top of the initial accumulators.
inline std::vector<std::int32_t> expected_sums(const SystolicTile& tile) {
  if (!tile.pairs()) {
    return expected_accumulators(tile);
  }
  const engine::TileStep& step = tile.geometry.step;
  std::vector<std::int32_t> sums = tile.initial;
  for (std::size_t p = 0; p < tile.geometry.positions(); ++p) {
    for (std::size_t n = 0; n < step.channels; ++n) {
      std::int64_t sum = 0;
      for (std::size_t e = 0; e < step.elements; e += 2) {
        const bool alone = e + 1 == step.elements;
        const std::int32_t* x = &tile.operands[p * step.elements + e];
        const std::int32_t* w = &tile.decoded[n * step.elements + e];
        sum += naive_pair(tile.systolic, {x[0], alone ? 0 : x[1]}, {w[0], alone ? 0 : w[1]});
      }
      const std::int64_t modulus = std::int64_t{1} << tile.accumulator_bits;
      sum = ((sum % modulus) + modulus) % modulus;
      sum = sum >= modulus / 2 ? sum - modulus : sum;
      std::int32_t& result = sums[p * step.channels + n];
      result = static_cast<std::int32_t>(static_cast<std::uint32_t>(result) +
                                         static_cast<std::uint32_t>(sum));
    }
  }
  return sums;
}

enum class Zeros { some, all, none };

inline void refill_activations(SystolicTile& tile, Zeros zeros, RandomBits& random) {
  if (zeros == Zeros::some) {
    return;
  }
  // Padding stays zero, whatever a buffer holds there.
  for (std::uint8_t& byte : tile.activations) {
    byte = zeros == Zeros::all ? 0 : static_cast<std::uint8_t>(1 + random.up_to(254));
  }
}

/// A tile of every kind. @param inputs C, input channels; the rest is random
inline SystolicTile make_tile(unsigned inputs, PeKind pe, RandomBits& random) {
  SystolicTile tile;
  static_cast<DenseRowTile&>(tile) = make_dense_tile(inputs, random);
  tile.reduced = !tile.geometry.window.is_signed && random.chance(85);
  SystolicOptions& options = tile.systolic;
  options.array = tile.options;
  options.pe = pe;
  const std::array<std::array<unsigned, 2>, 5> formats = {{{4, 5}, {4, 3}, {4, 2}, {3, 6}, {2, 7}}};
  const auto format = formats[random.up_to(4)];
  options.format = {format[0], format[1],
                    random.chance(50) ? sparse::SparqRounding::round : sparse::SparqRounding::trim};
  options.skew = static_cast<Skew>(random.up_to(2));
  options.drain_columns = 1 + random.up_to(7);
  options.trimmers = random.chance(60) ? 0 : 1 + random.up_to(15);
  return tile;
}

}  // namespace lacuna::sparq::test
