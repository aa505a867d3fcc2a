// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <vector>

#include <catch2/catch.hpp>

#include "core/blocks.h"

using namespace lacuna;

TEST_CASE("blocks cover everything once, for any number of threads") {
  for (const unsigned threads : {0U, 1U, 2U, 7U}) {
    for (const std::size_t total : {0, 1, 9, 10, 11, 1000}) {
      std::vector<std::atomic<int>> seen(total);
      std::atomic<std::size_t> largest{0};
      for_each_block(total, 10, threads, [&](std::size_t first, std::size_t count) {
        std::size_t before = largest;
        while (before < count && !largest.compare_exchange_weak(before, count)) {
        }
        for (std::size_t i = first; i < first + count; ++i) {
          ++seen[i];
        }
      });
      CAPTURE(threads, total);
      CHECK(largest == std::min<std::size_t>(total, 10));
      for (const std::atomic<int>& times : seen) {
        REQUIRE(times == 1);
      }
    }
  }
}

TEST_CASE("what a block throws arrives") {
  for (const unsigned threads : {1U, 4U}) {
    CHECK_THROWS_AS(for_each_block(100, 10, threads,
                                   [](std::size_t first, std::size_t) {
                                     if (first == 50) {
                                       throw std::runtime_error("in a block");
                                     }
                                   }),
                    std::runtime_error);
  }
}

TEST_CASE("so many threads, or one per processor") {
  CHECK(thread_count(3) == 3);
  CHECK(thread_count(0) >= 1);
}
