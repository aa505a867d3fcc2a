// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "sparse/unified_tensor.h"
#include "sparsynergy/params.h"
#include "sparsynergy/resizing.h"
#include "sparsynergy/tile_layout.h"
#include "sparsynergy/weight_packer.h"
#include "support/array/random_bits.h"

using namespace lacuna;
using namespace lacuna::sparsynergy;
using lacuna::test::RandomBits;

namespace {

Tensor random_weights(Shape shape, RandomBits& random) {
  Tensor weights(DataType::int8, std::move(shape));
  for (std::int8_t& weight : weights.elements<std::int8_t>()) {
    weight = static_cast<std::int8_t>(random.next());
  }
  return weights;
}

workload::LayerShape product(std::uint32_t channels, std::uint32_t elements,
                             std::uint32_t positions) {
  workload::LayerShape shape;
  shape.in_channels = elements;
  shape.in_width = positions;
  shape.out_channels = channels;
  return shape;
}

/// How many problems a platform file has.
std::size_t problems(const std::string& yaml) {
  Diagnostics diagnostics;
  read_parameters<SparsynergyParams>(parse_yaml(yaml, "p.yaml"), "accelerator", diagnostics);
  try {
    diagnostics.throw_if_any();
  } catch (const Error& error) {
    return error.diagnostics().size();
  }
  return 0;
}

}  // namespace

TEST_CASE("by default there are 512 dot products of eight lanes and a buffer of 256 KiB") {
  const SparsynergyParams params;
  CHECK(params.serial_lanes() == 4096);
  CHECK(params.sram_bits() == 256 * 1024 * 8);
  CHECK(params.rows() == 256);
  CHECK(params.array_options().feed_interval == 1);
}

TEST_CASE("feeding one, two or three of four cores a clock takes four, two, two clocks") {
  SparsynergyParams params;
  params.pe_array.feed_cores = 1;
  CHECK(params.array_options().feed_interval == 4);
  params.pe_array.feed_cores = 2;
  CHECK(params.array_options().feed_interval == 2);
  params.pe_array.feed_cores = 3;
  CHECK(params.array_options().feed_interval == 2);
}

TEST_CASE("parameters that cannot be are refused") {
  CHECK(problems("{format: {vector: '4:8', value: '2:3', bit: '8:8', rounding: trunc}}") == 0);
  CHECK(problems("{format: {vector: '9:8'}}") == 1);
  CHECK(problems("{format: {value: '1:4'}}") == 1);
  CHECK(problems("{pe_array: {columns: 3}}") == 1);
  CHECK(problems("{pe_array: {feed_cores: 5}}") == 1);
  CHECK(problems("{weight_buffer: 1000 B}") == 1);
}

TEST_CASE("octets are arranged for the channels and positions there are") {
  engine::MapperLimits limits;
  limits.weight_buffer = limits.metadata_buffer = limits.activation_buffer = limits.output_buffer =
      1 << 22;
  limits.scale_slots = 1024;
  limits.dram_bytes_per_cycle = 1e9;
  limits.overheads = false;
  const auto arranged_for = [&](const workload::LayerShape& shape) {
    return resized(
        shape, limits,
        [&](unsigned rows) {
          return std::make_unique<UnifiedFootprint>(sparse::UnifiedFormat{8, 4, 4}, rows, 1, shape);
        },
        {4, 4});
  };
  CHECK(arrangements(6).size() == 4);
  CHECK(arranged_for(product(1024, 64, 1024)) == Arrangement{4, 4});  // nothing to gain
  CHECK(arranged_for(product(64, 64, 1024)) == Arrangement{1, 16});   // few channels
  CHECK(arranged_for(product(128, 64, 1024)) == Arrangement{2, 8});
  CHECK(arranged_for(product(1000, 512, 1)) == Arrangement{16, 1});  // one position: taller
  limits.scale_slots = 512;
  CHECK(arranged_for(product(1000, 512, 1)) == Arrangement{8, 2});  // no room for more scales
}

