// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <deque>
#include <random>
#include <utility>

#include <catch2/catch.hpp>

#include "core/insert_in_order.h"

using namespace lacuna;

TEST_CASE("values inserted in order are sorted, equals as they came") {
  using Value = std::pair<int, int>;  // key, number of the insertion
  const auto before = [](const Value& a, const Value& b) { return a.first < b.first; };
  std::mt19937 random(3);
  std::deque<Value> values;
  for (int i = 0; i < 2000; ++i) {
    insert_in_order(values, Value{static_cast<int>(random() % 50), i}, before);
    if (random() % 2 == 0) {
      values.pop_front();
    }
    CHECK(std::is_sorted(values.begin(), values.end()));
  }
}
