// SPDX-License-Identifier: Apache-2.0
#include "noc/multicast_ids.h"

#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "noc/multicast_controllers.h"

namespace lacuna::noc {

TEST_CASE("chosen IDs reach each set with one pair of tags, and nobody else") {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    const std::uint32_t rows = 1 + random() % 6;
    const std::uint32_t columns = 1 + random() % 6;
    std::vector<std::vector<std::uint32_t>> sets(1 + random() % 5);
    for (std::uint32_t place = 0; place < rows * columns; ++place) {
      const std::size_t set = random() % (2 * sets.size());
      if (set < sets.size()) {
        sets[set].push_back(place);
      }
    }
    std::vector<std::vector<std::uint32_t>> used;
    for (const auto& set : sets) {
      if (!set.empty()) {
        used.push_back(set);
      }
    }
    const MulticastIds chosen = choose_multicast_ids(rows, columns, used);
    std::vector<std::uint32_t> chain;
    for (std::uint32_t row = 0; row < rows; ++row) {
      chain.push_back(chosen.row_ids[row]);
      for (std::uint32_t column = 0; column < columns; ++column) {
        chain.push_back(chosen.ids[row * columns + column]);
      }
    }
    MulticastControllers controllers(rows, columns);
    controllers.load(chain);
    for (const auto& set : used) {
      const std::uint32_t first = set.front();
      CHECK(controllers.receivers(chosen.row_ids[first / columns], chosen.ids[first]) == set);
      CHECK(chosen.ids[first] < used.size());
      CHECK(chosen.row_ids[first / columns] < rows);
    }
  }
}

TEST_CASE("rows that no set joins keep IDs of their own") {
  // Sets {0.0, 1.0} and {1.1, 3.0} join rows 0, 1 and 3; row 2 has a set of its own, row 4 none.
  const MulticastIds chosen = choose_multicast_ids(5, 2, {{0, 2}, {3, 6}, {4, 5}});
  CHECK(chosen.row_ids == std::vector<std::uint32_t>{0, 0, 1, 0, unused_id});
  CHECK(chosen.ids ==
        std::vector<std::uint32_t>{0, unused_id, 0, 1, 0, 0, 1, unused_id, unused_id, unused_id});
}

}  // namespace lacuna::noc
