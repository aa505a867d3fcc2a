// SPDX-License-Identifier: Apache-2.0
#include "bitvert/weight_packer.h"

#include <catch2/catch.hpp>

#include "bitvert/pe_array_detailed.h"
#include "bitvert/pe_array_fast.h"
#include "core/error.h"
#include "engine/job.h"
#include "support/array/array_comparison.h"

using namespace lacuna;
using namespace lacuna::bitvert;
using namespace lacuna::test;

namespace {

Tensor random_weights(Shape shape, RandomBits& random) {
  Tensor weights(DataType::int8, std::move(shape));
  for (std::int8_t& weight : weights.elements<std::int8_t>()) {
    const int spread = random.chance(30) ? 128 : 12;  // some groups have redundant columns
    weight = static_cast<std::int8_t>(random.between(-spread, spread - 1));
  }
  return weights;
}

/// Channels `sensitive`, out of `count`.
sparse::ChannelSelection selection_of(std::size_t count, const std::vector<unsigned>& sensitive) {
  sparse::ChannelSelection selection;
  selection.sensitive.assign(count, 0);
  for (const unsigned channel : sensitive) {
    selection.sensitive[channel] = 1;
  }
  selection.sensitive_count = static_cast<std::uint32_t>(sensitive.size());
  return selection;
}

CompressionParams compression(CompressionMethod method, unsigned columns) {
  CompressionParams params;
  params.method = method;
  params.columns = columns;
  return params;
}

/// A grouped 3x3 convolution in an array of 4 x 3, with blocks that mix sensitive and pruned channels.
struct Layer {
  workload::LayerShape shape;
  engine::Mapping mapping;

  Layer() {
    shape.groups = 2;
    shape.in_channels = 14;
    shape.in_height = 4;
    shape.in_width = 5;
    shape.kernel_height = shape.kernel_width = 3;
    shape.pad_top = shape.pad_left = shape.pad_bottom = shape.pad_right = 1;
    shape.out_channels = 20;  // 10 a group: blocks of 4, 4 and 2
    mapping.array_rows = 4;
    mapping.array_columns = 3;
    mapping.blocks_per_tile = 2;
    mapping.tile_height = 2;
    mapping.tile_width = 5;
  }
};

/// Runs all tiles of a packed layer through both bodies, against the decoded weights.
void check_layer(const Layer& layer, const WeightPacker& packer, RandomBits& random) {
  const engine::PackedTiles packed = packer.pack(layer.mapping);
  const std::vector<std::uint16_t> order = packer.channel_order();
  const Tensor decoded = packer.decoded_weights();
  const Span<const std::int16_t> values = decoded.elements<std::int16_t>();
  for (const engine::TileStep& step : engine::tile_steps(layer.shape, layer.mapping)) {
    ArrayTile tile;
    tile.geometry = {
        layer.shape, step, engine::activation_window(layer.shape, layer.mapping, step, false),
        4,           3,    engine::PositionSpread::any};
    fill_activations(tile, random);
    const std::size_t index = (step.convolution_group * 2 + step.channel_tile) * 2 + step.chunk;
    const engine::WeightTileEntry& entry = packed.entries[index];
    const auto weights = packed.bytes.begin() + static_cast<std::ptrdiff_t>(entry.weights_address);
    tile.weights.assign(weights, weights + entry.weights_bytes);
    const auto metadata =
        packed.bytes.begin() + static_cast<std::ptrdiff_t>(entry.metadata_address);
    tile.metadata.assign(metadata, metadata + entry.metadata_bytes);
    for (unsigned n = 0; n < step.channels; ++n) {
      const unsigned channel = order[step.convolution_group * 12 + step.first_block * 4 + n];
      for (unsigned e = step.first_element; e < step.first_element + step.elements; ++e) {
        tile.decoded.push_back(values[(channel * 7 + e % 7) * 9 + e / 7]);
      }
    }
    tile.initial.assign(std::size_t{step.height} * step.width * step.channels, 0);
    FastPeArray fast({});
    DetailedPeArray detailed({});
    const Outcome outcome = run(detailed, tile, 1);
    REQUIRE(outcome.accumulators == expected_accumulators(tile));
    REQUIRE(differences(run(fast, tile, 1), outcome) == nothing);

    std::uint64_t cycles = 0;
    for (unsigned block = 0; block < step.blocks; ++block) {
      cycles += packer.compute_cycles(step.convolution_group, step.first_block + block,
                                      step.first_group, step.groups);
    }
    REQUIRE(outcome.result.busy_cycles == cycles * 4);  // ten positions in batches of three
    REQUIRE(entry.weights_bytes == packer.weights_bytes(step.convolution_group, step.first_block,
                                                        step.blocks, step.first_group,
                                                        step.groups));
    REQUIRE(entry.metadata_bytes == packer.metadata_bytes(step.convolution_group, step.first_block,
                                                          step.blocks, step.first_group,
                                                          step.groups));
  }
}

}  // namespace

TEST_CASE("sensitive channels come first, within their convolution group, in their old order") {
  const Layer layer;
  RandomBits random(1);
  const WeightPacker packer(compression(CompressionMethod::zps, 4), 4, layer.shape,
                            random_weights({20, 7, 3, 3}, random), selection_of(20, {3, 7, 15}));
  const std::uint16_t none = engine::no_channel;
  CHECK(packer.channel_order() ==
        std::vector<std::uint16_t>{3,  7,  0,  1,  2,  4,  5,  6,  8,  9,  none, none,
                                   15, 10, 11, 12, 13, 14, 16, 17, 18, 19, none, none});
  CHECK(packer.reordered());
  CHECK(packer.channel_span(0, 0, 1) == 8);  // 0 .. 7
  CHECK(packer.channel_span(0, 2, 1) == 2);  // 8, 9
  CHECK(packer.channel_span(1, 0, 3) == 10);
}

