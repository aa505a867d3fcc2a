// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "sparse/bbs_stream.h"
#include "sparse/bit_columns.h"
#include "unit/sparse/naive_bbs.h"

using namespace lacuna;
using namespace lacuna::sparse;

namespace {

Tensor tensor_of(const Shape& shape, std::mt19937& random) {
  Tensor tensor(DataType::int8, shape);
  const Span<std::int8_t> to = tensor.elements<std::int8_t>();
  std::size_t filled = 0;
  while (filled < to.size()) {
    for (const std::int8_t weight : naive::random_weights(random, 1 + random() % 64)) {
      if (filled < to.size()) {
        to[filled++] = weight;
      }
    }
  }
  return tensor;
}

/// The byte offset of the error that decoding throws.
std::uint64_t offset_of_error(const std::vector<std::uint8_t>& bytes) {
  try {
    decode_stream(bytes, "s.bin");
  } catch (const Error& error) {
    REQUIRE(error.fault() == Fault::bad_input);
    REQUIRE(error.diagnostics().front().place.file == "s.bin");
    REQUIRE(error.diagnostics().front().place.byte_offset.has_value());
    return *error.diagnostics().front().place.byte_offset;
  }
  FAIL("decoded without an error");
  return 0;
}

/// Three groups: [2, 48] cut every 32.
std::vector<std::uint8_t> small_stream(BbsMethod method) {
  std::mt19937 random(10);
  return encode_stream(compress_tensor(tensor_of({2, 48}, random), {{method, 4, 6}, 32, {}, {}}));
}

std::uint64_t offset_after(std::vector<std::uint8_t> bytes, std::size_t at, std::uint8_t value) {
  REQUIRE(bytes[at] != value);
  bytes[at] = value;
  return offset_of_error(bytes);
}

}  // namespace

TEST_CASE("columns of eight weights are their bits turned") {
  // Weight 0 is 1000 0001, weight 7 is 1111 1111, the others are 0.
  const std::uint64_t columns = bit_columns(0xFF00000000000081);
  CHECK(columns == 0x8180808080808081);
  std::mt19937_64 random(11);
  for (int trial = 0; trial < 200; ++trial) {
    const std::uint64_t weights = random();
    const std::uint64_t turned = bit_columns(weights);
    for (unsigned i = 0; i < 8; ++i) {
      for (unsigned k = 0; k < 8; ++k) {
        REQUIRE((turned >> (8 * k + i) & 1) == (weights >> (8 * i + 7 - k) & 1));
      }
    }
    REQUIRE(weights_of_columns(turned) == weights);
  }
}

TEST_CASE("a stream, byte by byte") {
  Tensor tensor(DataType::int8, {1, 3});
  const std::vector<int> weights{-64, 65, 1};
  for (std::size_t i = 0; i < 3; ++i) {
    tensor.elements<std::int8_t>()[i] = static_cast<std::int8_t>(weights[i]);
  }
  // Rounded averaging, N = 6: bit 6 is 1 of -64 and equals its sign, 1 of 65 and does not: r = 0, m
  // = 6; low bits 0, 1, 1: average 0.67 -> 1. Stored are bits 7 and 6: signs 1,0,0; then 1,1,0.
  const std::vector<std::uint8_t> bytes = encode_stream(compress_tensor(
      tensor, {{BbsMethod::rounded_averaging, 6, 6}, 32, {}, NarrowInputs::straddle}));
  std::vector<std::uint8_t> expected{'L', 'A', 'C', 'B', 'B', 'S', 1, 0, 0, 6, 6, 0, 32, 0, 2, 0};
  const auto append = [&](std::uint8_t low) {
    expected.push_back(low);
    expected.insert(expected.end(), 7, 0);
  };
  for (const std::uint8_t value : {1, 3, 0, 0, 3, 3, 1, 1}) {
    append(value);
  }
  expected.insert(expected.end(), {0x01, 0x02, 0b011001});
  CHECK(bytes == expected);
}

TEST_CASE("decoding an encoded tensor gives back what compression promised") {
  std::mt19937 random(12);
  const std::vector<Shape> shapes{{4, 64},      {3, 33}, {1, 1},        {5, 40, 3, 3},
                                  {4, 3, 7, 7}, {9, 31}, {2, 256, 1, 1}};
  for (int trial = 0; trial < 150; ++trial) {
    const Shape& shape = shapes[trial % shapes.size()];
    TensorCompression how;
    how.pruning = {trial % 2 == 0 ? BbsMethod::rounded_averaging : BbsMethod::zero_point_shifting,
                   static_cast<unsigned>(random() % 7), static_cast<unsigned>(1 + random() % 6)};
    how.group = trial % 3 == 0 ? 1 + random() % 256 : 32;
    how.order = trial % 5 == 0 ? GroupOrder::machine : GroupOrder::flattened;
    how.narrow = trial % 7 == 0 ? NarrowInputs::straddle : NarrowInputs::shorten;
    const CompressedTensor compressed = compress_tensor(tensor_of(shape, random), how);
    const std::vector<std::uint8_t> bytes = encode_stream(compressed);
    const DecodedStream decoded = decode_stream(bytes, "s.bin");
    REQUIRE(decoded.weights == compressed.weights);
    REQUIRE(decoded.shape == shape);
    REQUIRE(decoded.cut.group == compressed.cut.group);
    REQUIRE(decoded.how.pruning.method == how.pruning.method);
    REQUIRE(decoded.how.pruning.columns == how.pruning.columns);
    for (std::size_t g = 0; g < decoded.metadata.size(); ++g) {
      const GroupMetadata& original = compressed.metadata[g];
      REQUIRE(decoded.metadata[g].redundant == std::min<int>(original.redundant, 3));
      REQUIRE(decoded.metadata[g].low == original.low);
      REQUIRE(decoded.metadata[g].constant == original.constant);
    }
    const std::size_t groups = compressed.metadata.size();
    REQUIRE(bytes.size() ==
            80 + groups + (groups + 1) / 2 + (compressed.sizes.stored_column_bits + 7) / 8);
  }
}

