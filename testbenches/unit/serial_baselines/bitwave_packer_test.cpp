// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <catch2/catch.hpp>

#include "baselines/bitwave/array_detailed.h"
#include "baselines/bitwave/array_fast.h"
#include "baselines/bitwave/params.h"
#include "baselines/bitwave/weight_packer.h"
#include "core/error.h"
#include "golden_layer.h"

using namespace lacuna;
using namespace lacuna::baselines;
using namespace lacuna::baselines::test;

namespace {

Tensor random_weights(Shape shape, RandomBits& random) {
  Tensor weights(DataType::int8, std::move(shape));
  for (std::int8_t& weight : weights.elements<std::int8_t>()) {
    weight = static_cast<std::int8_t>(random.between(-128, 127) / (random.chance(70) ? 8 : 1));
  }
  return weights;
}

engine::ArrayOptions without_overheads() {
  engine::ArrayOptions options;
  options.overheads = false;
  return options;
}

/// A golden layer, flipped and packed for a shape of the array; both bodies.
engine::ArrayResult golden_result(const std::string& layer, const std::vector<ArrayShape>& shapes,
                                  const ArrayShape& shape, SignColumn sign) {
  GoldenTile tile = golden_tile(layer, layer + ".w.npy", shape.rows, shape.columns);
  const Tensor original = load_npy(std::string(LACUNA_TEST_DATA) + "/bbs/" + layer + ".w.npy");
  const BitwaveWeights weights(tile.geometry.shape, original, {5, 32});
  const BitwavePacker packer(weights, shape, sign);
  engine::Mapping mapping;
  mapping.array_rows = shape.rows;
  mapping.array_columns = shape.columns;
  mapping.blocks_per_tile = tile.geometry.step.blocks;
  mapping.groups_per_chunk = tile.geometry.step.groups;
  const engine::PackedTiles tiles = packer.pack(mapping);
  REQUIRE(tiles.entries.size() == 1);
  const auto at = [&tiles](std::uint64_t offset) {
    return tiles.bytes.begin() + static_cast<std::ptrdiff_t>(offset);
  };
  const engine::WeightTileEntry& entry = tiles.entries[0];
  tile.weights.assign(at(entry.weights_address), at(entry.weights_address + entry.weights_bytes));
  tile.metadata.assign(at(entry.metadata_address),
                       at(entry.metadata_address + entry.metadata_bytes));
  for (std::size_t i = 0; i < tile.decoded.size(); ++i) {
    tile.decoded[i] = weights.channel(0)[i];
  }
  const BitwaveRule rule{sign, shapes};
  FastBitwaveArray fast(without_overheads(), rule);
  DetailedBitwaveArray detailed(without_overheads(), rule);
  const Outcome outcome = run(fast, tile, 1);
  CHECK(outcome.accumulators == expected_accumulators(tile));
  CHECK(differences(outcome, run(detailed, tile, 1)) == nothing);
  return outcome.result;
}

}  // namespace

TEST_CASE("bits are flipped as the authors' program flips them") {
  for (const std::string layer : golden_layers) {
    INFO(layer);
    const std::string base = std::string(LACUNA_TEST_DATA) + "/bbs/" + layer;
    const GoldenTile tile = golden_tile(layer, layer + ".w.npy", 32, 16);
    const BitwaveWeights weights(tile.geometry.shape, load_npy(base + ".w.npy"), {5, 32});
    const Tensor expected = load_npy(base + ".bflip_N3_g32.npy");
    const Tensor decoded = weights.decoded();
    CHECK(std::equal(decoded.elements<std::int16_t>().begin(),
                     decoded.elements<std::int16_t>().end(),
                     expected.elements<std::int16_t>().begin()));
    CHECK(weights.squared_error() > 0);
  }
}

TEST_CASE(
    "BitWave takes the cycles of the authors' simulator, by any count of the sign column but a "
    "cycle") {
  for (const std::string layer : golden_layers) {
    INFO(layer);
    const ArrayShape shape;
    const std::uint64_t expected = golden_cycles(layer, "bitwave_32x16_dp8_w5_fixed");
    CHECK(golden_result(layer, {shape}, shape, SignColumn::minus_one).cycles == expected);
    CHECK(golden_result(layer, {shape}, shape, SignColumn::beside).cycles == expected);
    CHECK(golden_result(layer, {shape}, shape, SignColumn::serial).cycles == expected / 4 * 5);
  }
}

TEST_CASE("the best of BitWave's shapes takes what the authors' simulator takes") {
  const std::vector<ArrayShape> shapes = array_shapes(Dataflow::bitwave, 32, 16);
  for (const std::string layer : golden_layers) {
    INFO(layer);
    std::uint64_t least = golden_cycles(layer, "bitwave_32x16_dp8_w5_fixed");
    for (const ArrayShape& shape : shapes) {
      least = std::min(least, golden_result(layer, shapes, shape, SignColumn::minus_one).cycles);
    }
    CHECK(least == golden_cycles(layer, "bitwave_32x16_dp8_w5_reconf"));
  }
}

