// SPDX-License-Identifier: Apache-2.0
//
// Against numbers from elsewhere: products of an independent statement of the format, and ideal cycles in all configurations.
#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sparsynergy/array_detailed.h"
#include "sparsynergy/array_fast.h"
#include "sparsynergy/tile_layout.h"
#include "sparsynergy/weight_packer.h"

using namespace lacuna;
using namespace lacuna::sparsynergy;

namespace {

nlohmann::json data_file(const std::string& name) {
  std::ifstream file(LACUNA_TEST_DATA "/sparsynergy/" + name);
  return nlohmann::json::parse(file);
}

/// A whole matrix product [channels, elements] x [elements, positions] as one tile step.
engine::TileGeometry product(std::uint32_t channels, std::uint32_t elements,
                             std::uint32_t positions, std::uint32_t rows, std::uint32_t columns) {
  workload::LayerShape shape;
  shape.in_channels = elements;
  shape.in_width = positions;
  shape.out_channels = channels;
  engine::Mapping mapping;
  mapping.array_rows = rows;
  mapping.array_columns = columns;
  mapping.blocks_per_tile = (channels + rows - 1) / rows;
  mapping.tile_width = positions;
  mapping.groups_per_chunk = (elements + 31) / 32;
  engine::TileGeometry geometry;
  geometry.shape = shape;
  geometry.step = engine::tile_steps(shape, mapping).front();
  geometry.window = engine::activation_window(shape, mapping, geometry.step, true);
  geometry.array_rows = rows;
  geometry.array_columns = columns;
  return geometry;
}

template <class Array>
std::vector<std::int32_t> computed(const engine::TileOperands& operands) {
  const engine::TileStep& step = operands.geometry.step;
  std::vector<std::int32_t> sums(std::size_t{step.height} * step.width * step.channels);
  Array array{ArrayOptions{}};
  array.compute(operands, sums);
  return sums;
}

}  // namespace

TEST_CASE("products are those of an independent statement, from packed weights, in both bodies") {
  const nlohmann::json golden = data_file("orthogonal.json");
  const nlohmann::json products = data_file("products.json");
  const auto activations = products["activations"].get<std::vector<std::int8_t>>();  // [48, 8]
  std::vector<std::uint8_t> buffer;                                                  // [8, 48]
  for (std::size_t position = 0; position < 8; ++position) {
    for (std::size_t element = 0; element < 48; ++element) {
      buffer.push_back(static_cast<std::uint8_t>(activations[element * 8 + position]));
    }
  }
  Tensor weights(DataType::int8, {16, 48});
  const auto values = golden["weights"].get<std::vector<std::int8_t>>();
  std::copy(values.begin(), values.end(), weights.elements<std::int8_t>().begin());
  const engine::TileGeometry geometry = product(16, 48, 8, 64, 4);
  engine::Mapping mapping;
  mapping.array_rows = 64;
  mapping.groups_per_chunk = 2;
  std::size_t cases = 0;
  for (const sparse::UnifiedFormat& format : sparse::unified_formats()) {
    for (const bool nearest : {true, false}) {
      const std::string name = name_of(format) + (nearest ? "_nearest" : "_trunc");
      if (!products["products"].contains(name)) {
        continue;
      }
      INFO(name);
      const PackedLayer layer = pack_layer(
          format, nearest ? sparse::UnifiedRounding::nearest : sparse::UnifiedRounding::truncate,
          geometry.shape, weights, mapping);
      const auto decoded = layer.decoded.elements<std::int16_t>();
      REQUIRE(std::vector<int>(decoded.begin(), decoded.end()) ==
              golden["cases"][name]["pruned"].get<std::vector<int>>());
      const engine::WeightTileEntry& entry = layer.tiles.entries.front();
      const Span<const std::uint8_t> bytes(layer.tiles.bytes);
      const engine::TileOperands operands{
          geometry, bytes.subspan(entry.weights_address, entry.weights_bytes),
          bytes.subspan(entry.metadata_address, entry.metadata_bytes), buffer};
      const auto expected = products["products"][name].get<std::vector<std::int32_t>>();
      std::vector<std::int32_t> sums(expected.size());  // [positions, channels]
      for (std::size_t channel = 0; channel < 16; ++channel) {
        for (std::size_t position = 0; position < 8; ++position) {
          sums[position * 16 + channel] = expected[channel * 8 + position];
        }
      }
      REQUIRE(computed<FastArray>(operands) == sums);
      REQUIRE(computed<DetailedArray>(operands) == sums);
      ++cases;
    }
  }
  CHECK(cases == 27);
}

