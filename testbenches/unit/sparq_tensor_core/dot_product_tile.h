// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "sparq/tensor_core/issue_rule.h"
#include "support/array/dense_row_tile.h"
#include "support/array/sparq_rule.h"
#include "support/array/structured_rows.h"

namespace lacuna::sparq::test {

/// A tile of Tensor Cores, written by the tests and not by the packer.
struct DotProductTile : DenseRowTile {
  DotProductOptions dot;
  bool reduced = false;
  bool structured = false;  ///< weights of 2:4

  engine::TileOperands operands_at(std::uint64_t version) const {
    return {geometry, weights, metadata, activations, source, version, reduced};
  }
  bool pairs() const { return reduced && dot.pe != PeKind::dense; }
  /// Elements of the reduction in one issue: 4, twice as many in pairs, twice as many of 2:4.
  unsigned issue_elements() const { return 4u * (pairs() ? 2u : 1u) * (structured ? 2u : 1u); }
};

/// What a pair of places of four gives, weights that are zero choosing nothing.
inline std::int64_t naive_window_product(const DotProductTile& tile, const std::int32_t* x,
                                         const std::int32_t* w, std::size_t count) {
  std::array<int, 2> activation{};
  std::array<int, 2> weight{};
  std::size_t found = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (w[i] != 0) {
      activation.at(found) = x[i];
      weight.at(found++) = w[i];
    }
  }
  return naive_pair(tile.dot.pe, tile.dot.format, activation, weight);
}

/// Sums as a direct convolution makes them, in 64 bits, on top of the initial accumulators.
inline std::vector<std::int32_t> expected_sums(const DotProductTile& tile) {
  if (!tile.pairs()) {
    return expected_accumulators(tile);
  }
  const engine::TileStep& step = tile.geometry.step;
  std::vector<std::int32_t> sums = tile.initial;
  const std::size_t together = tile.structured ? 4 : 2;
  for (std::size_t p = 0; p < tile.geometry.positions(); ++p) {
    for (std::size_t n = 0; n < step.channels; ++n) {
      std::int64_t sum = 0;
      for (std::size_t e = 0; e < step.elements; e += together) {
        const std::size_t count = std::min(together, step.elements - e);
        const std::int32_t* x = &tile.operands[p * step.elements + e];
        const std::int32_t* w = &tile.decoded[n * step.elements + e];
        sum += tile.structured
                   ? naive_window_product(tile, x, w, count)
                   : naive_pair(tile.dot.pe, tile.dot.format, {x[0], count == 1 ? 0 : x[1]},
                                {w[0], count == 1 ? 0 : w[1]});
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
inline DotProductTile make_tile(unsigned inputs, PeKind pe, bool selection, RandomBits& random) {
  DotProductTile tile;
  static_cast<DenseRowTile&>(tile) = make_dense_tile(inputs, random);
  tile.reduced = !tile.geometry.window.is_signed && random.chance(85);
  tile.structured = selection && tile.source == engine::WeightSource::stream && random.chance(80);
  if (tile.structured) {
    tile.has_minimum = tile.has_maximum = tile.all_zero = false;
    fill_structured(tile, {{1, 1}, {2, 4}}, random);
  }
  tile.dot = {tile.options, pe, random_format(random), selection};
  tile.dot.array.drain_columns = random.chance(40) ? 1 : 1 + random.up_to(7);
  return tile;
}

}  // namespace lacuna::sparq::test
