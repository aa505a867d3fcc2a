// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "sparse/bbs_tensor.h"
#include "sparse/bbs_tiles.h"
#include "unit/sparse/naive_bbs.h"

using namespace lacuna;
using namespace lacuna::sparse;

namespace {

const BbsPruning averaging{BbsMethod::rounded_averaging, 4, 6};
const BbsPruning shifting{BbsMethod::zero_point_shifting, 4, 6};

struct Layer {
  std::size_t channels = 0;
  std::size_t elements = 0;
  std::vector<std::int8_t> weights;
  std::vector<std::uint32_t> order;

  TileSource source(std::size_t sensitive) const { return {weights, elements, order, sensitive}; }
};

/// Channels in a random order.
Layer random_layer(std::size_t channels, std::size_t elements, std::mt19937& random) {
  Layer layer{channels, elements, {}, std::vector<std::uint32_t>(channels)};
  while (layer.weights.size() < channels * elements) {
    const auto some = naive::random_weights(random, 1 + random() % 40);
    layer.weights.insert(layer.weights.end(), some.begin(), some.end());
  }
  layer.weights.resize(channels * elements);
  std::iota(layer.order.begin(), layer.order.end(), 0U);
  std::shuffle(layer.order.begin(), layer.order.end(), random);
  return layer;
}

/// What the machine must compute with: dense channels as they are, the others compressed group by
/// group.
std::vector<std::int16_t> promised(const Layer& layer, std::size_t sensitive,
                                   const BbsPruning& pruning) {
  std::vector<std::int16_t> weights(layer.weights.begin(), layer.weights.end());
  for (std::size_t slot = sensitive; slot < layer.channels; ++slot) {
    for (std::size_t e = 0; e < layer.elements; e += 32) {
      const std::size_t at = layer.order[slot] * layer.elements + e;
      const std::size_t length = std::min<std::size_t>(32, layer.elements - e);
      compress_group(pruning, Span<const std::int8_t>(layer.weights.data() + at, length),
                     Span<std::int16_t>(weights.data() + at, length));
    }
  }
  return weights;
}

/// Requires that a decoded tile holds the promised weights of its real rows and elements.
void require_tile(const BbsTiles& tiles, const Layer& layer, const TileRange& range,
                  const std::vector<std::int16_t>& expected) {
  const TileBlobs blobs = tiles.encode(range);
  const TileBytes bytes = tiles.footprint(range);
  REQUIRE(blobs.weights.size() == bytes.weights);
  REQUIRE(blobs.metadata.size() == bytes.metadata);
  REQUIRE(bytes.weights % 16 == 0);
  REQUIRE(bytes.metadata % 16 == 0);
  const std::vector<std::int16_t> decoded =
      decode_tile(blobs, range.blocks, range.groups, tiles.rows(), "tile");
  for (std::size_t row = 0; row < range.blocks * tiles.rows(); ++row) {
    const std::size_t slot = range.first_block * tiles.rows() + row;
    for (std::size_t e = 0; e < range.groups * 32 && slot < layer.channels; ++e) {
      const std::size_t element = range.first_group * 32 + e;
      if (element < layer.elements) {
        REQUIRE(decoded[row * range.groups * 32 + e] ==
                expected[layer.order[slot] * layer.elements + element]);
      }
    }
  }
}

}  // namespace

TEST_CASE("a tile, byte by byte") {
  // Two array rows, one channel of three elements each, rounded averaging with N = 6.
  // Channel 0 {-64, 65, 1}: r = 0, m = 6, low bits 0, 1, 1: 1. Columns: signs 100, bit 6 110 ->
  // 001b, 011b as read from weight 0 up. Channel 1 {0, -1, 3}: r = 3, m = 3, low bits 0, 7, 3: 3.33
  // -> 3. Columns 4 and 3 hold 010.
  Layer layer{2, 3, {-64, 65, 1, 0, -1, 3}, {0, 1}};
  const BbsTiles tiles({BbsMethod::rounded_averaging, 6, 6}, layer.source(0), 2);
  REQUIRE(tiles.blocks() == 1);
  REQUIRE(tiles.groups() == 1);
  REQUIRE(tiles.width(0, 0) == 2);
  const TileBlobs blobs = tiles.encode({0, 1, 0, 1});
  const std::vector<std::uint8_t> weights{0b001, 0, 0b011, 0, 0, 0, 0, 0,
                                          0b010, 0, 0b010, 0, 0, 0, 0, 0};
  CHECK(blobs.weights == weights);
  std::vector<std::uint8_t> metadata{0x01, 0x02, 0x01, 0xC3};
  metadata.resize(16);
  CHECK(blobs.metadata == metadata);
}