TEST_CASE(
    "products of packed random weights are those of what the encoder promised, all formats and "
    "roundings") {
  std::uint64_t state = 20241;
  const auto next = [&state] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::uint8_t>(state >> 56);
  };
  constexpr std::uint32_t channels = 75;  // a block and a ragged one, of groups of eight
  constexpr std::uint32_t elements = 53;
  constexpr std::uint32_t positions = 5;
  Tensor weights(DataType::int8, {channels, elements});
  for (std::int8_t& weight : weights.elements<std::int8_t>()) {
    weight = static_cast<std::int8_t>(next());
  }
  std::vector<std::uint8_t> buffer(positions * elements);  // [positions, elements]
  for (std::uint8_t& byte : buffer) {
    byte = next();
  }
  const engine::TileGeometry geometry = product(channels, elements, positions, 64, 4);
  engine::Mapping mapping;
  mapping.array_rows = 64;
  mapping.blocks_per_tile = 2;
  mapping.groups_per_chunk = 2;
  std::size_t cases = 0;
  for (const sparse::UnifiedFormat& format : sparse::unified_formats()) {
    for (const auto rounding :
         {sparse::UnifiedRounding::nearest, sparse::UnifiedRounding::truncate}) {
      INFO(name_of(format) << " " << static_cast<int>(rounding));
      const PackedLayer layer = pack_layer(format, rounding, geometry.shape, weights, mapping);
      REQUIRE(layer.tiles.entries.size() == 1);
      const engine::WeightTileEntry& entry = layer.tiles.entries.front();
      const Span<const std::uint8_t> bytes(layer.tiles.bytes);
      const engine::TileOperands operands{
          geometry, bytes.subspan(entry.weights_address, entry.weights_bytes),
          bytes.subspan(entry.metadata_address, entry.metadata_bytes), buffer};
      const auto decoded = layer.decoded.elements<std::int16_t>();
      std::vector<std::int32_t> sums(std::size_t{positions} * channels);
      for (std::size_t position = 0; position < positions; ++position) {
        for (std::size_t channel = 0; channel < channels; ++channel) {
          for (std::size_t element = 0; element < elements; ++element) {
            sums[position * channels + channel] +=
                static_cast<std::int8_t>(buffer[position * elements + element]) *
                decoded[channel * elements + element];
          }
        }
      }
      REQUIRE(computed<FastArray>(operands) == sums);
      REQUIRE(computed<DetailedArray>(operands) == sums);
      ++cases;
    }
  }
  CHECK(cases == 96);
}

TEST_CASE("a product of 1024 x 1024 matrices takes the ideal cycles in all configurations") {
  const nlohmann::json golden = data_file("ideal_cycles_1024.json")["cycles"];
  std::size_t cases = 0;
  for (const sparse::UnifiedFormat& format : sparse::unified_formats()) {
    INFO(name_of(format));
    const TileLayout layout(format, 1024, 1024);
    const std::vector<std::uint8_t> weights(layout.weights_bytes());
    std::vector<std::uint8_t> metadata(layout.metadata_bytes());
    metadata[0] = static_cast<std::uint8_t>(format.vectors);
    metadata[1] = static_cast<std::uint8_t>(format.window);
    metadata[2] = static_cast<std::uint8_t>(format.columns);
    // Positions are alike: 16 of 1024 are computed, whatever the arrangement of the octets.
    constexpr std::uint32_t positions = 16;
    const std::vector<std::uint8_t> activations(std::size_t{positions} * 1024);
    for (const std::uint32_t columns : {1u, 4u, 16u}) {
      const engine::TileGeometry geometry =
          product(1024, 1024, positions, 16 / columns * octet_channels, columns);
      std::vector<std::int32_t> sums(std::size_t{positions} * 1024);
      ArrayOptions options;
      options.overheads = false;
      FastArray fed(options);
      const engine::ArrayResult result =
          fed.compute({geometry, weights, metadata, activations}, sums);
      REQUIRE(result.cycles * 1024 / positions == golden[name_of(format)][0]);
      REQUIRE(result.busy_cycles == result.cycles);
      if (columns != 4) {
        continue;
      }
      options.feed_interval = 4;
      FastArray starved(options);
      REQUIRE(starved.compute({geometry, weights, metadata, activations}, sums).cycles * 1024 /
                  positions ==
              golden[name_of(format)][1]);
      REQUIRE(starved.loads().feed_stall_cycles == 3 * result.busy_cycles);
      options.feed_interval = 1;
      options.overheads = true;
      FastArray whole(options);
      // 3 clocks until the first sum; then the last columns leave, and 3 of output stage.
      REQUIRE(whole.compute({geometry, weights, metadata, activations}, sums).cycles ==
              result.cycles + 3 + columns + 3);
    }
    ++cases;
  }
  CHECK(cases == golden.size());
  CHECK(cases == 48);
}
