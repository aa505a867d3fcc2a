// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "baselines/sparten/array_detailed.h"
#include "baselines/sparten/array_fast.h"
#include "baselines/sparten/packer.h"
#include "baselines/sparten/params.h"
#include "core/error.h"
#include "support/array/array_comparison.h"

using namespace lacuna;
using namespace lacuna::baselines;
using namespace lacuna::test;

namespace {

Tensor sparse_weights(Shape shape, int zeros, RandomBits& random) {
  Tensor weights(DataType::int8, std::move(shape));
  for (std::int8_t& weight : weights.elements<std::int8_t>()) {
    weight = random.chance(zeros) ? std::int8_t{0} : static_cast<std::int8_t>(random.next());
  }
  return weights;
}

}  // namespace

TEST_CASE("a packed tile is masks of 128 elements and the values that they announce") {
  workload::LayerShape shape;
  shape.in_channels = 130;
  shape.out_channels = 2;
  Tensor weights(DataType::int8, {2, 130});
  const Span<std::int8_t> values = weights.elements<std::int8_t>();
  values[0] = 5;
  values[9] = -6;
  values[129] = 7;
  values[130 + 64] = 8;
  const SpartenPacker packer(4, 16, shape, weights);
  engine::Mapping mapping;
  mapping.array_rows = 4;
  mapping.groups_per_chunk = 5;
  const engine::PackedTiles tiles = packer.pack(mapping);
  REQUIRE(tiles.entries.size() == 1);
  CHECK(tiles.entries[0].weights_bytes == 2 * 16);       // two channels have values
  CHECK(tiles.entries[0].metadata_bytes == 4 * 2 * 16);  // four slots, two chunks
  const std::uint8_t* bytes = tiles.bytes.data();
  CHECK((bytes[0] == 5 && bytes[1] == 0xFA && bytes[2] == 7 && bytes[3] == 0 && bytes[16] == 8));
  const std::uint8_t* masks = bytes + tiles.entries[0].metadata_address;
  CHECK((masks[0] == 1 && masks[1] == 2 && masks[16] == 2 && masks[32 + 8] == 1));
  CHECK(packer.weights_bytes(0, 0, 1, 0, 5) == 32);
  CHECK(packer.weights_bytes(0, 0, 1, 3, 1) == 16);  // nothing there: a word all the same
  CHECK(packer.metadata_bytes(0, 0, 1, 0, 5) == 128);
  CHECK(packer.compute_cycles(0, 0, 0, 5) == 32);
  CHECK(packer.decoded_weights().elements<std::int16_t>()[9] == -6);
}

TEST_CASE("both bodies compute from packed tiles what the tensor says, group by group") {
  RandomBits random(11);
  workload::LayerShape shape;
  shape.groups = 2;
  shape.in_channels = 60;
  shape.in_height = 4;
  shape.in_width = 5;
  shape.kernel_height = shape.kernel_width = 3;
  shape.pad_top = shape.pad_left = shape.pad_bottom = shape.pad_right = 1;
  shape.out_channels = 20;
  engine::Mapping mapping;
  mapping.array_rows = 4;
  mapping.array_columns = 3;
  mapping.blocks_per_tile = 2;
  mapping.tile_height = 2;
  mapping.tile_width = 5;
  mapping.groups_per_chunk = 5;  // 160 and 110 elements
  for (const int zeros : {0, 60, 100}) {
    const Tensor weights = sparse_weights({20, 30, 3, 3}, zeros, random);
    const Span<const std::int8_t> values = weights.elements<std::int8_t>();
    const SpartenPacker packer(4, 16, shape, weights);
    const engine::PackedTiles tiles = packer.pack(mapping);
    REQUIRE(tiles.entries.size() == 2 * 2 * 2);
    for (const engine::TileStep& step : engine::tile_steps(shape, mapping)) {
      ArrayTile tile;
      tile.geometry = {shape, step, engine::activation_window(shape, mapping, step, true),
                       4,     3,    engine::PositionSpread::any};
      fill_activations(tile, random);
      const engine::WeightTileEntry& entry =
          tiles.entries[(step.convolution_group * 2 + step.channel_tile) * 2 + step.chunk];
      const std::uint8_t* bytes = tiles.bytes.data();
      tile.weights.assign(bytes + entry.weights_address,
                          bytes + entry.weights_address + entry.weights_bytes);
      tile.metadata.assign(bytes + entry.metadata_address,
                           bytes + entry.metadata_address + entry.metadata_bytes);
      REQUIRE(entry.weights_bytes == packer.weights_bytes(step.convolution_group, step.first_block,
                                                          step.blocks, step.first_group,
                                                          step.groups));
      REQUIRE(entry.metadata_bytes == packer.metadata_bytes(step.convolution_group,
                                                            step.first_block, step.blocks,
                                                            step.first_group, step.groups));
      for (unsigned n = 0; n < step.channels; ++n) {
        const unsigned channel = step.convolution_group * 10 + step.first_block * 4 + n;
        for (unsigned e = step.first_element; e < step.first_element + step.elements; ++e) {
          tile.decoded.push_back(values[(channel * 30 + e % 30) * 9 + e / 30]);
        }
      }
      tile.initial.assign(std::size_t{step.height} * step.width * step.channels, 0);
      FastSpartenArray fast({});
      DetailedSpartenArray detailed({});
      const Outcome outcome = run(detailed, tile, 1);
      REQUIRE(outcome.accumulators == expected_accumulators(tile));
      REQUIRE(differences(run(fast, tile, 1), outcome) == nothing);
    }
  }
}

TEST_CASE("weights of another layer are refused") {
  workload::LayerShape shape;
  shape.in_channels = 8;
  shape.out_channels = 4;
  RandomBits random(1);
  CHECK_THROWS_AS(SpartenPacker(4, 16, shape, sparse_weights({4, 9}, 50, random)), Error);
  CHECK_THROWS_AS(SpartenPacker(4, 16, shape, sparse_weights({5, 8}, 50, random)), Error);
}

TEST_CASE("by default SparTen has BitVert's multipliers and memory") {
  const SpartenParams params;
  CHECK(params.macs_per_cycle() == 512);
  CHECK(params.buffer_bits() + params.mask_buffer.value() * 8 == 4456448);
}