TEST_CASE("the second pass of a group follows the first, and widths share bytes") {
  // One dense row of 40 elements: 1 at element 0, -1 at 16 and 2 at 32.
  Layer layer{1, 40, std::vector<std::int8_t>(40), {0}};
  layer.weights[0] = 1;
  layer.weights[16] = -1;
  layer.weights[32] = 2;
  const BbsTiles tiles(shifting, layer.source(1), 1);
  const TileBlobs blobs = tiles.encode({0, 1, 0, 2});
  std::vector<std::uint8_t> weights(64);
  weights[14] = 1;  // column 7 of pass 0
  for (std::size_t k = 0; k < 8; ++k) {
    weights[16 + 2 * k] = 1;
  }
  weights[32 + 12] = 1;
  CHECK(blobs.weights == weights);
  std::vector<std::uint8_t> metadata{0x00, 0x88};
  metadata.resize(16);
  CHECK(blobs.metadata == metadata);
  CHECK_FALSE(tiles.carries_constants(0));
}

TEST_CASE("zero-point constants are marked as subtracted") {
  Layer layer{1, 1, {5}, {0}};
  const TileBlobs blobs = BbsTiles(shifting, layer.source(0), 1).encode({0, 1, 0, 1});
  CHECK(blobs.metadata[0] == 3);
  // The best offset for a single 5 is -29 (z = 2, m = 2): 2 << 6 | (-29 & 63).
  CHECK(blobs.metadata[2] == (0x80 | 35));
}

TEST_CASE("tiles of any range hold the promised weights") {
  std::mt19937 random(20);
  for (int trial = 0; trial < 60; ++trial) {
    const std::size_t rows = trial % 3 == 0 ? 1 + random() % 40 : 32;
    const Layer layer = random_layer(1 + random() % 100, 1 + random() % 200, random);
    const std::size_t sensitive = random() % (layer.channels + 1);
    const BbsPruning pruning{
        trial % 2 == 0 ? BbsMethod::rounded_averaging : BbsMethod::zero_point_shifting,
        static_cast<unsigned>(random() % 7), static_cast<unsigned>(1 + random() % 6)};
    const BbsTiles tiles(pruning, layer.source(sensitive), rows);
    const std::vector<std::int16_t> expected = promised(layer, sensitive, pruning);
    require_tile(tiles, layer, {0, tiles.blocks(), 0, tiles.groups()}, expected);
    for (int part = 0; part < 4; ++part) {
      TileRange range;
      range.first_block = random() % tiles.blocks();
      range.blocks = 1 + random() % (tiles.blocks() - range.first_block);
      range.first_group = random() % tiles.groups();
      range.groups = 1 + random() % (tiles.groups() - range.first_group);
      require_tile(tiles, layer, range, expected);
    }
    std::vector<std::int16_t> decoded(layer.weights.size());
    tiles.decode(decoded);
    REQUIRE(decoded == expected);
  }
}

TEST_CASE("the width of a block's group is what its neediest row stores") {
  std::mt19937 random(21);
  const Layer layer = random_layer(70, 100, random);
  const std::size_t sensitive = 40;
  const BbsTiles tiles(averaging, layer.source(sensitive), 32);
  REQUIRE(tiles.blocks() == 3);
  REQUIRE(tiles.groups() == 4);
  for (std::size_t block = 0; block < 3; ++block) {
    for (std::size_t g = 0; g < 4; ++g) {
      unsigned widest = 2;
      for (std::size_t slot = block * 32; slot < std::min<std::size_t>(70, block * 32 + 32);
           ++slot) {
        const std::size_t length = std::min<std::size_t>(32, 100 - g * 32);
        std::vector<std::int16_t> to(length);
        const std::int8_t* from = layer.weights.data() + layer.order[slot] * 100 + g * 32;
        const CompressedGroup group =
            compress_group(averaging, Span<const std::int8_t>(from, length), to);
        widest = std::max(widest, slot < sensitive ? 8 : stored_columns(group.metadata));
      }
      CHECK(tiles.width(block, g) == widest);
    }
  }
  CHECK_FALSE(tiles.carries_constants(0));
  CHECK(tiles.carries_constants(1));
  CHECK(tiles.carries_constants(2));
}