TEST_CASE("a packed tile is indices and columns, and as long as its footprint says") {
  RandomBits random(71);
  workload::LayerShape shape;
  shape.groups = 2;
  shape.in_channels = 14;
  shape.in_height = 4;
  shape.in_width = 5;
  shape.kernel_height = shape.kernel_width = 3;
  shape.pad_top = shape.pad_left = shape.pad_bottom = shape.pad_right = 1;
  shape.out_channels = 20;
  const Tensor tensor = random_weights({20, 7, 3, 3}, random);
  for (const unsigned columns : {8u, 5u, 3u}) {
    for (const ArrayShape& array :
         {ArrayShape{8, 4, 3}, ArrayShape{32, 4, 3}, ArrayShape{64, 4, 3}}) {
      const BitwaveWeights weights(shape, tensor, {columns, 16});
      const BitwavePacker packer(weights, array, SignColumn::serial);
      engine::Mapping mapping;
      mapping.array_rows = 4;
      mapping.array_columns = 3;
      mapping.blocks_per_tile = 2;
      mapping.tile_height = 2;
      mapping.tile_width = 5;
      const engine::PackedTiles tiles = packer.pack(mapping);
      const BitwaveRule rule{SignColumn::serial, {{8, 64, 3}, array}};
      for (const engine::TileStep& step : engine::tile_steps(shape, mapping)) {
        ArrayTile tile;
        tile.overheads = false;
        tile.geometry = {shape, step, engine::activation_window(shape, mapping, step, true),
                         4,     3,    engine::PositionSpread::any};
        fill_activations(tile, random);
        const std::size_t index = (step.convolution_group * 2 + step.channel_tile) * 2 + step.chunk;
        const engine::WeightTileEntry& entry = tiles.entries.at(index);
        const auto at = [&tiles](std::uint64_t offset) {
          return tiles.bytes.begin() + static_cast<std::ptrdiff_t>(offset);
        };
        tile.weights.assign(at(entry.weights_address),
                            at(entry.weights_address + entry.weights_bytes));
        tile.metadata.assign(at(entry.metadata_address),
                             at(entry.metadata_address + entry.metadata_bytes));
        CHECK(entry.weights_bytes == packer.weights_bytes(step.convolution_group, step.first_block,
                                                          step.blocks, step.first_group,
                                                          step.groups));
        CHECK(entry.metadata_bytes == packer.metadata_bytes(step.convolution_group,
                                                            step.first_block, step.blocks,
                                                            step.first_group, step.groups));
        for (unsigned n = 0; n < step.channels; ++n) {
          const std::int8_t* channel =
              weights.channel(step.convolution_group * 10 + step.first_block * 4 + n);
          tile.decoded.insert(tile.decoded.end(), channel + step.first_element,
                              channel + step.first_element + step.elements);
        }
        tile.initial.assign(std::size_t{step.height} * step.width * step.channels, 0);
        FastBitwaveArray fast(without_overheads(), rule);
        DetailedBitwaveArray detailed(without_overheads(), rule);
        const Outcome outcome = run(detailed, tile, 1);
        REQUIRE(outcome.accumulators == expected_accumulators(tile));
        REQUIRE(differences(run(fast, tile, 1), outcome) == nothing);
        std::uint64_t cycles = 0;
        for (unsigned block = 0; block < step.blocks; ++block) {
          cycles += packer.compute_cycles(step.convolution_group, step.first_block + block,
                                          step.first_group, step.groups);
        }
        const std::uint64_t batches =
            engine::column_batches(step.height, step.width, 3, engine::PositionSpread::any).size();
        CHECK(outcome.result.cycles == cycles * batches);
      }
    }
  }
}

TEST_CASE("without flipping only -128 is lost") {
  workload::LayerShape shape;
  shape.in_channels = 8;
  shape.out_channels = 1;
  Tensor tensor(DataType::int8, {1, 8});
  tensor.elements<std::int8_t>()[0] = -128;
  tensor.elements<std::int8_t>()[1] = 127;
  tensor.elements<std::int8_t>()[2] = -1;
  const BitwaveWeights weights(shape, tensor, {8, 32});
  CHECK(weights.channel(0)[0] == -127);
  CHECK(weights.channel(0)[1] == 127);
  CHECK(weights.channel(0)[2] == -1);
  CHECK(weights.squared_error() == 1);
  CHECK(weights.indices(0)[0] == 0xFF);
}

TEST_CASE("weights of another layer are refused by BitWave's packer") {
  workload::LayerShape shape;
  shape.in_channels = 8;
  shape.out_channels = 4;
  RandomBits random(1);
  CHECK_THROWS_AS(BitwaveWeights(shape, random_weights({4, 9}, random), {5, 32}), Error);
}

TEST_CASE("by default BitWave has BitVert's lanes and memory") {
  const BitwaveParams params;
  CHECK(params.lanes() == 4096);
  CHECK(params.sram_bits() == 4456448);
}
