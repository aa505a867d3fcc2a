// SPDX-License-Identifier: Apache-2.0
#include "reference/compare.h"

#include <catch2/catch.hpp>

#include "core/error.h"

using namespace lacuna;
using reference::first_mismatch;

TEST_CASE("equal tensors have no mismatch") {
  const Tensor a(DataType::int16, {2, 3, 4});
  CHECK_FALSE(first_mismatch(a, a));
  CHECK_FALSE(first_mismatch(Tensor(DataType::int8, {0}), Tensor(DataType::int8, {0})));
}

TEST_CASE("the first differing element is found with its coordinates") {
  Tensor expected(DataType::int8, {2, 3, 4});
  Tensor actual = expected;
  expected.elements<std::int8_t>()[17] = -5;  // 17 = 1 * 12 + 1 * 4 + 1
  actual.elements<std::int8_t>()[17] = 7;
  actual.elements<std::int8_t>()[23] = 1;
  const auto mismatch = first_mismatch(expected, actual);
  REQUIRE(mismatch);
  CHECK(mismatch->coordinates == Shape{1, 1, 1});
  CHECK(mismatch->element == 17);
  CHECK(mismatch->expected == -5);
  CHECK(mismatch->actual == 7);
  CHECK(mismatch->mismatches == 2);
  CHECK(mismatch->text() == "element [1, 1, 1]: expected -5, got 7 (2 of 24 elements differ)");
}

TEST_CASE("every whole-number type is compared by value") {
  for (const DataType type : {DataType::int8, DataType::uint8, DataType::int16, DataType::int32}) {
    const Tensor expected(type, {3});
    Tensor actual(type, {3});
    actual.bytes()[2 * size_of(type)] = 255;  // low byte of the last element
    const auto mismatch = first_mismatch(expected, actual);
    REQUIRE(mismatch);
    CHECK(mismatch->coordinates == Shape{2});
    CHECK(mismatch->actual == (type == DataType::int8 ? -1 : 255));
  }
}

TEST_CASE("tensors of different kinds are not compared") {
  CHECK_THROWS_AS(first_mismatch(Tensor(DataType::int8, {2}), Tensor(DataType::uint8, {2})), Error);
  CHECK_THROWS_AS(first_mismatch(Tensor(DataType::int8, {2}), Tensor(DataType::int8, {2, 1})),
                  Error);
  CHECK_THROWS_AS(first_mismatch(Tensor(DataType::float32, {2}), Tensor(DataType::float32, {2})),
                  Error);
}
