// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>

namespace lacuna {
inline namespace core {

/// Inserts a value into a deque that is in order, behind its equals: `before(a, b)` says whether a
/// comes before b. Looks from the end, where most values belong.
template <class T, class Before>
void insert_in_order(std::deque<T>& values, const T& value, Before before) {
  auto place = values.end();
  while (place != values.begin() && before(value, *(place - 1))) {
    --place;
  }
  if (place == values.end()) {
    // insert() would count an empty deque's end as its front, and take a new block every time.
    values.push_back(value);
  } else {
    values.insert(place, value);
  }
}

}  // namespace core
}  // namespace lacuna
