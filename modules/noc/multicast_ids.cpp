// SPDX-License-Identifier: Apache-2.0
#include "noc/multicast_ids.h"

#include <algorithm>

namespace lacuna::noc {

MulticastIds choose_multicast_ids(std::uint32_t rows, std::uint32_t columns,
                                  const std::vector<std::vector<std::uint32_t>>& sets) {
  // Rows that some set joins, directly or by way of others, are one class.
  std::vector<std::uint32_t> class_of(rows, unused_id);
  for (const auto& set : sets) {
    std::uint32_t joined = set.front() / columns;
    for (const std::uint32_t place : set) {
      joined = std::min({joined, place / columns, class_of[place / columns]});
    }
    for (const std::uint32_t place : set) {
      const std::uint32_t before = class_of[place / columns];
      class_of[place / columns] = joined;
      if (before != unused_id) {
        std::replace(class_of.begin(), class_of.end(), before, joined);
      }
    }
  }
  MulticastIds result{std::vector<std::uint32_t>(rows, unused_id),
                      std::vector<std::uint32_t>(std::size_t{rows} * columns, unused_id)};
  std::vector<std::uint32_t> number(rows, unused_id);  // of a class, in the order of rows
  std::uint32_t classes = 0;
  for (std::uint32_t row = 0; row < rows; ++row) {
    if (class_of[row] != unused_id) {
      std::uint32_t& id = number[class_of[row]];
      id = id == unused_id ? classes++ : id;
      result.row_ids[row] = id;
    }
  }
  std::vector<std::uint32_t> next(rows);  // ID within a class
  for (const auto& set : sets) {
    const std::uint32_t id = next[class_of[set.front() / columns]]++;
    for (const std::uint32_t place : set) {
      result.ids[place] = id;
    }
  }
  return result;
}

}  // namespace lacuna::noc
