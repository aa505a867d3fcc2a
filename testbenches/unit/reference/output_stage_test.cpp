// SPDX-License-Identifier: Apache-2.0
#include "reference/output_stage.h"

#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include "core/error.h"

using namespace lacuna;
using reference::finish;
using reference::Layout;
using reference::OutputStage;
using reference::shift_round_half_even;

TEST_CASE("halves round to the even neighbour, on both sides of zero") {
  // value / 4: 0.5 -> 0, 1.5 -> 2, 2.5 -> 2, 3.5 -> 4, and their negatives.
  CHECK(shift_round_half_even(2, 2) == 0);
  CHECK(shift_round_half_even(6, 2) == 2);
  CHECK(shift_round_half_even(10, 2) == 2);
  CHECK(shift_round_half_even(14, 2) == 4);
  CHECK(shift_round_half_even(-2, 2) == 0);
  CHECK(shift_round_half_even(-6, 2) == -2);
  CHECK(shift_round_half_even(-10, 2) == -2);
  CHECK(shift_round_half_even(-14, 2) == -4);
}

TEST_CASE("everything else rounds to the nearest") {
  CHECK(shift_round_half_even(1, 2) == 0);
  CHECK(shift_round_half_even(3, 2) == 1);
  CHECK(shift_round_half_even(-1, 2) == 0);
  CHECK(shift_round_half_even(-3, 2) == -1);
  CHECK(shift_round_half_even(-5, 0) == -5);
  CHECK(shift_round_half_even(std::numeric_limits<std::int64_t>::max(), 62) == 2);
  CHECK(shift_round_half_even(std::numeric_limits<std::int64_t>::min(), 62) == -2);
}

TEST_CASE("bias, scale, ReLU and clamp follow one another") {
  const std::vector<std::int32_t> bias = {10, -1000};
  const std::vector<std::int32_t> multiplier = {3, 5};
  const std::vector<std::int32_t> shift = {2, 3};
  OutputStage stage{bias, multiplier, shift, false, DataType::int8};
  CHECK(finish(90, stage, 0) == 75);     // 100 * 3 / 4
  CHECK(finish(200, stage, 1) == -128);  // -800 * 5 / 8 = -500
  CHECK(finish(960, stage, 1) == -25);   // -40 * 5 / 8
  stage.relu = true;
  CHECK(finish(960, stage, 1) == 0);
  CHECK(finish(500, stage, 0) == 127);  // 382.5
  stage.type = DataType::uint8;
  CHECK(finish(500, stage, 0) == 255);
  stage.type = DataType::int16;
  CHECK(finish(500, stage, 0) == 382);  // half to even
}

TEST_CASE("a uint8 output without ReLU clamps at zero") {
  const std::vector<std::int32_t> one = {1}, zero = {0};
  CHECK(finish(-3, OutputStage{{}, one, zero, false, DataType::uint8}, 0) == 0);
}

TEST_CASE("the widest product does not overflow") {
  const std::vector<std::int32_t> bias = {std::numeric_limits<std::int32_t>::min()};
  const std::vector<std::int32_t> multiplier = {std::numeric_limits<std::int32_t>::max()};
  const std::vector<std::int32_t> shift = {31};
  const OutputStage stage{bias, multiplier, shift, false, DataType::int32};
  // -2^32 * (2^31 - 1) / 2^31 is below int32 and clamps.
  CHECK(finish(std::numeric_limits<std::int32_t>::min(), stage, 0) ==
        std::numeric_limits<std::int32_t>::min());
}

TEST_CASE("without scaling an int32 output is sum plus bias and wraps") {
  const std::vector<std::int32_t> bias = {1};
  const OutputStage stage{bias, {}, {}, false, DataType::int32};
  CHECK(finish(41, stage, 0) == 42);
  CHECK(finish(std::numeric_limits<std::int32_t>::max(), stage, 0) ==
        std::numeric_limits<std::int32_t>::min());
  CHECK(finish(-7, OutputStage{{}, {}, {}, true, DataType::int32}, 0) == 0);
}

TEST_CASE("every element meets its own channel in both layouts") {
  const std::vector<std::int32_t> bias = {100, 200, 300};
  const OutputStage stage{bias, {}, {}, false, DataType::int16};
  const std::vector<std::int32_t> sums = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  const Tensor last = finish(sums, stage, {2, 2, 3}, Layout::channels_last);
  const Tensor first = finish(sums, stage, {2, 3, 1, 2}, Layout::channels_first);
  const auto as_vector = [](const Tensor& t) {
    const auto e = t.elements<std::int16_t>();
    return std::vector<int>(e.begin(), e.end());
  };
  CHECK(as_vector(last) ==
        std::vector<int>{100, 201, 302, 103, 204, 305, 106, 207, 308, 109, 210, 311});
  CHECK(as_vector(first) ==
        std::vector<int>{100, 101, 202, 203, 304, 305, 106, 107, 208, 209, 310, 311});
  CHECK(first.shape() == Shape{2, 3, 1, 2});
}

TEST_CASE("an output of another size than its sums is refused") {
  const std::vector<std::int32_t> sums(5);
  CHECK_THROWS_AS(finish(sums, OutputStage{}, {2, 3}, Layout::channels_last), Error);
}
