// SPDX-License-Identifier: Apache-2.0
// The unified format: against an independent statement of it, and by properties on random tensors of every configuration.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "sparse/unified_stream.h"
#include "sparse/unified_tensor.h"

using namespace lacuna;
using namespace lacuna::sparse;

namespace {

using Weights = std::vector<std::int8_t>;

Weights random_weights(std::mt19937& random, std::size_t count) {
  Weights weights(count);
  const unsigned kind = random() % 4;
  for (std::int8_t& weight : weights) {
    switch (kind) {
      case 0:  // anything
        weight = static_cast<std::int8_t>(random());
        break;
      case 1:  // mostly zero
        weight = random() % 4 == 0 ? static_cast<std::int8_t>(random()) : std::int8_t{0};
        break;
      case 2:  // the extremes
        weight = std::array<std::int8_t, 4>{-128, 127, -127, 1}[random() % 4];
        break;
      default:  // few columns
        weight = static_cast<std::int8_t>(static_cast<int>(random() % 7) - 3);
    }
  }
  return weights;
}

/// The nearest magnitude with bits in the four leading columns of all, by trying every number.
int nearest_by_search(int magnitude, unsigned mask) {
  int best = 0;
  for (int candidate = 0; candidate < 128; ++candidate) {
    const bool possible = (static_cast<unsigned>(candidate) & ~mask) == 0;
    if (possible && std::abs(candidate - magnitude) <= std::abs(best - magnitude)) {
      best = candidate;
    }
  }
  return best;
}

std::uint64_t offset_of_error(const std::vector<std::uint8_t>& bytes) {
  try {
    decode_unified_stream(bytes, "u.bin");
  } catch (const Error& error) {
    REQUIRE(error.fault() == Fault::bad_input);
    return error.diagnostics().front().place.byte_offset.value();
  }
  FAIL("decoded without an error");
  return 0;
}

template <class T>
std::vector<int> flat(const std::vector<T>& items, std::size_t width,
                      std::array<std::uint8_t, 8> T::*member) {
  std::vector<int> result;
  for (const T& item : items) {
    result.insert(result.end(), (item.*member).begin(), (item.*member).begin() + width);
  }
  return result;
}

}  // namespace

TEST_CASE("unified weights, streams and sizes are those of an independent statement") {
  std::ifstream file(LACUNA_TEST_DATA "/sparsynergy/orthogonal.json");
  const nlohmann::json golden = nlohmann::json::parse(file);
  const auto weights = golden["weights"].get<Weights>();
  std::size_t cases = 0;
  for (const auto& item : golden["cases"].items()) {
    const std::string& name = item.key();
    const nlohmann::json& expected = item.value();
    INFO(name);
    const auto known = unified_formats();
    const auto format = std::find_if(known.begin(), known.end(), [&](const UnifiedFormat& f) {
      return name.rfind(name_of(f) + "_", 0) == 0;
    });
    REQUIRE(format != known.end());
    const bool nearest = name.substr(name.rfind('_')) == "_nearest";
    const UnifiedTensor tensor =
        compress_unified(weights, golden["rows"], *format,
                         nearest ? UnifiedRounding::nearest : UnifiedRounding::truncate);
    REQUIRE(decode_unified(tensor) == expected["pruned"].get<Weights>());
    std::vector<int> places;
    std::vector<int> signs;
    for (std::size_t i = 0; i < tensor.vectors.size(); ++i) {
      const VectorPlace& place = tensor.places[i];
      for (const std::uint32_t part : {place.group, place.segment, place.row}) {
        places.push_back(static_cast<int>(part));
      }
      signs.push_back(tensor.vectors[i].sign);
    }
    REQUIRE(places == expected["vector_index"].get<std::vector<int>>());
    REQUIRE(signs == expected["sign"].get<std::vector<int>>());
    REQUIRE(flat(tensor.vectors, 8, &UnifiedVector::index) ==
            expected["value_index"].get<std::vector<int>>());
    REQUIRE(flat(tensor.vectors, format->columns, &UnifiedVector::significance) ==
            expected["bit_index"].get<std::vector<int>>());
    REQUIRE(flat(tensor.vectors, format->columns, &UnifiedVector::column) ==
            expected["data"].get<std::vector<int>>());
    const UnifiedSizes sizes = tensor.sizes();
    REQUIRE(nlohmann::json{{"data", sizes.data},
                           {"sign", sizes.sign},
                           {"value_index", sizes.value_index},
                           {"vector_index", sizes.vector_index},
                           {"bit_index", sizes.bit_index}} == expected["stream_bits"]);
    ++cases;
  }
  CHECK(cases == 27);
}

