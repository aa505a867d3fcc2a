// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "sparq/systolic/systolic_options.h"
#include "support/array/dense_row_tile.h"
#include "support/array/sparq_rule.h"

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
        sum += naive_pair(tile.systolic.pe, tile.systolic.format, {x[0], alone ? 0 : x[1]},
                          {w[0], alone ? 0 : w[1]});
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

/// A tile of every kind. @param inputs C, input channels; the rest is random
inline SystolicTile make_tile(unsigned inputs, PeKind pe, RandomBits& random) {
  SystolicTile tile;
  static_cast<DenseRowTile&>(tile) = make_dense_tile(inputs, random);
  tile.reduced = !tile.geometry.window.is_signed && random.chance(85);
  SystolicOptions& options = tile.systolic;
  options.array = tile.options;
  options.pe = pe;
  options.format = random_format(random);
  options.skew = static_cast<Skew>(random.up_to(2));
  options.drain_columns = 1 + random.up_to(7);
  // Where drains are quick already they may as well take no time.
  options.clocks = options.drain_columns < 7    ? CountedClocks::all
                   : options.drain_columns == 7 ? CountedClocks::folds
                                                : CountedClocks::last_index;
  options.trimmers = random.chance(60) ? 0 : 1 + random.up_to(15);
  return tile;
}

}  // namespace lacuna::sparq::test
