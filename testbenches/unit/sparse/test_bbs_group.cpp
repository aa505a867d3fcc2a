// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "sparse/bbs_group.h"
#include "unit/sparse/naive_bbs.h"

using namespace lacuna;
using namespace lacuna::sparse;

namespace {

struct Outcome {
  CompressedGroup group;
  std::vector<int> weights;
};

Outcome compress(const BbsPruning& pruning, const std::vector<std::int8_t>& weights) {
  std::vector<std::int16_t> to(weights.size());
  const CompressedGroup group = compress_group(pruning, weights, to);
  return {group, std::vector<int>(to.begin(), to.end())};
}

const BbsPruning averaging_2{BbsMethod::rounded_averaging, 2, 6};
const BbsPruning averaging_4{BbsMethod::rounded_averaging, 4, 6};
const BbsPruning shifting_4{BbsMethod::zero_point_shifting, 4, 6};

}  // namespace

TEST_CASE("rounded averaging replaces the low columns by their average") {
  // -11 = 1111 0101 is the widest: bits 6..4 repeat the sign in all four, so r = 3 and N = 4 leaves
  // m = 1. Low bits 1,0,1,1: average 0.75 -> 1.
  const Outcome outcome = compress(averaging_4, {-11, 2, 5, 7});
  CHECK(outcome.group.metadata == GroupMetadata{3, 1, 1});
  CHECK(outcome.weights == std::vector<int>{-11, 3, 5, 7});
  CHECK(outcome.group.squared_error == 1);
  CHECK(stored_columns(outcome.group.metadata) == 4);
}

TEST_CASE("an average halfway between two numbers becomes the even one") {
  // Bit 6 differs from the sign in 64, so r = 0 and m = 2; low bits 0 and 1, 2 and 3.
  CHECK(compress(averaging_2, {64, 65}).group.metadata == GroupMetadata{0, 2, 0});
  CHECK(compress(averaging_2, {66, 67}).group.metadata == GroupMetadata{0, 2, 2});
  CHECK(compress(averaging_2, {65, 66}).group.metadata == GroupMetadata{0, 2, 2});
}

TEST_CASE("a group with enough redundant columns is not changed") {
  const Outcome outcome = compress(averaging_2, {-16, 15, 3});
  CHECK(outcome.group.metadata == GroupMetadata{3, 0, 0});
  CHECK(outcome.weights == std::vector<int>{-16, 15, 3});
  CHECK(stored_columns(outcome.group.metadata) == 5);
}

TEST_CASE("rounded averaging stops counting at three redundant columns") {
  const Outcome outcome = compress({BbsMethod::rounded_averaging, 6, 6}, {0, 0, -1, -1});
  CHECK(outcome.group.metadata == GroupMetadata{3, 3, 4});  // low bits 0, 0, 7, 7: 3.5 -> 4
  CHECK(outcome.weights == std::vector<int>{4, 4, -4, -4});
  CHECK(stored_columns(outcome.group.metadata) == 2);
}

TEST_CASE("zero-point shifting prefers the most negative of equally good offsets") {
  // Every offset that leads 5 to a multiple of its unit is exact; -32 makes it -27, whose
  // columns 16..1 with m = 4 - 2 = 2 reach 28 only; -31 makes it -26 (24 or 28); -30: -25 -> -24;
  // -29: -24, exact.
  const Outcome outcome = compress(shifting_4, {5, 5, 5});
  CHECK(outcome.group.metadata == GroupMetadata{2, 2, -29});
  CHECK(outcome.weights == std::vector<int>{5, 5, 5});
  CHECK(outcome.group.squared_error == 0);
}

TEST_CASE("zero-point shifting rounds magnitudes halfway between two multiples toward zero") {
  std::vector<std::int16_t> to(3);
  // z = 0, so m = 2: 126 -> 124 at most ((2^5 - 1) * 4), 6 lies between 4 and 8, -6 likewise.
  const std::vector<std::int8_t> weights{126, 6, -6};
  const CompressedGroup group = shift_group_by(0, 2, weights, to);
  CHECK(group.metadata == GroupMetadata{0, 2, 0});
  CHECK(to == std::vector<std::int16_t>{124, 4, -4});
  CHECK(group.squared_error == 4 + 4 + 4);
}

TEST_CASE("zero-point shifting clips at 127 on both sides") {
  std::vector<std::int16_t> to(2);
  const std::vector<std::int8_t> weights{127, -128};
  const CompressedGroup up = shift_group_by(10, 0, weights, to);
  CHECK(to == std::vector<std::int16_t>{117, -128});
  CHECK(up.squared_error == 100);
  shift_group_by(0, 0, weights, to);
  CHECK(to == std::vector<std::int16_t>{127, -127});
}

