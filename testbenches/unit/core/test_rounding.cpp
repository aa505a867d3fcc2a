// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <limits>

#include <catch2/catch.hpp>

#include "core/rounding.h"

using namespace lacuna;

TEST_CASE("rounding up is the least that covers, at the ends of the type too") {
  for (unsigned b = 1; b < 20; ++b) {
    unsigned parts = 0;
    for (unsigned a = 0; a < 100; ++a) {
      parts += parts * b < a ? 1 : 0;
      CHECK(ceil_div(a, b) == parts);
      CHECK(round_up(a, b) == parts * b);
    }
  }
  constexpr std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
  CHECK(ceil_div(most, 2U) == 0x80000000U);
  CHECK(ceil_div(std::uint64_t{most} + 1, 2U) == std::uint64_t{0x80000000U});
  CHECK(round_up(most, 1U) == most);
}