TEST_CASE("without compression channels keep their order and their values") {
  const Layer layer;
  RandomBits random(2);
  const Tensor weights = random_weights({20, 7, 3, 3}, random);
  const WeightPacker packer(compression(CompressionMethod::none, 4), 4, layer.shape, weights, {});
  CHECK_FALSE(packer.reordered());
  CHECK(packer.channel_span(0, 0, 2) == 0);
  CHECK(packer.squared_error() == 0);
  const Tensor decoded = packer.decoded_weights();
  REQUIRE(decoded.shape() == weights.shape());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    REQUIRE(decoded.elements<std::int16_t>()[i] == weights.elements<std::int8_t>()[i]);
  }
  // 63 elements: two groups of two passes; eight columns everywhere.
  CHECK(packer.compute_cycles(0, 0, 0, 2) == 32);
  CHECK(packer.weights_bytes(0, 0, 3, 0, 2) == 3 * 4 * 64);
  check_layer(layer, packer, random);
}

TEST_CASE("both bodies compute from packed tiles what the encoder promised") {
  const Layer layer;
  RandomBits random(3);
  for (unsigned columns = 0; columns <= 6; ++columns) {
    for (const CompressionMethod method : {CompressionMethod::ra, CompressionMethod::zps}) {
      const WeightPacker packer(compression(method, columns), 4, layer.shape,
                                random_weights({20, 7, 3, 3}, random),
                                selection_of(20, {3, 7, 10, 11, 12, 13}));
      check_layer(layer, packer, random);
    }
  }
}

TEST_CASE("sensitive channels keep every bit, and their block all columns") {
  const Layer layer;
  RandomBits random(5);
  const Tensor weights = random_weights({20, 7, 3, 3}, random);
  const WeightPacker packer(compression(CompressionMethod::zps, 6), 4, layer.shape, weights,
                            selection_of(20, {3, 15}));
  const Tensor decoded = packer.decoded_weights();
  const Span<const std::int16_t> values = decoded.elements<std::int16_t>();
  unsigned changed = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::size_t channel = i / 63;
    const bool equal = values[i] == weights.elements<std::int8_t>()[i];
    if (channel == 3 || channel == 15) {
      REQUIRE(equal);
    }
    changed += equal ? 0 : 1;
  }
  CHECK(changed > 0);
  // Two groups, two passes; the first block of each convolution group has the sensitive channel.
  CHECK(packer.compute_cycles(0, 0, 0, 2) == 32);
  CHECK(packer.compute_cycles(0, 1, 0, 2) < 32);
  CHECK(packer.compute_cycles(1, 0, 0, 2) == 32);
}

TEST_CASE("squared error is that of the decoded weights") {
  const Layer layer;
  RandomBits random(4);
  const Tensor weights = random_weights({20, 7, 3, 3}, random);
  const WeightPacker packer(compression(CompressionMethod::ra, 4), 4, layer.shape, weights,
                            selection_of(20, {}));
  const Tensor decoded = packer.decoded_weights();
  std::uint64_t expected = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const int error = decoded.elements<std::int16_t>()[i] - weights.elements<std::int8_t>()[i];
    expected += static_cast<unsigned>(error * error);
  }
  CHECK(expected > 0);
  CHECK(packer.squared_error() == expected);
}

TEST_CASE("the tile table and the channel index are little-endian, at their addresses") {
  engine::PackedTiles tiles;
  tiles.add(std::vector<std::uint8_t>(32), std::vector<std::uint8_t>(16));
  tiles.add(std::vector<std::uint8_t>(48), {});
  const std::vector<std::uint8_t> table = engine::tile_table(tiles, 0x1000);
  REQUIRE(table.size() == 2 * engine::weight_tile_entry_bytes);
  const engine::WeightTileEntry second = engine::parse_tile_entry(
      Span<const std::uint8_t>(table).subspan(engine::weight_tile_entry_bytes));
  CHECK((second.weights_address == 0x1030 && second.weights_bytes == 48));
  CHECK((second.metadata_address == 0x1060 && second.metadata_bytes == 0));
  CHECK((tiles.weight_bytes == 80 && tiles.metadata_bytes == 16));
  CHECK(engine::channel_index_table({0x0102, engine::no_channel}) ==
        std::vector<std::uint8_t>{0x02, 0x01, 0xFF, 0xFF});
}

TEST_CASE("dynamic weights take whole groups of all bits") {
  const DynamicFootprint footprint(32);
  CHECK(footprint.weights_bytes(0, 0, 2, 0, 3) == 2 * 32 * 96);
  CHECK(footprint.metadata_bytes(0, 0, 2, 0, 3) == 0);
  CHECK(footprint.compute_cycles(0, 0, 0, 3) == 48);
}

TEST_CASE("weights of another layer are refused") {
  workload::LayerShape shape;
  shape.in_channels = 8;
  shape.out_channels = 4;
  RandomBits random(1);
  const CompressionParams params = compression(CompressionMethod::zps, 4);
  const sparse::ChannelSelection selection = selection_of(4, {});
  CHECK_THROWS_AS(WeightPacker(params, 4, shape, random_weights({4, 9}, random), selection), Error);
  CHECK_THROWS_AS(WeightPacker(params, 4, shape, random_weights({5, 8}, random), selection), Error);
  CHECK_THROWS_AS(WeightPacker(params, 4, shape, Tensor(DataType::int16, {4, 8}), selection),
                  Error);
}
