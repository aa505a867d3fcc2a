// SPDX-License-Identifier: Apache-2.0
//
// Cycles of small tiles, worked out by hand and found in the signals of the detailed body.
#include <catch2/catch.hpp>

#include "sparsynergy/array_detailed.h"
#include "sparsynergy/array_fast.h"
#include "sparsynergy/tile_layout.h"
#include "support/array/matrix_product.h"

using namespace lacuna;
using namespace lacuna::sparsynergy;

namespace {

struct SmallTile {
  unsigned positions = 1;
  unsigned channels = 64;
  unsigned elements = 8;
  unsigned columns = 4;
  bool last_chunk = true;
  sparse::UnifiedFormat format{8, 2, 4};
  ArrayOptions options;
  engine::WeightSource source = engine::WeightSource::stream;
};

struct Timing {
  engine::ArrayResult result;
  LoadCounts loads;
};

/// Weights that are all zero, of which the first vectors of each group stay.
template <class Array>
Timing run(const SmallTile& tile) {
  const lacuna::test::MatrixProduct product{tile.positions, tile.channels, tile.elements,
                                            octet_channels, tile.columns,  tile.last_chunk};
  const engine::TileGeometry geometry = product.geometry();
  const TileLayout layout(tile.format, tile.channels, tile.elements);
  std::vector<std::uint8_t> metadata(layout.metadata_bytes());
  metadata[0] = static_cast<std::uint8_t>(tile.format.vectors);
  metadata[1] = static_cast<std::uint8_t>(tile.format.window);
  metadata[2] = static_cast<std::uint8_t>(tile.format.columns);
  const bool stream = tile.source == engine::WeightSource::stream;
  const std::vector<std::uint8_t> weights(
      stream ? layout.weights_bytes() : std::size_t{tile.channels} * tile.elements, stream ? 0 : 3);
  const std::vector<std::uint8_t> activations(std::size_t{tile.positions} * tile.elements, 5);
  std::vector<std::int32_t> accumulators(std::size_t{tile.positions} * tile.channels);
  Array array(tile.options);
  Timing timing;
  timing.result =
      array.compute({geometry, weights, metadata, activations, tile.source, 1}, accumulators);
  timing.loads = array.loads();
  const int each = stream ? 0 : 15 * static_cast<int>(tile.elements);
  CHECK(accumulators == std::vector<std::int32_t>(accumulators.size(), each));
  return timing;
}

Timing timed(const SmallTile& tile) {
  const Timing detailed = run<DetailedArray>(tile);
  const Timing fast = run<FastArray>(tile);
  CHECK(fast.result == detailed.result);
  CHECK(fast.loads == detailed.loads);
  return detailed;
}

}  // namespace

TEST_CASE("eight vectors of a group are eight loads, and seven columns take two loads each") {
  SmallTile tile;
  tile.positions = 2;
  CHECK(timed(tile).result.cycles == 3 + 8 + 2 + 3);
  tile.format.columns = 8;
  CHECK(timed(tile).result.cycles == 3 + 16 + 2 + 3);
  CHECK(timed(tile).loads.second_loads == 8);
}

TEST_CASE("skipped vectors are not issued, and longer windows cover more elements") {
  SmallTile tile;
  tile.elements = 48;
  CHECK(timed(tile).result.busy_cycles == 6 * 8);
  tile.format = {3, 2, 4};
  CHECK(timed(tile).result.busy_cycles == 6 * 3);
  tile.format = {3, 3, 4};
  CHECK(timed(tile).result.busy_cycles == 4 * 3);
  tile.format = {3, 4, 4};
  CHECK(timed(tile).result.busy_cycles == 3 * 3);
}

TEST_CASE("partial sums of a chunk leave through one register") {
  SmallTile tile;
  tile.last_chunk = false;
  CHECK(timed(tile).result.cycles == 3 + 8 + 1 + 1);
}

TEST_CASE("with one of four cores fed a clock every load takes four") {
  SmallTile tile;
  tile.options.feed_interval = 4;
  const Timing timing = timed(tile);
  CHECK(timing.result.cycles == 3 + 32 + 1 + 3);
  CHECK(timing.result.busy_cycles == 8);
  CHECK(timing.loads.feed_stall_cycles == 24);
}

TEST_CASE("a load waits for the one before it into the same partial sum") {
  SmallTile tile;
  tile.options.sum_interval = 5;
  tile.elements = 24;                                 // three segments
  CHECK(timed(tile).loads.hazard_stall_cycles == 0);  // a row returns after eight loads
  tile.format = {2, 2, 4};  // both vectors of a segment belong to row 0 here: t = 0, 5, 10, ... 25
  CHECK(timed(tile).result.busy_cycles == 6);
  CHECK(timed(tile).loads.hazard_stall_cycles == 20);
  tile.options.feed_interval =
      2;  // t = 1, 6, ...: one of the four idle clocks between is the feed's
  CHECK(timed(tile).loads.feed_stall_cycles == 6);
  CHECK(timed(tile).loads.hazard_stall_cycles == 15);
  CHECK(timed(tile).result.cycles == 3 + 27 + 1 + 3);
}

TEST_CASE("another dot product does not wait for sums of the one before") {
  SmallTile tile;
  tile.options.sum_interval = 9;
  tile.positions = 5;  // two batches of one segment
  CHECK(timed(tile).loads.hazard_stall_cycles == 0);
}

TEST_CASE("lanes are effectual, idle within an FEDP, or in an FEDP without work") {
  SmallTile tile;
  tile.positions = 3;
  tile.channels = 12;  // groups of eight and four
  tile.source = engine::WeightSource::dynamic;
  const Timing timing =
      timed(tile);  // eight vectors in two loads: 16; the second group works in 8 of them
  CHECK(timing.result.busy_cycles == 16);
  CHECK(timing.result.pe_cycles == 16 * 32);
  CHECK(timing.loads.fedp_loads == (16 + 8) * 3);
  CHECK(timing.result.effectual_lane_cycles == 12 * 8 * 2 * 3);
  CHECK(timing.result.inter_pe_idle == (16 * 32 - 72) * 32);
  CHECK(timing.result.intra_pe_idle == 72 * 32 - 576);
  CHECK(timing.result.effective_macs == 12 * 8 * 3);
  CHECK(timing.result.passes == 1);
}

TEST_CASE("transposed dynamic weights are turned first, 32 channels at once") {
  SmallTile tile;
  tile.elements = 17;  // T = 3 segments x 8 vectors x 2 loads
  tile.source = engine::WeightSource::dynamic;
  CHECK(timed(tile).result.cycles == 3 + 48 + 1 + 3);
  tile.source = engine::WeightSource::dynamic_transposed;
  CHECK(timed(tile).result.cycles == 3 + 48 + 1 + 3 + 4 + 2 * 2);
}
