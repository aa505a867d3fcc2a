// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "core/tensor.h"
#include "sparse/adaptive_type.h"
#include "sparse/compress_adaptive.h"
#include "sparse/weight_order.h"

using namespace lacuna;
using namespace lacuna::sparse;

namespace {

std::vector<int> values(NumericType type, unsigned bits, unsigned shift = 0) {
  std::vector<int> result;
  for (unsigned code = 0; code < 1u << bits; ++code) {
    result.push_back(adaptive_value(code, {type, bits, shift}));
  }
  return result;
}

/// A second way to the error: every weight against every value.
std::uint64_t least_error(const std::vector<std::int8_t>& weights, NumericType type,
                          unsigned bits) {
  std::uint64_t least = ~std::uint64_t{0};
  for (unsigned shift = 0; shift <= 8 - bits; ++shift) {
    std::uint64_t sum = 0;
    for (const int weight : weights) {
      int best = 256 * 256;
      for (const int value : values(type, bits, shift)) {
        best = std::min(best, (weight - value) * (weight - value));
      }
      sum += static_cast<std::uint64_t>(best);
    }
    least = std::min(least, sum);
  }
  return least;
}

std::vector<std::int8_t> random_weights(std::size_t count, int divisor, unsigned seed) {
  std::vector<std::int8_t> weights(count);
  unsigned state = seed * 2654435761u + 1;
  for (std::int8_t& weight : weights) {
    state = state * 1664525u + 1013904223u;
    const int any = static_cast<int>(state >> 24) - 128;
    weight = static_cast<std::int8_t>((state >> 20) % 8 == 0 ? any : any / divisor);
  }
  return weights;
}

}  // namespace

TEST_CASE("flint codes are integers first, then floats with less and less mantissa") {
  // The five-bit code is a sign and the four bits of ANT's table: 0..7, 8 10 12 14, 16 24, 32, 64, in the order of the codes.
  const std::vector<int> expected = {0,   1,   2,   3,   4,  5,   6,   7,   //
                                     64,  32,  16,  24,  8,  10,  12,  14,  // 1000 1001 101x 11xx
                                     0,   -1,  -2,  -3,  -4, -5,  -6,  -7,  //
                                     -64, -32, -16, -24, -8, -10, -12, -14};
  CHECK(values(NumericType::flint, 5) == expected);
}

TEST_CASE("powers of two, integers, and units") {
  CHECK(values(NumericType::power_of_two, 4) ==
        std::vector<int>{0, 1, 2, 4, 8, 16, 32, 64, 0, -1, -2, -4, -8, -16, -32, -64});
  CHECK(values(NumericType::integer, 3, 2) == std::vector<int>{0, 4, 8, 12, -16, -12, -8, -4});
  CHECK(adaptive_value(0x20, {NumericType::integer, 6, 2}) == -128);
}

TEST_CASE("codes that stand for no int8 are reserved and are zero") {
  CHECK(adaptive_value(0b010000, {NumericType::flint, 6, 0}) == 0);     // 256
  CHECK(adaptive_value(0b010001, {NumericType::flint, 6, 0}) == 0);     // 128
  CHECK(adaptive_value(0b110001, {NumericType::flint, 6, 0}) == -128);  // which is one
  CHECK(adaptive_value(31, {NumericType::power_of_two, 6, 0}) == 0);    // 2^30
  CHECK(adaptive_value(0x1F, {NumericType::integer, 6, 3}) == 0);       // 248
}

TEST_CASE("every weight gets the nearest value, ties towards zero") {
  const AdaptiveGrid grid({NumericType::integer, 6, 2});
  CHECK(grid.value(6) == 4);
  CHECK(grid.value(-6) == -4);
  CHECK(grid.value(7) == 8);
  CHECK(grid.value(127) == 124);
  CHECK(grid.value(-128) == -128);
  const AdaptiveGrid flint({NumericType::flint, 6, 0});
  CHECK(flint.value(15) == 15);
  CHECK(flint.value(17) == 16);
  CHECK(flint.value(80) == 64);
  CHECK(flint.value(127) == 96);
  for (int weight = -128; weight <= 127; ++weight) {
    const auto w = static_cast<std::int8_t>(weight);
    CHECK(adaptive_value(flint.code(w), {NumericType::flint, 6, 0}) == flint.value(w));
  }
}

