// SPDX-License-Identifier: Apache-2.0
//
// Sums as the authors' RTL of SparSynergy makes them, worked out by hand.
#include "reference/bit_column_products.h"

#include <vector>

#include <catch2/catch.hpp>

using namespace lacuna;
using namespace lacuna::reference;

namespace {

using Values = std::vector<std::int16_t>;

std::int32_t product(const Values& activations, const Values& weights, std::size_t segment = 8,
                     std::size_t chunk = 0) {
  std::vector<std::int32_t> sums(1);
  bit_column_products(activations, weights, weights.size(), {segment, chunk}, sums);
  return sums[0];
}

}  // namespace

TEST_CASE("positive column sums are those of a dot product") {
  CHECK(product({1, 2, 3}, {4, 5, 6}) == 32);
  CHECK(product({-1, -2}, {-3, -64}) == 131);
}

TEST_CASE("a negative column sum is 2^(11 + significance) too large, modulo 2^16") {
  CHECK(product({-1}, {1}) == 2047);
  CHECK(product({1}, {-1}) == 2047);
  CHECK(product({-1}, {3}) == 2047 + 4094);
  CHECK(product({-1}, {32}) == -32);     // 2^16: nothing is left of it
  CHECK(product({-3, 5}, {1, 1}) == 2);  // lanes cancel before the shift
}

TEST_CASE("segments have column sums of their own, and start anew with a chunk") {
  CHECK(product({-3, 5}, {1, 1}, 1) == 2045 + 5);
  CHECK(product({-3, 5, 1}, {1, 1, 1}, 2) == 3);
  CHECK(product({-3, 5, 1}, {1, 1, 1}, 2, 1) == 2045 + 5 + 1);
}

TEST_CASE("activations are eight bits whose negative wraps") {
  CHECK(product({200}, {32}) == -56 * 32);
  CHECK(product({-128}, {-32}) == -128 * 32);
}

TEST_CASE("sums wrap at sixteen bits, or as many as asked for") {
  CHECK(product(Values(8, 127), Values(8, 127)) == 129032 - 2 * 65536);
  std::vector<std::int32_t> sums = {1 << 23, -(1 << 23) - 1, 5};
  wrap_sums(sums, 24);
  CHECK(sums == std::vector<std::int32_t>{-(1 << 23), (1 << 23) - 1, 5});
  wrap_sums(sums, 32);
  CHECK(sums[0] == -(1 << 23));
}
