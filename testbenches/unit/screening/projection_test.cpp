// SPDX-License-Identifier: Apache-2.0
#include "sparse/screening/projection.h"

#include <cmath>
#include <random>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "expected.h"

using namespace lacuna;
using namespace lacuna::sparse::screening;
using namespace lacuna::testing;

TEST_CASE("a projection is what NumPy makes of the same random words") {
  const TernaryProjection projection(expected().at("seed"), expected_projected, expected_dimension);
  const auto entries = flat<int>("projection");
  REQUIRE(projection.entries().size() == entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    REQUIRE(int{projection.entries()[i]} == entries[i]);
  }
}

TEST_CASE("a third of a projection's entries is not zero, as many plus as minus") {
  const TernaryProjection projection(3, 128, 512);
  std::size_t plus = 0;
  for (const std::int8_t entry : projection.entries()) {
    plus += entry == 1 ? 1 : 0;
  }
  // 65536 entries: a deviation is 121 for a third, 95 for a sixth; four of them.
  CHECK(std::abs(double(projection.additions()) - 65536.0 / 3) < 484);
  CHECK(std::abs(double(plus) - 65536.0 / 6) < 380);
  CHECK(projection.scale() == std::sqrt(3.0 / 128));
}

TEST_CASE("a projection keeps lengths on average") {
  // E |P h|^2 = |h|^2: k rows, each of variance |h|^2 / 3, times 3 / k.
  const TernaryProjection projection(5, 256, 1024);
  std::mt19937 random(1);
  double ratio = 0;
  for (int trial = 0; trial < 20; ++trial) {
    std::vector<std::int16_t> context(1024);
    double before = 0;
    for (auto& value : context) {
      value = static_cast<std::int16_t>(int(random() % 2001) - 1000);
      before += double(value) * value;
    }
    std::vector<std::int32_t> projected(256);
    projection.project(context, projected);
    double after = 0;
    for (const std::int32_t value : projected) {
      after += double(value) * value * 3.0 / 256;
    }
    ratio += after / before / 20;
  }
  CHECK(ratio == Approx(1).margin(0.08));  // sqrt(2 / 256 / 20) = 0.02, four of them
}

TEST_CASE("two-bit codes give the projection back, and code 2 is refused with its place") {
  for (const std::size_t columns : {1, 3, 4, 5, 37}) {
    const std::size_t rows = (columns + 1) / 2;
    const TernaryProjection projection(9, rows, columns);
    const std::vector<std::uint8_t> codes = projection.codes();
    REQUIRE(codes.size() == rows * ((columns + 3) / 4));
    const TernaryProjection again(rows, columns, codes);
    for (std::size_t i = 0; i < rows * columns; ++i) {
      REQUIRE(again.entries()[i] == projection.entries()[i]);
    }
  }
  // 0b11'01'00: zero, plus, minus.
  const TernaryProjection three(1, 3, std::vector<std::uint8_t>{0b110100});
  CHECK(three.entry(0, 0) == 0);
  CHECK(three.entry(0, 1) == 1);
  CHECK(three.entry(0, 2) == -1);
  CHECK_THROWS_WITH(TernaryProjection(1, 3, std::vector<std::uint8_t>{0b100100}),
                    Catch::Contains("code 2 at row 0, column 2"));
  CHECK_THROWS_AS(TernaryProjection(2, 3, std::vector<std::uint8_t>{0}), Error);
}

TEST_CASE("projected sums are exact at the extremes") {
  const std::size_t columns = most_projection_columns;
  std::vector<std::uint8_t> codes((columns + 3) / 4, 0b01010101);
  const TernaryProjection all_plus(1, columns, codes);
  const std::vector<std::int16_t> least(columns, -32768);
  std::vector<std::int32_t> projected(1);
  all_plus.project(least, projected);
  CHECK(std::int64_t{projected[0]} == -32768 * std::int64_t{65535});
  CHECK_THROWS_AS(TernaryProjection(1, 1, 65536), Error);
  CHECK_THROWS_AS(TernaryProjection(1, 0, 1), Error);
  CHECK_THROWS_AS(TernaryProjection(1, 5, 4), Error);
}
