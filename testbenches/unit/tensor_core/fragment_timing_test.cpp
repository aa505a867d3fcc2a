// SPDX-License-Identifier: Apache-2.0
//
// Cycles of small tiles, worked out by hand and found in the signals of the detailed body: 3 clocks until the first products
// are accumulated, 32 for every 16 elements (36 with the published controller), one position leaves a clock, then 3 clocks of
// output stage or 1 of a partial sum.
#include <catch2/catch.hpp>

#include "baselines/tensor_core/array_detailed.h"
#include "baselines/tensor_core/array_fast.h"
#include "support/array/matrix_product.h"

using namespace lacuna;
using namespace lacuna::baselines;

namespace {

struct SmallTile {
  unsigned positions = 1;
  unsigned channels = 32;
  unsigned elements = 16;
  unsigned columns = 32;
  bool last_chunk = true;
  bool overheads = true;
  ControllerKind controller = ControllerKind::ideal;
  bool two_of_four = false;
};

/// A matrix product of weights 3 and activations 5.
template <class Array>
engine::ArrayResult run(const SmallTile& tile) {
  const lacuna::test::MatrixProduct product{tile.positions, tile.channels,  tile.elements, 32,
                                            tile.columns,   tile.last_chunk};
  const engine::TileGeometry geometry = product.geometry();
  const std::vector<std::uint8_t> weights(
      std::size_t{product.blocks()} * 32 * ((tile.elements + 15) / 16 * 16), 3);
  std::vector<std::uint8_t> metadata;
  if (tile.two_of_four) {
    metadata.assign(16 + std::size_t{product.blocks()} * 32 * 16, 0x44);  // places 0 and 1
    metadata[0] = metadata[1] = 1;
    metadata[2] = 2;
    metadata[3] = 4;
  }
  const std::vector<std::uint8_t> activations(std::size_t{tile.positions} * tile.elements, 5);
  std::vector<std::int32_t> accumulators(std::size_t{tile.positions} * tile.channels);
  FragmentOptions options;
  options.array.overheads = tile.overheads;
  options.controller = controller_of(tile.controller);
  options.window_slots = 2;
  Array array(options);
  const engine::ArrayResult result = array.compute(
      {geometry, weights, metadata, activations, engine::WeightSource::stream, 1}, accumulators);
  const auto kept = static_cast<std::int32_t>(tile.two_of_four ? tile.elements / 2 : tile.elements);
  CHECK(accumulators == std::vector<std::int32_t>(accumulators.size(), 15 * kept));
  return result;
}

engine::ArrayResult timed(const SmallTile& tile) {
  const engine::ArrayResult detailed = run<DetailedFragmentArray>(tile);
  CHECK(run<FastFragmentArray>(tile) == detailed);
  return detailed;
}

}  // namespace

TEST_CASE("sixteen elements take a fragment, seventeen take two") {
  SmallTile tile;
  tile.positions = 2;
  CHECK(timed(tile).cycles == 3 + 32 + 2 + 3);
  CHECK(timed(tile).passes == 1);
  tile.elements = 17;
  CHECK(timed(tile).cycles == 3 + 64 + 2 + 3);
  CHECK(timed(tile).passes == 2);
}

TEST_CASE("of 2:4 weights a fragment takes thirty-two elements") {
  SmallTile tile;
  tile.elements = 64;
  tile.overheads = false;
  CHECK(timed(tile).cycles == 4 * 32);
  tile.two_of_four = true;
  CHECK(timed(tile).cycles == 2 * 32);
  CHECK(timed(tile).effective_macs == 32 * 32);
}

TEST_CASE("the published controller takes thirty-six cycles a fragment") {
  SmallTile tile;
  tile.controller = ControllerKind::published_rtl;
  tile.elements = 48;
  const engine::ArrayResult result = timed(tile);
  CHECK(result.busy_cycles == 3 * 36);
  CHECK(result.cycles == 3 + 3 * 36 + 1 + 3);
  CHECK(result.pe_cycles == 3 * 32 * 128);    // 128 FEDPs work in 32 of the 36 cycles,
  CHECK(result.lane_cycles == 3 * 36 * 512);  // but are there in all
  CHECK(result.inter_pe_idle == 3 * 36 * 512 - 32 * 48);
}

TEST_CASE("512 multipliers compute 32 x 32 x 16 in 32 cycles: 1024 x 1024 x 1024 in 2,097,152") {
  SmallTile tile;
  tile.positions = 32;
  tile.overheads = false;
  const engine::ArrayResult result = timed(tile);
  CHECK(result.cycles == 32);
  CHECK(result.effectual_lane_cycles == result.lane_cycles);
  CHECK(result.lane_cycles == 32 * 512);
  CHECK(32 * result.cycles * 32 * (1024 / 16) == 2097152);
}

TEST_CASE("results of a wide array wait for the columns before them to leave") {
  SmallTile tile;
  tile.columns = 40;
  tile.positions = 80;  // e0 = 35, d0 = 75; e1 = max(67, 75), d1 = 115; +3
  const engine::ArrayResult result = timed(tile);
  CHECK(result.cycles == 118);
  CHECK(result.drain_stall_cycles == 8);
}

TEST_CASE("partial sums leave through one register") {
  SmallTile tile;
  tile.last_chunk = false;
  CHECK(timed(tile).cycles == 3 + 32 + 1 + 1);
}