TEST_CASE("more than three zero columns: three are left out, the others are stored") {
  std::vector<std::int16_t> to(3);
  const std::vector<std::int8_t> weights{1, -2, 3};
  const CompressedGroup group = shift_group_by(0, 6, weights, to);
  CHECK(group.metadata == GroupMetadata{5, 1, 0});  // 3 = 000 0011: five zero columns; m = 6 - 5
  CHECK(to == std::vector<std::int16_t>{0, -2, 2});
  CHECK(stored_redundant(group.metadata) == 3);
  CHECK(stored_columns(group.metadata) == 8 - 3 - 1);
}

TEST_CASE("a metadata byte holds redundant columns above a constant") {
  CHECK(metadata_byte({2, 1, 5}) == 0x85);
  CHECK(metadata_byte({7, 0, -32}) == 0xE0);
  CHECK(metadata_byte({0, 6, 63}) == 0x3F);
  CHECK(constant_of(BbsMethod::zero_point_shifting, 0xE0) == -32);
  CHECK(constant_of(BbsMethod::zero_point_shifting, 0x1F) == 31);
  CHECK(constant_of(BbsMethod::rounded_averaging, 0x3F) == 63);
}

TEST_CASE("groups equal an independent implementation") {
  std::mt19937 random(1);
  for (int trial = 0; trial < 400; ++trial) {
    const std::size_t size = trial % 3 == 0 ? 1 + random() % 256 : 32;
    const std::vector<std::int8_t> weights = naive::random_weights(random, size);
    const std::vector<int> plain(weights.begin(), weights.end());
    const unsigned columns = random() % 7;
    const unsigned bits = size > 64 ? 2 : 1 + random() % 6;
    for (const BbsMethod method : {BbsMethod::rounded_averaging, BbsMethod::zero_point_shifting}) {
      const naive::Group expected =
          method == BbsMethod::rounded_averaging
              ? naive::rounded_averaging(plain, static_cast<int>(columns))
              : naive::zero_point_shifting(plain, static_cast<int>(columns),
                                           static_cast<int>(bits));
      const Outcome outcome = compress({method, columns, bits}, weights);
      INFO("trial " << trial << ", N " << columns << ", constant bits " << bits);
      REQUIRE(outcome.weights == expected.weights);
      REQUIRE(int{outcome.group.metadata.redundant} == expected.redundant);
      REQUIRE(int{outcome.group.metadata.low} == expected.low);
      REQUIRE(int{outcome.group.metadata.constant} == expected.constant);
      REQUIRE(long{outcome.group.squared_error} == expected.squared_error);
    }
  }
}

TEST_CASE("whatever the group, its encoding holds it") {
  std::mt19937 random(2);
  for (int trial = 0; trial < 2000; ++trial) {
    const std::vector<std::int8_t> weights = naive::random_weights(random, 1 + random() % 40);
    for (unsigned columns = 0; columns <= 6; ++columns) {
      for (const BbsMethod method :
           {BbsMethod::rounded_averaging, BbsMethod::zero_point_shifting}) {
        const Outcome outcome = compress({method, columns, 3}, weights);
        const GroupMetadata metadata = outcome.group.metadata;
        const unsigned stored = stored_columns(metadata);
        REQUIRE(stored >= 2);
        REQUIRE(stored <= 8);
        if (method == BbsMethod::rounded_averaging) {
          const auto [least, most] =
              std::minmax_element(outcome.weights.begin(), outcome.weights.end());
          REQUIRE(*least >= -128);
          REQUIRE(*most <= 127);
          REQUIRE(stored == 8 - std::max(columns, stored_redundant(metadata)));
        } else if (metadata.redundant <= 3) {
          REQUIRE(stored == 8 - std::max<unsigned>(columns, metadata.redundant));
        } else {
          REQUIRE(int(stored) == 5 - std::max(0, int(columns) - metadata.redundant));
        }
        const int range = 1 << (7 - stored_redundant(metadata));
        for (const int weight : outcome.weights) {
          const int value = stored_value(method, std::int16_t(weight), metadata.constant);
          REQUIRE(value + addend(method, metadata.constant) == weight);
          REQUIRE(value % (1 << metadata.low) == 0);
          REQUIRE(value >= -range);
          REQUIRE(value < range);
        }
      }
    }
  }
}

TEST_CASE("parameters and groups out of range are refused by name") {
  std::vector<std::int16_t> to(1);
  const std::vector<std::int8_t> one{1};
  CHECK_THROWS_WITH(compress_group({BbsMethod::rounded_averaging, 7, 6}, one, to),
                    Catch::Contains("columns") && Catch::Contains("0..6"));
  CHECK_THROWS_WITH(compress_group({BbsMethod::zero_point_shifting, 4, 0}, one, to),
                    Catch::Contains("constant_bits"));
  CHECK_THROWS_AS(compress_group(shifting_4, std::vector<std::int8_t>(), to), Error);
  std::vector<std::int16_t> many(257);
  CHECK_THROWS_AS(compress_group(shifting_4, std::vector<std::int8_t>(257), many), Error);
}
