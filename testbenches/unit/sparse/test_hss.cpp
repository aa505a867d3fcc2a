// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <vector>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "sparse/hss_stream.h"

using namespace lacuna;
using namespace lacuna::sparse;

namespace {

using Bytes8 = std::vector<std::int8_t>;

std::vector<std::uint8_t> indices(std::initializer_list<int> values) {
  return {values.begin(), values.end()};
}

Bytes8 random_row(std::size_t elements, std::mt19937& random) {
  std::uniform_int_distribution<int> value(-128, 127);
  Bytes8 row(elements);
  std::generate(row.begin(), row.end(),
                [&] { return static_cast<std::int8_t>(random() % 4 == 0 ? 0 : value(random)); });
  return row;
}

/// Pruning by sorting all candidates of a window, written another way: remove the smallest until few enough are left, of equals
/// the last one first.
Bytes8 prune_slowly(const Bytes8& row, const HssFormat& format) {
  Bytes8 pruned = row;
  const auto at = [&](std::size_t i) { return i < row.size() ? std::abs(int{row[i]}) : 0; };
  for (std::size_t window = 0; window < row.size(); window += format.window_elements()) {
    std::vector<std::set<std::size_t>> kept(format.blocks.of);
    std::vector<int> score(format.blocks.of, 0);
    for (unsigned b = 0; b < format.blocks.of; ++b) {
      const std::size_t first = window + b * format.values.of;
      for (unsigned i = 0; i < format.values.of; ++i) {
        kept[b].insert(first + i);
      }
      while (kept[b].size() > format.values.kept) {
        std::size_t least = *kept[b].begin();
        for (const std::size_t i : kept[b]) {
          least = at(i) <= at(least) ? i : least;
        }
        kept[b].erase(least);
      }
      for (const std::size_t i : kept[b]) {
        score[b] += at(i);
      }
    }
    std::set<unsigned> blocks;
    for (unsigned b = 0; b < format.blocks.of; ++b) {
      blocks.insert(b);
    }
    while (blocks.size() > format.blocks.kept) {
      unsigned least = *blocks.begin();
      for (const unsigned b : blocks) {
        least = score[b] <= score[least] ? b : least;
      }
      blocks.erase(least);
    }
    for (unsigned b = 0; b < format.blocks.of; ++b) {
      for (unsigned i = 0; i < format.values.of; ++i) {
        const std::size_t element = window + b * format.values.of + i;
        const bool stays = blocks.count(b) != 0 && kept[b].count(element) != 0;
        if (!stays && element < pruned.size()) {
          pruned[element] = 0;
        }
      }
    }
  }
  return pruned;
}

}  // namespace

TEST_CASE("2:4 keeps the two largest magnitudes of every four, in their order") {
  const HssFormat format{{}, {2, 4}};
  const HssRow row = compress_hss(Bytes8{3, -7, 0, 5, -128, 127, 126, -127}, format);
  CHECK(row.values == Bytes8{-7, 5, -128, 127});
  CHECK(row.value_index == indices({1, 3, 0, 1}));  // of 127 and -127 the first stays
  CHECK(row.block_index == indices({0, 0}));  // one block a window, of which nothing is stored
  CHECK(format.window_index_bits() == 4);
  // Two bits a value: 1 | 3 << 2 | 0 << 4 | 1 << 6.
  CHECK(pack_hss_indices(row, format) == std::vector<std::uint8_t>{1 | 3 << 2 | 1 << 6});
}

TEST_CASE("what a last window misses is zero") {
  const HssFormat format{{}, {2, 4}};
  const HssRow row = compress_hss(Bytes8{1, 2, 3, 4, 9}, format);
  CHECK(row.values == Bytes8{3, 4, 9, 0});
  CHECK(row.value_index == indices({2, 3, 0, 1}));
  Bytes8 decoded(5, 1);
  decode_hss(row, format, decoded);
  CHECK(decoded == Bytes8{0, 0, 3, 4, 9});
}