TEST_CASE("groups of one value, and of extremes, survive") {
  for (const int value : {-128, -127, -64, -1, 0, 1, 63, 64, 127}) {
    for (const int other : {value, -128, 127}) {
      Tensor tensor(DataType::int8, {1, 32});
      for (std::size_t i = 0; i < 32; ++i) {
        tensor.elements<std::int8_t>()[i] = static_cast<std::int8_t>(i % 3 == 0 ? other : value);
      }
      for (unsigned columns = 0; columns <= 6; ++columns) {
        for (const BbsMethod method :
             {BbsMethod::rounded_averaging, BbsMethod::zero_point_shifting}) {
          const CompressedTensor compressed =
              compress_tensor(tensor, {{method, columns, 6}, 32, {}, {}});
          REQUIRE(decode_stream(encode_stream(compressed), "s").weights == compressed.weights);
        }
      }
    }
  }
}

TEST_CASE("a stream that ends early is refused where it ends") {
  const std::vector<std::uint8_t> bytes = small_stream(BbsMethod::zero_point_shifting);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const std::vector<std::uint8_t> cut(bytes.begin(),
                                        bytes.begin() + static_cast<std::ptrdiff_t>(length));
    const std::uint64_t at = offset_of_error(cut);
    if (length < 80) {
      REQUIRE(at == length);
    } else {
      // The counts are read first: one that the shorter file cannot hold, or its end.
      REQUIRE((at == length || at == 72 || (at >= 16 && at < 48)));
    }
  }
}

TEST_CASE("fields that lie are refused where they stand") {
  const std::vector<std::uint8_t> good = small_stream(BbsMethod::zero_point_shifting);
  REQUIRE_NOTHROW(decode_stream(good, "s.bin"));
  CHECK(offset_after(good, 3, 'X') == 3);
  CHECK(offset_after(good, 6, 2) == 6);       // version
  CHECK(offset_after(good, 8, 2) == 8);       // method
  CHECK(offset_after(good, 9, 7) == 9);       // columns
  CHECK(offset_after(good, 10, 0) == 10);     // constant bits
  CHECK(offset_after(good, 11, 2) == 11);     // order
  CHECK(offset_after(good, 12, 0) == 12);     // group
  CHECK(offset_after(good, 13, 2) == 12);     // group of 544
  CHECK(offset_after(good, 14, 3) == 14);     // rank
  CHECK(offset_after(good, 15, 1) == 15);     // reserved
  CHECK(offset_after(good, 16, 0) == 16);     // no channels
  CHECK(offset_after(good, 16, 3) == 48);     // one channel more: the weights disagree
  CHECK(offset_after(good, 23, 0x80) == 16);  // a dimension of 2^63
  CHECK(offset_after(good, 31, 1) == 24);
  CHECK(offset_after(good, 40, 1) == 40);  // an unused dimension
  CHECK(offset_after(good, 48, 95) == 48);
  CHECK(offset_after(good, 56, 48) == 56);
  CHECK(offset_after(good, 64, 4) == 64);
  CHECK(offset_after(good, 72, 255) == 72);
  CHECK(offset_after(good, 84, good[84] ^ 0x10) == 84);  // a width for a group beyond the last
  std::vector<std::uint8_t> longer = good;
  longer.push_back(0);
  CHECK(offset_of_error(longer) == 72);
}

TEST_CASE("widths that the metadata contradicts are refused where they stand") {
  const std::vector<std::uint8_t> good = small_stream(BbsMethod::rounded_averaging);
  for (const std::uint8_t low : {0, 1, 9, 15}) {
    CHECK(offset_after(good, 83, static_cast<std::uint8_t>((good[83] & 0xF0) | low)) == 83);
  }
  // An average that its m low bits cannot hold.
  CHECK(offset_after(good, 80, good[80] | 0x3F) == 83);
}

TEST_CASE("bits beyond the last column must be zero") {
  // 3 weights of 2 columns: 6 bits.
  const Tensor tensor(DataType::int8, {1, 3});
  std::vector<std::uint8_t> bytes = encode_stream(compress_tensor(
      tensor, {{BbsMethod::rounded_averaging, 6, 6}, 32, {}, NarrowInputs::straddle}));
  REQUIRE(bytes.size() == 83);
  bytes.back() |= 0x40;
  CHECK(offset_of_error(bytes) == 82);
}

TEST_CASE("whatever bytes change, decoding ends in weights or in a located error") {
  std::mt19937 random(13);
  for (const BbsMethod method : {BbsMethod::rounded_averaging, BbsMethod::zero_point_shifting}) {
    const std::vector<std::uint8_t> good = small_stream(method);
    for (int trial = 0; trial < 3000; ++trial) {
      std::vector<std::uint8_t> bytes = good;
      for (unsigned i = 0; i <= random() % 3; ++i) {
        bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
      }
      try {
        const DecodedStream decoded = decode_stream(bytes, "s");
        REQUIRE(decoded.weights.size() == 96);
      } catch (const Error& error) {
        REQUIRE(error.diagnostics().front().place.byte_offset < bytes.size() + 1);
      }
    }
  }
}
