// SPDX-License-Identifier: Apache-2.0
#include "sparse/screening/candidates.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>

#include <catch2/catch.hpp>

using namespace lacuna;
using namespace lacuna::sparse::screening;
using List = std::vector<std::uint32_t>;

TEST_CASE("the filter takes what is greater than the threshold, not what equals it") {
  const std::vector<std::int32_t> sums = {5, -3, 6, 5, 7};
  CHECK(filter_candidates(sums, 5) == List{2, 4});
  CHECK(filter_candidates(sums, 7).empty());
  CHECK(filter_candidates(sums, std::numeric_limits<std::int32_t>::min()) == List{0, 1, 2, 3, 4});
  CHECK(filter_candidates({}, 0).empty());
}

TEST_CASE("of equal sums those with lower numbers are candidates") {
  const std::vector<std::int32_t> sums = {5, 5, 9, 5, 5};
  CHECK(top_candidates(sums, 3) == List{0, 1, 2});
  CHECK(top_candidates(sums, 1) == List{2});
  CHECK(top_candidates(sums, 9) == List{0, 1, 2, 3, 4});
  CHECK(top_candidates(sums, 0).empty());
  CHECK(top_candidates({}, 3).empty());
}

TEST_CASE("best candidates are those of a stable sort") {
  std::mt19937 random(2);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<std::int32_t> sums(1 + random() % 60);
    for (auto& sum : sums) {
      sum = static_cast<std::int32_t>(random() % 9) - 4;  // many ties
    }
    const std::size_t count = random() % (sums.size() + 3);
    List order(sums.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return sums[a] > sums[b]; });
    order.resize(std::min(count, order.size()));
    std::sort(order.begin(), order.end());
    REQUIRE(top_candidates(sums, count) == order);
    const std::vector<float> outputs(sums.begin(), sums.end());
    REQUIRE(top_outputs(outputs, count) == order);
    if (count == 0) {
      continue;
    }
    // As high as it can be: one more and too few would pass.
    const std::int32_t threshold = tune_threshold(sums, count);
    REQUIRE(filter_candidates(sums, threshold).size() >= std::min(count, sums.size()));
    REQUIRE(filter_candidates(sums, threshold + 1).size() < std::min(count, sums.size()));
  }
}
