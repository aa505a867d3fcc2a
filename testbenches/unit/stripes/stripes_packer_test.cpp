// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "baselines/stripes/array_detailed.h"
#include "baselines/stripes/array_fast.h"
#include "baselines/stripes/params.h"
#include "core/error.h"
#include "engine/dense_rows.h"
#include "engine/placement.h"
#include "support/array/array_comparison.h"

using namespace lacuna;
using namespace lacuna::baselines;
using namespace lacuna::test;

namespace {

Tensor random_weights(Shape shape, RandomBits& random) {
  Tensor weights(DataType::int8, std::move(shape));
  for (std::int8_t& weight : weights.elements<std::int8_t>()) {
    weight = static_cast<std::int8_t>(random.next());
  }
  return weights;
}

}  // namespace

TEST_CASE("a packed tile is rows of sixteen-byte words, kernel by kernel, channels innermost") {
  workload::LayerShape shape;
  shape.in_channels = 2;
  shape.in_height = shape.in_width = 3;
  shape.kernel_width = 2;
  shape.out_channels = 3;
  Tensor weights(DataType::int8, {3, 2, 1, 2});  // [N, C, kh, kw]
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights.elements<std::int8_t>()[i] = static_cast<std::int8_t>(i + 1);
  }
  const engine::DenseRowPacker packer(4, shape, weights);
  engine::Mapping mapping;
  mapping.array_rows = 4;
  const engine::PackedTiles tiles = packer.pack(mapping);
  REQUIRE(tiles.entries.size() == 1);
  REQUIRE(tiles.bytes.size() == 4 * 16);
  // Channel 0 holds 1 2 | 3 4 (two columns for each input channel): by columns first 1 3, then 2 4.
  CHECK((tiles.bytes[0] == 1 && tiles.bytes[1] == 3 && tiles.bytes[2] == 2 && tiles.bytes[3] == 4));
  CHECK((tiles.bytes[4] == 0 && tiles.bytes[16] == 5 && tiles.bytes[32] == 9 &&
         tiles.bytes[48] == 0));
  CHECK(engine::natural_channel_order(shape, 4) ==
        std::vector<std::uint16_t>{0, 1, 2, engine::no_channel});
  CHECK(packer.decoded_weights().elements<std::int16_t>()[11] == 12);
}

TEST_CASE("tiles come group by group, channel tile by channel tile, chunk by chunk") {
  workload::LayerShape shape;
  shape.groups = 2;
  shape.in_channels = 80;   // 40 elements: two reduction groups, one of them short
  shape.out_channels = 14;  // 7 a group: two blocks of 4
  RandomBits random(1);
  const engine::DenseRowPacker packer(4, shape, random_weights({14, 40}, random));
  engine::Mapping mapping;
  mapping.array_rows = 4;
  const engine::PackedTiles tiles = packer.pack(mapping);
  REQUIRE(tiles.entries.size() == 2 * 2 * 2);
  CHECK(tiles.entries[0].weights_bytes == 4 * 32);
  CHECK(tiles.entries[1].weights_bytes == 4 * 16);
  CHECK(tiles.entries[1].weights_address == 4 * 32);
  CHECK(tiles.weight_bytes == tiles.bytes.size());
  const engine::DenseRowFootprint footprint(4, shape, {8, 8});
  CHECK(footprint.weights_bytes(0, 0, 1, 0, 1) == 4 * 32);
  CHECK(footprint.weights_bytes(0, 0, 1, 1, 1) == 4 * 16);
  CHECK(footprint.weights_bytes(1, 0, 2, 0, 2) == 8 * 48);
  CHECK(footprint.compute_cycles(0, 0, 0, 2) == 40);
  CHECK(footprint.compute_cycles(0, 0, 1, 1) == 8);
}

TEST_CASE("both bodies compute from packed tiles what the tensor says, group by group") {
  RandomBits random(11);
  workload::LayerShape shape;
  shape.groups = 2;
  shape.in_channels = 14;
  shape.in_height = 4;
  shape.in_width = 5;
  shape.kernel_height = shape.kernel_width = 3;
  shape.pad_top = shape.pad_left = shape.pad_bottom = shape.pad_right = 1;
  shape.out_channels = 20;
  const Tensor weights = random_weights({20, 7, 3, 3}, random);
  const engine::DenseRowPacker packer(4, shape, weights);
  engine::Mapping mapping;
  mapping.array_rows = 4;
  mapping.array_columns = 3;
  mapping.blocks_per_tile = 2;
  mapping.tile_height = 2;
  mapping.tile_width = 5;
  const engine::PackedTiles tiles = packer.pack(mapping);
  const Span<const std::int8_t> values = weights.elements<std::int8_t>();
  const engine::DenseRowFootprint footprint(4, shape, {8, 8});
  for (const engine::TileStep& step : engine::tile_steps(shape, mapping)) {
    ArrayTile tile;
    tile.geometry = {shape, step, engine::activation_window(shape, mapping, step, true),
                     4,     3,    engine::PositionSpread::any};
    fill_activations(tile, random);
    const std::size_t index = (step.convolution_group * 2 + step.channel_tile) * 2 + step.chunk;
    const engine::WeightTileEntry& entry = tiles.entries[index];
    const auto first = tiles.bytes.begin() + static_cast<std::ptrdiff_t>(entry.weights_address);
    tile.weights.assign(first, first + entry.weights_bytes);
    REQUIRE(entry.weights_bytes == footprint.weights_bytes(step.convolution_group, step.first_block,
                                                           step.blocks, step.first_group,
                                                           step.groups));
    for (unsigned n = 0; n < step.channels; ++n) {
      const unsigned channel = step.convolution_group * 10 + step.first_block * 4 + n;
      for (unsigned e = step.first_element; e < step.first_element + step.elements; ++e) {
        tile.decoded.push_back(values[(channel * 7 + e % 7) * 9 + e / 7]);
      }
    }
    tile.initial.assign(std::size_t{step.height} * step.width * step.channels, 0);
    FastStripesArray fast({});
    DetailedStripesArray detailed({});
    const Outcome outcome = run(detailed, tile, 1);
    REQUIRE(outcome.accumulators == expected_accumulators(tile));
    REQUIRE(differences(run(fast, tile, 1), outcome) == nothing);
  }
}

TEST_CASE("weights of another layer are refused") {
  workload::LayerShape shape;
  shape.in_channels = 8;
  shape.out_channels = 4;
  RandomBits random(1);
  CHECK_THROWS_AS(engine::DenseRowPacker(4, shape, random_weights({4, 9}, random)), Error);
  CHECK_THROWS_AS(engine::DenseRowPacker(4, shape, random_weights({5, 8}, random)), Error);
  CHECK_THROWS_AS(engine::DenseRowPacker(4, shape, Tensor(DataType::int16, {4, 8})), Error);
}

TEST_CASE("by default Stripes has BitVert's lanes and memory") {
  const StripesParams params;
  CHECK(params.serial_lanes() == 4096);
  CHECK(params.buffer_bits() == 4456448);
}