TEST_CASE("a tile is as large as its footprint says, in every configuration") {
  RandomBits random(3);
  workload::LayerShape shape = product(100, 70, 4);
  shape.groups = 2;
  shape.in_channels = 140;
  shape.out_channels = 200;
  const Tensor weights = random_weights({200, 70}, random);
  engine::Mapping mapping;
  mapping.array_rows = 64;
  mapping.blocks_per_tile = 1;
  mapping.groups_per_chunk = 2;
  for (const sparse::UnifiedFormat& format : sparse::unified_formats()) {
    INFO(name_of(format));
    const PackedLayer layer =
        pack_layer(format, sparse::UnifiedRounding::nearest, shape, weights, mapping);
    const UnifiedFootprint footprint(format, 64, 1, shape);
    REQUIRE(layer.tiles.entries.size() == 8);
    for (std::uint32_t i = 0; i < 8; ++i) {
      const engine::WeightTileEntry& entry = layer.tiles.entries[i];
      const std::uint32_t block = i / 2 % 2;
      const std::uint32_t first = i % 2 * 2;
      const std::uint32_t groups = i % 2 == 0 ? 2 : 1;
      REQUIRE(entry.weights_bytes == footprint.weights_bytes(i / 4, block, 1, first, groups));
      REQUIRE(entry.metadata_bytes == footprint.metadata_bytes(i / 4, block, 1, first, groups));
    }
    REQUIRE(layer.squared_error > 0);  // at least of -128
  }
}

TEST_CASE("a chunk of whole windows changes nothing of what is kept") {
  RandomBits random(4);
  const workload::LayerShape shape = product(24, 96, 1);
  const Tensor weights = random_weights({24, 96}, random);
  engine::Mapping whole;
  whole.array_rows = 64;
  whole.groups_per_chunk = 3;
  engine::Mapping cut = whole;
  cut.groups_per_chunk = 1;
  const auto decoded = [&](const sparse::UnifiedFormat& format, const engine::Mapping& mapping) {
    const PackedLayer layer =
        pack_layer(format, sparse::UnifiedRounding::nearest, shape, weights, mapping);
    const auto values = layer.decoded.elements<std::int16_t>();
    return std::vector<std::int16_t>(values.begin(), values.end());
  };
  const auto plain = sparse::decode_unified(sparse::compress_unified(
      weights.elements<std::int8_t>(), 24, {4, 4, 4}, sparse::UnifiedRounding::nearest));
  CHECK(decoded({4, 4, 4}, whole) == std::vector<std::int16_t>(plain.begin(), plain.end()));
  CHECK(decoded({4, 4, 4}, cut) == decoded({4, 4, 4}, whole));
  CHECK(decoded({4, 3, 4}, cut) != decoded({4, 3, 4}, whole));  // 12 does not divide 32
}

TEST_CASE("the layout of a tile, byte by byte") {
  const TileLayout layout({3, 4, 4}, 20, 33);  // three segments; groups of 8, 8 and 4 rows
  CHECK(layout.segments() == 3);
  CHECK((layout.kept(0) == 3 && layout.kept(2) == 3 && layout.kept(3) == 0));
  CHECK(layout.first_vector(1, 2) == 9 + 6);
  CHECK(layout.vectors() == 27);
  CHECK(layout.weights_bytes() == 144);   // 27 x 5, in words of 16
  CHECK(layout.value_index() == 4 + 11);  // 81 bits
  CHECK(layout.bit_index() == 15 + 54);   // 27 x 16 bits
  CHECK(layout.metadata_bytes() == 112);  // and 27 x 12 bits
  const TileLayout dense({8, 2, 8}, 10, 8);
  CHECK(dense.vectors() == 10);
  CHECK(dense.weights_bytes() == 80);
  CHECK(dense.metadata_bytes() == 16);
}

TEST_CASE("weights of another layer are refused") {
  RandomBits random(1);
  engine::Mapping mapping;
  CHECK_THROWS_AS(pack_layer({8, 2, 4}, sparse::UnifiedRounding::nearest, product(4, 8, 1),
                             random_weights({4, 9}, random), mapping),
                  Error);
}