TEST_CASE("there are 48 unified formats with names of their own, and text reads as them") {
  std::set<std::string> names;
  for (const UnifiedFormat& format : unified_formats()) {
    names.insert(name_of(format));
    CHECK(parse_unified_format(std::to_string(format.vectors) + ":8",
                               "2:" + std::to_string(format.window),
                               std::to_string(format.columns) + ":8") == format);
  }
  CHECK(names.size() == 48);
  for (const char* bad : {"0:8", "9:8", "4:7", "4", "4:", ":8", "a:8", "4:8x", "-1:8", ""}) {
    CHECK_THROWS_AS(parse_unified_format(bad, "2:4", "4:8"), Error);
  }
  CHECK_THROWS_AS(parse_unified_format("4:8", "1:4", "4:8"), Error);
  CHECK_THROWS_AS(parse_unified_format("4:8", "2:5", "4:8"), Error);
  CHECK_THROWS_AS(parse_unified_format("4:8", "2:4", "5:8"), Error);
}

TEST_CASE("unified streams read back as they were written, whatever the shape") {
  std::mt19937 random(5);
  for (const UnifiedFormat& format : unified_formats()) {
    for (const auto rounding : {UnifiedRounding::nearest, UnifiedRounding::truncate}) {
      for (int round = 0; round < 6; ++round) {
        const Shape shape = random() % 2 == 0 ? Shape{1 + random() % 20, 1 + random() % 40}
                                              : Shape{1 + random() % 9, 1 + random() % 7, 3, 2};
        const std::size_t rows = shape[0];
        std::size_t elements = 1;
        for (std::size_t i = 1; i < shape.size(); ++i) {
          elements *= shape[i];
        }
        const Weights weights = random_weights(random, rows * elements);
        const UnifiedTensor tensor = compress_unified(weights, rows, format, rounding);
        const auto bytes = encode_unified_stream(tensor, shape);
        CHECK(bytes.size() <= unified_header_bytes + (tensor.sizes().bits() + 7) / 8 + 3);
        const DecodedUnified decoded = decode_unified_stream(bytes, "u.bin");
        REQUIRE(decoded.shape == shape);
        REQUIRE(decoded.tensor.vectors == tensor.vectors);
        REQUIRE(decode_unified(decoded.tensor) == decode_unified(tensor));
      }
    }
  }
}

TEST_CASE("unified pruning keeps so many vectors and values, and rounds to the nearest") {
  std::mt19937 random(6);
  for (const UnifiedFormat& format : unified_formats()) {
    const std::size_t rows = 1 + random() % 24;
    const std::size_t elements = 1 + random() % 50;
    const Weights weights = random_weights(random, rows * elements);
    const Weights pruned =
        decode_unified(compress_unified(weights, rows, format, UnifiedRounding::nearest));
    const std::size_t length = format.vector_elements();
    for (std::size_t first = 0; first < elements; first += length) {
      const std::size_t last = std::min(elements, first + length);
      for (std::size_t group = 0; group < rows; group += 8) {
        unsigned vectors = 0;
        for (std::size_t row = group; row < std::min(rows, group + 8); ++row) {
          unsigned set = 0;
          for (std::size_t e = first; e < last; ++e) {
            const auto after = static_cast<unsigned>(std::abs(int{pruned[row * elements + e]}));
            set |= after;
          }
          vectors += set != 0 ? 1 : 0;
          CHECK((format.dense_columns() ||
                 static_cast<unsigned>(__builtin_popcount(set)) <= format.columns));
          for (std::size_t window = first; window < last; window += format.window) {
            unsigned values = 0;
            for (std::size_t e = window; e < std::min(last, window + format.window); ++e) {
              values += pruned[row * elements + e] != 0 ? 1 : 0;
            }
            CHECK(values <= 2);
          }
        }
        CHECK(vectors <= format.vectors);
      }
    }
  }
}