TEST_CASE("footprints add up widths and metadata by hand") {
  // Two rows a block, all weights 64 or -65: no redundant column, N = 4 leaves width 4; the
  // sensitive block is 8 wide.
  Layer layer{4, 96, {}, {0, 1, 2, 3}};
  for (std::size_t i = 0; i < 4 * 96; ++i) {
    layer.weights.push_back(i % 2 == 0 ? 64 : -65);
  }
  const BbsTiles tiles(averaging, layer.source(2), 2);
  CHECK(tiles.width_sum({0, 2, 0, 3}) == 3 * 8 + 3 * 4);
  CHECK(tiles.footprint({0, 1, 0, 3}).weights == 2 * 3 * 4 * 8);
  CHECK(tiles.footprint({1, 1, 1, 2}).weights == 2 * 2 * 4 * 4);
  // Header and two bytes of widths; the compressed block has six bytes of rows more: 3 + 9 = 12.
  CHECK(tiles.footprint({0, 2, 0, 3}).metadata == 16);
  CHECK(tiles.stored_column_bits() == 2 * 96 * 8 + 2 * 96 * 4);
  CHECK(tiles.metadata_bits() == 2 * 3 * 8);
}

TEST_CASE(
    "sizes and errors of a layer without sensitive channels are its tensor's in machine order") {
  std::mt19937 random(22);
  const Layer layer = random_layer(50, 70, random);
  Tensor tensor(DataType::int8, {50, 70});
  std::copy(layer.weights.begin(), layer.weights.end(), tensor.elements<std::int8_t>().begin());
  const CompressedTensor compressed =
      compress_tensor(tensor, {shifting, 32, GroupOrder::machine, {}});
  const BbsTiles tiles(shifting, layer.source(0));
  CHECK(tiles.stored_column_bits() == compressed.sizes.stored_column_bits);
  CHECK(tiles.metadata_bits() == compressed.sizes.metadata_bits);
  CHECK(tiles.squared_error() == compressed.squared_error);
  CHECK(tiles.overfull_groups() == compressed.overfull_groups);
  std::vector<std::int16_t> decoded(layer.weights.size());
  tiles.decode(decoded);
  CHECK(decoded == compressed.weights);
}

TEST_CASE("channels of other convolution groups are left alone") {
  std::mt19937 random(23);
  Layer layer = random_layer(8, 9, random);
  layer.order = {5, 4, 7};
  const BbsTiles tiles(averaging, layer.source(3), 32);
  std::vector<std::int16_t> decoded(72, 999);
  tiles.decode(decoded);
  for (std::size_t channel = 0; channel < 8; ++channel) {
    const bool mine = channel == 4 || channel == 5 || channel == 7;
    for (std::size_t e = 0; e < 9; ++e) {
      CHECK(decoded[channel * 9 + e] == (mine ? layer.weights[channel * 9 + e] : 999));
    }
  }
}

TEST_CASE("blobs that are cut or lie are refused at their byte") {
  std::mt19937 random(24);
  const Layer layer = random_layer(3, 70, random);
  const BbsTiles tiles(averaging, layer.source(0), 2);
  const TileBlobs good = tiles.encode({0, 2, 0, 3});
  const auto place_of = [](const TileBlobs& blobs) -> std::string {
    try {
      decode_tile(blobs, 2, 3, 2, "t");
    } catch (const Error& error) {
      return error.diagnostics().front().place.text();
    }
    return "decoded";
  };
  CHECK(place_of(good) == "decoded");
  TileBlobs bad = good;
  bad.metadata[0] = 0x10;
  CHECK(place_of(bad) == "t.metadata: byte 0");
  bad = good;
  bad.metadata[2] = 0x01;  // the third group's width
  CHECK(place_of(bad) == "t.metadata: byte 2");
  bad = good;
  bad.metadata.resize(8);  // 9 bytes a block
  CHECK(place_of(bad) == "t.metadata: byte 8");
  bad = good;
  bad.metadata.back() = 1;
  CHECK(place_of(bad) == "t.metadata: byte 31");
  bad = good;
  bad.weights.resize(bad.weights.size() / 2);
  CHECK(place_of(bad) == "t.weights: byte " + std::to_string(good.weights.size() / 2));
  bad = good;
  bad.weights.resize(bad.weights.size() + 16);
  CHECK(place_of(bad).substr(0, 15) == "t.weights: byte");
}

TEST_CASE("sources that contradict themselves are refused") {
  std::mt19937 random(25);
  Layer layer = random_layer(4, 8, random);
  CHECK_THROWS_AS(BbsTiles(averaging, layer.source(5)), Error);
  CHECK_THROWS_AS(BbsTiles(averaging, layer.source(0), 0), Error);
  CHECK_THROWS_AS(BbsTiles({BbsMethod::rounded_averaging, 7, 6}, layer.source(0)), Error);
  layer.order[2] = 4;
  CHECK_THROWS_AS(BbsTiles(averaging, layer.source(0)), Error);
  layer.order.clear();
  CHECK_THROWS_AS(BbsTiles(averaging, layer.source(0)), Error);
}
