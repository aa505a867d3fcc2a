// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include <catch2/catch.hpp>

#include "core/tensor.h"
#include "core_support.h"

using namespace lacuna;
using lacuna_test::problem_of;

TEST_CASE("a tensor is zero-filled and as large as its shape") {
  const Tensor tensor(DataType::int32, {2, 3, 4});
  CHECK(tensor.rank() == 3);
  CHECK(tensor.size() == 24);
  CHECK(tensor.bytes().size() == 96);
  for (const std::int32_t element : tensor.elements<std::int32_t>()) {
    CHECK(element == 0);
  }
  CHECK(Tensor().empty());
  CHECK(Tensor(DataType::int8, {}).size() == 1);
  CHECK(Tensor(DataType::int8, {3, 0}).empty());
}

TEST_CASE("elements are the bytes, seen as the tensor's type only") {
  Tensor tensor(DataType::int16, {2});
  tensor.elements<std::int16_t>()[1] = -2;
  CHECK(tensor.bytes()[2] == 0xFE);
  CHECK(tensor.bytes()[3] == 0xFF);
  CHECK_THROWS_WITH(tensor.elements<std::int8_t>(), "a tensor of int16 is used as one of int8");
  try {
    tensor.elements<float>();
    FAIL("int16 is not float");
  } catch (const Error& error) {
    CHECK(error.fault() == Fault::stuck);
  }
}

TEST_CASE("types have sizes and names") {
  CHECK(size_of(DataType::int8) == 1);
  CHECK(size_of(DataType::uint8) == 1);
  CHECK(size_of(DataType::int16) == 2);
  CHECK(size_of(DataType::int32) == 4);
  CHECK(size_of(DataType::float32) == 4);
  CHECK(name_of(DataType::uint8) == "uint8");
  CHECK(to_text(Shape{64, 3, 7}) == "[64, 3, 7]");
  CHECK(to_text(Shape{}) == "[]");
}

TEST_CASE("shapes that no memory holds are refused instead of wrapping around") {
  constexpr std::size_t big = std::size_t{1} << 32U;
  CHECK(element_count({big, big / 2 - 1}) == big * (big / 2 - 1));
  CHECK(problem_of([] {
          element_count({big, big / 2});
        }) == "shape [4294967296, 2147483648] has more than 2^63 elements");
  CHECK(problem_of([] { element_count({std::numeric_limits<std::size_t>::max()}); }) != "nothing");
  CHECK(element_count({big, big, 0}) == 0);
  CHECK(problem_of([] {
          Tensor(DataType::int32, {big, big / 4});
        }) == "a tensor of shape [4294967296, 1073741824] does not fit into memory");
}