TEST_CASE("a value goes to the nearest that the leading columns express, the larger of two") {
  std::mt19937 random(7);
  const UnifiedFormat format{8, 2, 4};
  for (int round = 0; round < 500; ++round) {
    const Weights segment = random_weights(random, 8);
    unsigned set = 0;
    for (const std::int8_t value : segment) {
      set |= static_cast<unsigned>(std::min(std::abs(int{value}), 127));
    }
    unsigned mask = 0;
    for (int bit = 6, left = 4; bit >= 0 && left > 0; --bit) {
      if ((set >> bit & 1) != 0) {
        mask |= 1U << bit;
        --left;
      }
    }
    Weights nearest(8);
    Weights truncated(8);
    decode_vector(compress_vector(segment, format, UnifiedRounding::nearest), format, nearest);
    decode_vector(compress_vector(segment, format, UnifiedRounding::truncate), format, truncated);
    for (std::size_t i = 0; i < segment.size(); ++i) {
      const int magnitude = std::min(std::abs(int{segment[i]}), 127);
      const int sign = segment[i] < 0 ? -1 : 1;
      REQUIRE(nearest[i] == sign * nearest_by_search(magnitude, mask));
      REQUIRE(truncated[i] == sign * static_cast<int>(static_cast<unsigned>(magnitude) & mask));
    }
  }
}

TEST_CASE("the paper's -23 becomes -24 when three trailing columns go") {
  const Weights segment = {-23, 64, 0, 0, 8, 0, 0, 0};  // columns 6, 4, 3 and 2..0 of 23
  Weights pruned(8);
  const UnifiedFormat format{8, 2, 4};
  decode_vector(compress_vector(segment, format, UnifiedRounding::nearest), format, pruned);
  CHECK(pruned[0] == -24);  // of 6, 4, 3, 2: 20 or 24
  CHECK(pruned[1] == 64);
  decode_vector(compress_vector(segment, format, UnifiedRounding::truncate), format, pruned);
  CHECK(pruned[0] == -20);
}

TEST_CASE("every wrong byte of a unified stream is found or changes nothing but data") {
  std::mt19937 random(8);
  const Weights weights = random_weights(random, 9 * 17);
  const UnifiedTensor tensor = compress_unified(weights, 9, {3, 3, 4}, UnifiedRounding::nearest);
  const auto good = encode_unified_stream(tensor, {9, 17});
  CHECK(offset_of_error({}) == 0);
  CHECK(offset_of_error({good.begin(), good.begin() + 40}) == 40);
  CHECK(offset_of_error({good.begin(), good.end() - 1}) == good.size() - 1);
  auto longer = good;
  longer.push_back(0);
  CHECK(offset_of_error(longer) == good.size());
  const auto offset_after = [&](std::size_t at, std::uint8_t value) {
    auto bytes = good;
    bytes[at] = value;
    return offset_of_error(bytes);
  };
  CHECK(offset_after(2, 'X') == 2);
  CHECK(offset_after(6, 2) == 6);  // version
  CHECK(offset_after(8, 0) == 8);  // vectors
  CHECK(offset_after(8, 9) == 8);
  CHECK(offset_after(9, 5) == 9);    // window
  CHECK(offset_after(10, 6) == 10);  // columns
  CHECK(offset_after(11, 3) == 11);  // rank
  CHECK(offset_after(12, 1) == 12);
  CHECK(offset_after(16, 0) == 16);  // a dimension
  CHECK(offset_after(23, 1) == 16);  // a huge one
  CHECK(offset_after(32, 1) == 32);
  CHECK(offset_after(48, 1) == 48);  // vectors
  CHECK(offset_after(56, 1) == 56);  // bytes
  for (std::size_t at = unified_header_bytes; at < good.size(); ++at) {
    for (const std::uint8_t flip : {0x01, 0x80, 0xFF}) {
      auto bytes = good;
      bytes[at] ^= flip;
      std::vector<std::uint8_t> again = bytes;
      try {
        again = encode_unified_stream(decode_unified_stream(bytes, "u.bin").tensor, {9, 17});
      } catch (const Error& error) {
        REQUIRE(error.fault() == Fault::bad_input);
      }
      REQUIRE(again == bytes);
    }
  }
}
