// SPDX-License-Identifier: Apache-2.0
//
// INT4 values, their dot products and the Screener's pass, by plain loops over unpacked values.
#include "sparse/screening/screener.h"

#include <cstdint>
#include <random>
#include <vector>

#include <catch2/catch.hpp>
#include <hwy/targets.h>

#include "core/error.h"
#include "sparse/screening/int4.h"
#include "sparse/screening/quantization.h"

using namespace lacuna;
using namespace lacuna::sparse::screening;

namespace {

/// Sums as the definition reads, with the sign made by hand and no nibble shared with the library.
std::vector<std::int32_t> plain_sums(const std::vector<std::uint8_t>& weights, std::size_t stride,
                                     const std::vector<std::uint8_t>& context, std::size_t length,
                                     const std::vector<std::int32_t>& bias) {
  const auto value = [](std::uint8_t byte, bool high) {
    const int nibble = high ? byte / 16 : byte % 16;
    return nibble < 8 ? nibble : nibble - 16;
  };
  std::vector<std::int32_t> sums;
  for (std::size_t row = 0; row < bias.size(); ++row) {
    std::int64_t sum = bias[row];
    for (std::size_t i = 0; i < length; ++i) {
      sum += value(weights[row * stride + i / 2], i % 2 == 1) * value(context[i / 2], i % 2 == 1);
    }
    sums.push_back(static_cast<std::int32_t>(sum));
  }
  return sums;
}

std::vector<std::uint8_t> random_bytes(std::mt19937& random, std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  for (auto& byte : bytes) {
    byte = static_cast<std::uint8_t>(random());
  }
  return bytes;
}

/// The kernel of one instruction set at a time, then of the host's choice again.
template <class Check>
void on_every_target(const Check& check) {
  for (std::int64_t targets = hwy::SupportedTargets(); targets != 0; targets &= targets - 1) {
    hwy::SetSupportedTargetsForTest(targets & -targets);
    hwy::GetChosenTarget().DeInit();
    INFO(screen_instruction_set());
    check();
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().DeInit();
}

}  // namespace

TEST_CASE("INT4 values are packed low nibble first, and all sixteen come back") {
  const std::vector<std::int8_t> values = {1, -1, 7, -8, 0, 2,  -2, 3, -3,
                                           4, -4, 5, -5, 6, -6, -7, 1};
  std::vector<std::uint8_t> packed(int4_bytes(values.size()), 0xFF);
  pack_int4(values, packed);
  CHECK(packed[0] == 0xF1);
  CHECK(packed[1] == 0x87);
  CHECK(packed[8] == 0x01);  // the nibble behind the end is zero
  std::vector<std::int8_t> back(values.size());
  unpack_int4(packed, back);
  CHECK(back == values);
  CHECK_THROWS_AS(pack_int4(std::vector<std::int8_t>{8}, Span<std::uint8_t>(packed).first(1)),
                  Error);
  CHECK_THROWS_AS(pack_int4(std::vector<std::int8_t>{-9}, Span<std::uint8_t>(packed).first(1)),
                  Error);
  CHECK_THROWS_AS(pack_int4(values, Span<std::uint8_t>(packed).first(8)), Error);
}

TEST_CASE("all pairs of INT4 encodings multiply exactly") {
  for (unsigned left = 0; left < 16; ++left) {
    for (unsigned right = 0; right < 16; ++right) {
      const int a = left < 8 ? int(left) : int(left) - 16;
      const int b = right < 8 ? int(right) : int(right) - 16;
      // In both nibbles, and with other values beside them.
      const std::vector<std::uint8_t> l = {std::uint8_t(left | 0x30), std::uint8_t(left << 4 | 2)};
      const std::vector<std::uint8_t> r = {std::uint8_t(right | 0x50),
                                           std::uint8_t(right << 4 | 7)};
      REQUIRE(dot_int4(l, r, 4) == 2 * a * b + 3 * 5 + 2 * 7);
      REQUIRE(dot_int4(l, r, 1) == a * b);
    }
  }
}

TEST_CASE("the Screener's pass gives the sums of plain loops on every instruction set") {
  std::mt19937 random(11);
  on_every_target([&] {
    for (const std::size_t length : {1, 2, 3, 31, 63, 64, 65, 127, 128, 129, 256, 375, 1001}) {
      for (const std::size_t rows : {std::size_t{1}, std::size_t{7}, std::size_t{300}}) {
        const std::size_t bytes = int4_bytes(length);
        const std::size_t stride = bytes + random() % 3 * 5;
        const auto weights = random_bytes(random, (rows - 1) * stride + bytes);
        std::vector<std::int32_t> bias(rows);
        for (auto& b : bias) {
          b = static_cast<std::int32_t>(random()) % largest_bias;
        }
        const std::size_t batch = 1 + random() % 4;
        const auto contexts = random_bytes(random, batch * bytes);
        std::vector<std::int32_t> sums(batch * rows);
        screen_batch({weights, stride, length, bias}, contexts, batch, sums);
        for (std::size_t b = 0; b < batch; ++b) {
          const std::vector<std::uint8_t> context(
              contexts.begin() + std::ptrdiff_t(b * bytes),
              contexts.begin() + std::ptrdiff_t((b + 1) * bytes));
          const std::vector<std::int32_t> got(sums.begin() + std::ptrdiff_t(b * rows),
                                              sums.begin() + std::ptrdiff_t((b + 1) * rows));
          INFO(length << " values, " << rows << " rows");
          REQUIRE(got == plain_sums(weights, stride, context, length, bias));
        }
      }
    }
  });
}

TEST_CASE("the longest row of the most negative values does not overflow") {
  const std::vector<std::uint8_t> extreme(int4_bytes(longest_int4_dot), 0x88);
  CHECK(dot_int4(extreme, extreme, longest_int4_dot) == 1 << 22);
  on_every_target([&] {
    std::vector<std::int32_t> sums(1);
    screen({extreme, extreme.size(), longest_int4_dot, std::vector<std::int32_t>{largest_bias}},
           extreme, sums);
    CHECK(sums[0] == largest_bias + (1 << 22));
  });
  std::vector<std::int32_t> sums(1);
  const std::vector<std::uint8_t> longer(extreme.size() + 1);
  const std::vector<std::int32_t> bias(1);
  CHECK_THROWS_AS(screen({longer, longer.size(), longest_int4_dot + 1, bias}, longer, sums), Error);
}

TEST_CASE("a nibble behind an odd length does not count") {
  const std::vector<std::uint8_t> weights = {0x21, 0xF3};
  const std::vector<std::uint8_t> context = {0x11, 0x71};
  std::vector<std::int32_t> sums(1);
  screen({weights, 2, 3, std::vector<std::int32_t>{10}}, context, sums);
  CHECK(sums[0] == 10 + 1 + 2 + 3);
  CHECK(dot_int4(weights, context, 3) == 6);
}
