// SPDX-License-Identifier: Apache-2.0
#include <deque>
#include <random>

#include <catch2/catch.hpp>

#include "core/fifo.h"

using namespace lacuna;

namespace {

struct Value {
  int key = 0;
  int number = 0;
};

bool before(const Value& a, const Value& b) {
  return a.key < b.key;
}

bool equal(const Fifo<Value>& fifo, const std::deque<Value>& expected) {
  if (fifo.size() != expected.size() || fifo.empty() != expected.empty()) {
    return false;
  }
  std::size_t i = 0;
  for (const Value& value : fifo) {
    const Value& other = expected[i];
    if (value.number != other.number || fifo[i].number != other.number) {
      return false;
    }
    ++i;
  }
  return i == expected.size() && (fifo.empty() || fifo.front().number == expected[0].number);
}

}  // namespace

TEST_CASE("a queue of plain values holds what a std::deque would") {
  std::mt19937 random(3);
  for (const unsigned leaving : {2U, 3U, 5U}) {  // of six: it grows, stays as it is, or runs empty
    Fifo<Value> fifo;
    std::deque<Value> expected;
    for (int i = 0; i < 5000; ++i) {
      const Value value{static_cast<int>(random() % 50), i};
      fifo.push_back(value);
      expected.push_back(value);
      for (unsigned k = 0; k < 2; ++k) {
        if (!expected.empty() && random() % 6 < leaving) {
          fifo.pop_front();
          expected.pop_front();
        }
      }
      REQUIRE(equal(fifo, expected));
    }
  }
}

TEST_CASE("values inserted in order are sorted, equals as they came") {
  std::mt19937 random(3);
  Fifo<Value> fifo;
  std::deque<Value> expected;
  for (int i = 0; i < 2000; ++i) {
    const Value value{static_cast<int>(random() % 50), i};
    fifo.insert_in_order(value, before);
    auto place = expected.begin();
    while (place != expected.end() && !before(value, *place)) {
      ++place;
    }
    expected.insert(place, value);
    if (random() % 2 == 0) {
      fifo.pop_front();
      expected.pop_front();
    }
    REQUIRE(equal(fifo, expected));
  }
}