TEST_CASE("two ranks keep the blocks whose best values weigh most") {
  const HssFormat format{{1, 2}, {1, 2}};
  // Blocks (5 5) and (6 0): the first has the larger sum, the second the larger value that would stay.
  const HssRow row = compress_hss(Bytes8{5, 5, 6, 0}, format);
  CHECK(row.block_index == indices({1}));
  CHECK(row.value_index == indices({0}));
  CHECK(row.values == Bytes8{6});
  CHECK(pack_hss_indices(row, format) == std::vector<std::uint8_t>{1});
}

TEST_CASE("ratios that keep everything store no index") {
  const HssFormat format{{4, 4}, {2, 2}};
  CHECK(format.dense());
  CHECK(format.window_index_bits() == 0);
  const Bytes8 values{1, -2, 3, -4, 5, -6, 7, -8};
  CHECK(compress_hss(values, format).values == values);
}

TEST_CASE("pruning equals pruning by removal, and survives packing") {
  std::mt19937 random(11);
  for (int repetition = 0; repetition < 400; ++repetition) {
    HssFormat format;
    format.blocks.of = 1 + random() % 8;
    format.blocks.kept = 1 + random() % format.blocks.of;
    format.values.of = 1 + random() % 8;
    format.values.kept = 1 + random() % format.values.of;
    const Bytes8 weights = random_row(1 + random() % 90, random);
    const HssRow row = compress_hss(weights, format);
    Bytes8 decoded(weights.size());
    decode_hss(row, format, decoded);
    REQUIRE(decoded == prune_slowly(weights, format));
    const std::size_t windows = hss_windows(weights.size(), format);
    const std::vector<std::uint8_t> bits = pack_hss_indices(row, format);
    REQUIRE(bits.size() == hss_index_bytes(windows, format));
    REQUIRE(unpack_hss(row.values, bits, windows, format) == row);
  }
}

TEST_CASE("a stream of weights comes back, and what does not fit is refused at its byte") {
  std::mt19937 random(12);
  Tensor weights(DataType::int8, {3, 5, 1, 3});
  const Bytes8 values = random_row(weights.size(), random);
  std::copy(values.begin(), values.end(), weights.elements<std::int8_t>().begin());
  const HssFormat format{{2, 3}, {2, 4}};
  const HssTensor tensor = compress_hss_tensor(weights, format);
  std::vector<std::uint8_t> stream = encode_hss_stream(tensor);
  // Two windows of 12 for 15 elements: 8 values and 2 x (2 x 2 + 4 x 2) bits a row.
  CHECK(stream.size() == hss_header_bytes + 3 * (8 + 3));
  const HssTensor decoded = decode_hss_stream(stream, "s");
  CHECK(decoded.format == format);
  CHECK(decoded.shape == tensor.shape);
  CHECK(decoded.rows == tensor.rows);
  const Tensor expected = decode_hss_tensor(tensor);
  const Tensor actual = decode_hss_tensor(decoded);
  CHECK(std::equal(expected.bytes().begin(), expected.bytes().end(), actual.bytes().begin()));

  for (const std::size_t at : {0, 6, 8, 9, 10, 11, 12, 16, 48, 56}) {
    std::vector<std::uint8_t> wrong = stream;
    wrong[at] ^= 0x55;
    INFO("byte " << at);
    CHECK_THROWS_AS(decode_hss_stream(wrong, "s"), Error);
  }
  std::vector<std::uint8_t> shorter(stream.begin(), stream.end() - 1);
  CHECK_THROWS_AS(decode_hss_stream(shorter, "s"), Error);
  stream[hss_header_bytes + 3 * 8] = 0;  // blocks 0 and 0 of the first window
  CHECK_THROWS_AS(decode_hss_stream(stream, "s"), Error);
}

TEST_CASE("ratios are read as G:H") {
  CHECK(parse_keep_ratio("2:4", "--pattern") == KeepRatio{2, 4});
  CHECK(to_text(parse_keep_ratio("4:16", "--pattern")) == "4:16");
  for (const char* text : {"", "2", "2:", ":4", "0:4", "5:4", "2:17", "2:4x", "-1:4", "2 :4"}) {
    CHECK_THROWS_AS(parse_keep_ratio(text, "--pattern"), Error);
  }
}