TEST_CASE("eight-bit integers lose nothing") {
  const std::vector<std::int8_t> weights = random_weights(128, 1, 3);
  AdaptiveOptions options;
  options.bits = 8;
  options.type = TypeChoice::integer;
  const AdaptiveTensor encoded = encode_adaptive(weights, 32, options);
  CHECK(encoded.decoded == weights);
  CHECK(encoded.squared_error == 0);
}

TEST_CASE("the type of least squared error is taken, for a tensor or for every channel") {
  unsigned flint = 0;
  unsigned other = 0;
  for (unsigned seed = 0; seed < 30; ++seed) {
    const unsigned bits = 4 + seed % 3;
    std::vector<std::int8_t> weights = random_weights(64, 9, seed);
    const std::vector<std::int8_t> second = random_weights(64, 1, seed + 100);
    AdaptiveOptions options;
    options.bits = bits;
    std::uint64_t of_channels = 0;
    std::vector<std::uint64_t> of_types(3, 0);
    for (const std::vector<std::int8_t>& channel : {weights, second}) {
      std::uint64_t least = ~std::uint64_t{0};
      for (unsigned type = 0; type < 3; ++type) {
        const std::uint64_t error = least_error(channel, static_cast<NumericType>(type), bits);
        of_types[type] += error;
        least = std::min(least, error);
      }
      of_channels += least;
    }
    weights.insert(weights.end(), second.begin(), second.end());
    const AdaptiveTensor tensor = encode_adaptive(weights, 64, options);
    CHECK(tensor.squared_error == *std::min_element(of_types.begin(), of_types.end()));
    CHECK(tensor.formats[0].type == tensor.formats[1].type);
    options.scope = TypeScope::channel;
    const AdaptiveTensor channels = encode_adaptive(weights, 64, options);
    CHECK(channels.squared_error == of_channels);
    for (const AdaptiveFormat& format : channels.formats) {
      flint += format.type == NumericType::flint ? 1 : 0;
      other += format.type == NumericType::flint ? 0 : 1;
    }
    for (std::size_t i = 0; i < weights.size(); ++i) {
      REQUIRE(adaptive_value(channels.codes[i], channels.formats[i / 64]) == channels.decoded[i]);
    }
  }
  CHECK(flint > 5);
  CHECK(other > 5);
}

TEST_CASE("compress ant writes codes that decode to its weights") {
  const std::string directory = std::filesystem::temp_directory_path() / "lacuna_ant_test";
  std::filesystem::remove_all(directory);
  const std::string file = std::string(LACUNA_TEST_DATA) + "/bbs/g01_conv3x3.w.npy";
  AdaptiveCompressOptions options;
  options.type = TypeChoice::flint;
  const AdaptiveSummary summary = compress_adaptive_file(file, directory, options);
  const Tensor original = load_npy(file);
  const Tensor weights = load_npy(directory + "/weights.npy");
  const Tensor codes = load_npy(directory + "/codes.npy");
  const Tensor formats = load_npy(directory + "/formats.npy");
  REQUIRE(weights.shape() == original.shape());
  REQUIRE(formats.size() == 32);
  const std::vector<std::int8_t> decoded = channels_last(weights);
  const std::vector<std::int8_t> before = channels_last(original);
  std::uint64_t error = 0;
  for (std::size_t i = 0; i < decoded.size(); ++i) {
    const unsigned byte = formats.elements<std::uint8_t>()[i / codes.shape()[1]];
    CHECK((byte & 0x1F) == (5 | 1 << 3));  // six bits, flint
    const AdaptiveFormat format{NumericType::flint, 6, byte >> 5};
    REQUIRE(adaptive_value(codes.elements<std::uint8_t>()[i], format) == decoded[i]);
    const int difference = before[i] - decoded[i];
    error += static_cast<std::uint64_t>(difference * difference);
  }
  CHECK(summary.squared_error == error);
  CHECK(summary.flint_channels == 32);
  CHECK_THROWS_AS(compress_adaptive_file("none.npy", directory, options), Error);
  std::filesystem::remove_all(directory);
}
