// SPDX-License-Identifier: Apache-2.0
//
// What the detailed body reads out of its buffers, and what the closed form decodes from the same
// bytes.
#include <catch2/catch.hpp>

#include "bitvert/column_words.h"
#include "bitvert/metadata.h"
#include "bitvert/signals.h"
#include "bitvert/tile_decoder.h"
#include "bitvert/transposer.h"
#include "bitvert/weight_reader.h"
#include "support/array/random_bits.h"

using namespace lacuna;
using namespace lacuna::bitvert;
using lacuna::test::RandomBits;

namespace {

using Blob = std::vector<std::uint8_t>;

unsigned ones(std::uint64_t bits) {
  return static_cast<unsigned>(__builtin_popcountll(bits));
}

}  // namespace

TEST_CASE("metadata of two blocks is found behind each other") {
  // Three groups, two rows. Block 0: added constants, widths 2 5 8. Block 1: none, widths 8 8 3.
  const Blob blob = {0x01, 0x52, 0x08, 0xC5, 0x01, 0x3F, 0x40, 0x80, 0xFF, 0x02, 0x88, 0x03};
  const MetadataReader metadata(blob, 2, 3, 2);
  CHECK((metadata.header(0).has_constants && !metadata.header(0).subtracts_constants));
  CHECK((metadata.width(0, 0) == 2 && metadata.width(0, 1) == 5 && metadata.width(0, 2) == 8));
  CHECK((metadata.group(0, 0, 0).redundant == 3 && metadata.group(0, 0, 0).constant == 5));
  CHECK((metadata.group(0, 1, 2).redundant == 3 && metadata.group(0, 1, 2).constant == 63));
  CHECK(metadata.group(0, 1, 0).redundant == 1);
  CHECK_FALSE(metadata.header(1).has_constants);
  CHECK((metadata.width(1, 0) == 8 && metadata.width(1, 2) == 3));
  CHECK((metadata.group(1, 1, 1).redundant == 0 && metadata.group(1, 1, 1).constant == 0));
}

TEST_CASE("widths that no encoder writes read as the nearest possible one") {
  const Blob blob = {0x00, 0xF0, 0x01};
  const MetadataReader metadata(blob, 1, 3, 1);
  CHECK((metadata.width(0, 0) == 2 && metadata.width(0, 1) == 8 && metadata.width(0, 2) == 2));
}

TEST_CASE("dense metadata needs no bytes") {
  const MetadataReader metadata = MetadataReader::dense(2, 5, 32);
  CHECK(metadata.width(1, 4) == 8);
  CHECK_FALSE(metadata.header(1).has_constants);
}

TEST_CASE("columns lie row by row, group by group, pass by pass") {
  // One row of two groups, 2 and 3 columns wide: 2 * 2 + 2 * 3 columns of two bytes; then the
  // second row.
  const Blob metadata_blob = {0x00, 0x32};
  const MetadataReader metadata(metadata_blob, 1, 2, 2);
  Blob blob(40);
  for (unsigned i = 0; i < blob.size(); ++i) {
    blob[i] = static_cast<std::uint8_t>(i);
  }
  const WeightReader weights(blob, metadata, 1, 2, 2);
  CHECK(weights.column({0, 0, 0, 0}, 0) == 0x0100);
  CHECK(weights.column({0, 0, 1, 1}, 0) == 0x0706);
  CHECK(weights.column({0, 1, 0, 0}, 0) == 0x0908);
  CHECK(weights.column({0, 1, 1, 2}, 0) == 0x1312);
  CHECK(weights.column({0, 0, 0, 0}, 1) == 0x1514);
  CHECK(weights.column({0, 1, 1, 2}, 1) == 0x2726);
  const WeightReader cut(Span<const std::uint8_t>(blob).first(39), metadata, 1, 2, 2);
  CHECK(cut.column({0, 1, 1, 2}, 1) == 0x0026);
}

TEST_CASE("lanes counted by words equal lanes counted one by one") {
  RandomBits random(3);
  for (int trial = 0; trial < 500; ++trial) {
    const std::uint64_t low = random.next();
    const std::uint64_t high = trial % 3 == 0 ? ~std::uint64_t{0} : random.next() & random.next();
    for (const unsigned n : {4u, 8u, 16u}) {
      unsigned expected = 0;
      for (unsigned column = 0; column < 8; ++column) {
        const std::uint64_t bits = (low >> (8 * column) & 0xFF) | (high >> (8 * column) & 0xFF)
                                                                      << 8;
        for (unsigned s = 0; s < 16; s += n) {
          const unsigned count = ones(bits >> s & ((1u << n) - 1));
          expected += count > n / 2 ? n - count : count;
        }
      }
      REQUIRE(effectual_lanes(low, high, n) == expected);
    }
  }
}

TEST_CASE("transposed tiles are streams of eight columns, whichever way they came") {
  // Two channels of 17 elements in an array of four rows: one block, one group, two passes.
  const std::vector<int> values = {-128, 127, 1, -1, 0, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 85};
  Blob rows;
  Blob columns;
  for (const int value : values) {
    rows.push_back(static_cast<std::uint8_t>(value));
    columns.push_back(static_cast<std::uint8_t>(value));
    columns.push_back(static_cast<std::uint8_t>(-value));
  }
  for (const int value : values) {
    rows.push_back(static_cast<std::uint8_t>(-value));
  }
  Transposer straight({rows, false, 2, 17, 4}, 3);
  Transposer turned({columns, true, 2, 17, 4}, 3);
  unsigned straight_cycles = 0;
  unsigned turned_cycles = 0;
  while (straight.step()) {
    ++straight_cycles;
  }
  while (turned.step()) {
    ++turned_cycles;
  }
  CHECK(straight_cycles == 3 + 2);
  CHECK(turned_cycles == 3 + 4);
  const Blob stream(straight.columns().begin(), straight.columns().end());
  CHECK(stream == Blob(turned.columns().begin(), turned.columns().end()));
  REQUIRE(stream.size() == 4 * 32);
  // Sign column of channel 0, first pass: -128 and -1 are elements 0 and 3.
  CHECK((stream[0] == 0b00001001 && stream[1] == 0));
  // Its lowest column: odd ones are 127, 1, -1, 5, 7, 9, ...
  CHECK((stream[14] == 0b10101110 && stream[15] == 0b10101010));
  // Second pass: 85 = 01010101 in element 0.
  CHECK((stream[16] == 0 && stream[18] == 1 && stream[20] == 0 && stream[30] == 1));
  // Rows without a channel are zero.
  CHECK(Blob(stream.begin() + 64, stream.end()) == Blob(64, 0));
}
