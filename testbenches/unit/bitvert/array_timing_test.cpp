// SPDX-License-Identifier: Apache-2.0
//
// Cycles of small tiles, worked out by hand and found in the signals of the detailed body. With T
// columns a dot product, 3 clocks until the first column is accumulated: e = 3 + T is when the
// results move to the output registers; one position leaves a clock; the output stage takes 3
// clocks, a partial sum 1.
#include <catch2/catch.hpp>

#include "bitvert/pe_array_detailed.h"
#include "bitvert/pe_array_fast.h"
#include "support/array/matrix_product.h"

using namespace lacuna;
using namespace lacuna::bitvert;

namespace {

struct SmallTile {
  unsigned positions = 1;
  unsigned channels = 32;
  unsigned groups = 1;  ///< of 32 elements
  unsigned width = 8;   ///< columns stored
  bool last_chunk = true;
  bool overheads = true;
  engine::WeightSource source = engine::WeightSource::stream;
  bool load_weights = true;
};

/// A matrix product of zeros: time does not depend on data.
template <class Array>
engine::ArrayResult run(const SmallTile& tile) {
  const lacuna::test::MatrixProduct product{
      tile.positions, tile.channels, tile.groups * 32, 32, 16, tile.last_chunk, tile.load_weights};
  const engine::TileGeometry geometry = product.geometry();
  std::vector<std::uint8_t> metadata;
  for (unsigned block = 0; block < product.blocks(); ++block) {
    metadata.push_back(0);
    metadata.insert(metadata.end(), (tile.groups + 1) / 2,
                    static_cast<std::uint8_t>(tile.width * 0x11));
  }
  const std::vector<std::uint8_t> weights(std::size_t{product.blocks()} * 32 * tile.groups * 32);
  const std::vector<std::uint8_t> activations(std::size_t{tile.positions} * tile.groups * 32);
  std::vector<std::int32_t> accumulators(std::size_t{tile.positions} * tile.channels);
  ArrayOptions options;
  options.overheads = tile.overheads;
  options.transposer_latency = 4;
  Array array(options);
  return array.compute({geometry, weights, metadata, activations, tile.source, 1}, accumulators);
}

/// Cycles of the detailed body, when the other one agrees.
engine::ArrayResult timed(const SmallTile& tile) {
  const engine::ArrayResult detailed = run<DetailedPeArray>(tile);
  CHECK(run<FastPeArray>(tile) == detailed);
  return detailed;
}

}  // namespace

TEST_CASE("a single dot product takes fill, its columns, drain and the output stage") {
  SmallTile tile;
  tile.positions = 3;  // T = 2 passes x 8 columns = 16; e = 19; d = 22; +3
  const engine::ArrayResult result = timed(tile);
  CHECK(result.cycles == 25);
  CHECK(result.busy_cycles == 16);
  CHECK(result.fill_cycles == 9);
  CHECK(result.drain_stall_cycles == 0);
}

TEST_CASE("results of short dot products wait for the columns before them to leave") {
  SmallTile tile;
  tile.positions = 32;
  tile.width = 2;  // T = 4; e0 = 7, d0 = 23; e1 = max(7 + 4, 23) = 23, d1 = 39; +3
  const engine::ArrayResult result = timed(tile);
  CHECK(result.cycles == 42);
  CHECK(result.busy_cycles == 8);
  CHECK(result.drain_stall_cycles == 12);
  CHECK(result.fill_cycles == 22);
}

TEST_CASE("a dot product exactly as long as the drain does not stall") {
  SmallTile tile;
  tile.positions = 32;
  tile.width = 8;  // T = 16 = columns of the batch before; e0 = 19, d0 = 35, e1 = 35, d1 = 51; +3
  CHECK(timed(tile).cycles == 54);
  CHECK(timed(tile).drain_stall_cycles == 0);
  tile.width = 7;  // T = 14; e0 = 17, d0 = 33, e1 = max(31, 33), d1 = 49; +3
  CHECK(timed(tile).cycles == 52);
  CHECK(timed(tile).drain_stall_cycles == 2);
}

TEST_CASE("blocks follow each other like batches, and a short last batch drains faster") {
  SmallTile tile;
  tile.positions = 17;  // batches of 16 and 1
  tile.channels = 40;   // two blocks
  tile.width =
      3;  // T = 6; e0 = 9, d0 = 25; e1 = 25, d1 = 26; e2 = 31, d2 = 47; e3 = 47, d3 = 48; +3
  const engine::ArrayResult result = timed(tile);
  CHECK(result.cycles == 51);
  CHECK(result.busy_cycles == 24);
  CHECK(result.drain_stall_cycles == 20);  // 25 - 15, and 47 - 37
  CHECK(result.fill_cycles == 7);          // 3, one column, 3
}

TEST_CASE("partial sums leave through one register") {
  SmallTile tile;
  tile.positions = 3;
  tile.last_chunk = false;
  CHECK(timed(tile).cycles == 23);
}

TEST_CASE("without overheads a tile takes its columns") {
  SmallTile tile;
  tile.positions = 17;
  tile.channels = 40;
  tile.groups = 3;
  tile.width = 5;
  tile.overheads = false;
  const engine::ArrayResult result = timed(tile);  // 4 array tiles x 3 groups x 2 passes x 5
  CHECK(result.cycles == 120);
  CHECK(result.busy_cycles == 120);
  CHECK(result.fill_cycles + result.drain_stall_cycles == 0);
}

TEST_CASE("dynamic weights are transposed first, once for each load") {
  SmallTile tile;
  tile.positions = 3;
  tile.channels = 40;
  tile.groups = 3;
  tile.source = engine::WeightSource::dynamic;
  // 4 + 2 blocks x 6 passes; then T = 48: e0 = 51, d0 = 54, e1 = 99, d1 = 102; +3
  CHECK(timed(tile).cycles == 16 + 105);
  CHECK(timed(tile).fill_cycles == 16 + 9);
  tile.source = engine::WeightSource::dynamic_transposed;
  CHECK(timed(tile).cycles == 28 + 105);
  tile.load_weights = false;
  CHECK(timed(tile).cycles == 105);
  tile.load_weights = true;
  tile.overheads = false;
  CHECK(timed(tile).cycles == 96);
}
