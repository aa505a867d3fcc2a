// SPDX-License-Identifier: Apache-2.0
//
// Cycles of small tiles, worked out by hand and found in the signals of the detailed body: 3 clocks until the first bits are
// accumulated, T = 8 ceil(elements / 8), one position leaves a clock, then 3 clocks of output stage or 1 of a partial sum.
#include <catch2/catch.hpp>

#include "baselines/stripes/array_detailed.h"
#include "baselines/stripes/array_fast.h"
#include "support/array/matrix_product.h"

using namespace lacuna;
using namespace lacuna::baselines;

namespace {

struct SmallTile {
  unsigned positions = 1;
  unsigned channels = 32;
  unsigned elements = 8;
  bool last_chunk = true;
  bool overheads = true;
  engine::WeightSource source = engine::WeightSource::stream;
};

/// A matrix product of weights 3 (two ones) and activations 5.
template <class Array>
engine::ArrayResult run(const SmallTile& tile) {
  const lacuna::test::MatrixProduct product{tile.positions, tile.channels, tile.elements, 32, 16,
                                            tile.last_chunk};
  const engine::TileGeometry geometry = product.geometry();
  const std::vector<std::uint8_t> weights(
      std::size_t{product.blocks()} * 32 * ((tile.elements + 15) / 16 * 16), 3);
  const std::vector<std::uint8_t> activations(std::size_t{tile.positions} * tile.elements, 5);
  std::vector<std::int32_t> accumulators(std::size_t{tile.positions} * tile.channels);
  engine::ArrayOptions options;
  options.overheads = tile.overheads;
  options.turner_latency = 4;
  Array array(options);
  const engine::ArrayResult result =
      array.compute({geometry, weights, {}, activations, tile.source, 1}, accumulators);
  CHECK(accumulators == std::vector<std::int32_t>(accumulators.size(),
                                                  15 * static_cast<std::int32_t>(tile.elements)));
  return result;
}

engine::ArrayResult timed(const SmallTile& tile) {
  const engine::ArrayResult detailed = run<DetailedStripesArray>(tile);
  CHECK(run<FastStripesArray>(tile) == detailed);
  return detailed;
}

}  // namespace

TEST_CASE("eight weights take eight cycles, nine take sixteen") {
  SmallTile tile;
  tile.positions = 2;
  CHECK(timed(tile).cycles == 3 + 8 + 2 + 3);
  CHECK(timed(tile).passes == 1);
  tile.elements = 9;
  CHECK(timed(tile).cycles == 3 + 16 + 2 + 3);
  CHECK(timed(tile).passes == 2);
}

TEST_CASE("results of short dot products wait for the columns before them to leave") {
  SmallTile tile;
  tile.positions = 32;  // e0 = 11, d0 = 27; e1 = max(19, 27), d1 = 43; +3
  const engine::ArrayResult result = timed(tile);
  CHECK(result.cycles == 46);
  CHECK(result.drain_stall_cycles == 8);
  CHECK(result.fill_cycles == 22);
  CHECK(result.busy_cycles == 16);
}

TEST_CASE("partial sums leave through one register") {
  SmallTile tile;
  tile.last_chunk = false;
  CHECK(timed(tile).cycles == 3 + 8 + 1 + 1);
}

TEST_CASE("without overheads a tile takes its bits") {
  SmallTile tile;
  tile.positions = 17;
  tile.channels = 33;
  tile.elements = 20;
  tile.overheads = false;
  CHECK(timed(tile).cycles == 4 * 24);
}

TEST_CASE("lanes are effectual, idle within a PE, or in a PE without work") {
  SmallTile tile;
  tile.positions = 2;
  tile.channels = 5;
  const engine::ArrayResult result = timed(tile);
  CHECK(result.pe_cycles == 8 * 512);
  CHECK(result.lane_cycles == 8 * 512 * 8);
  CHECK(result.effectual_lane_cycles ==
        2 * 5 * 8 * 2);  // two ones in each of eight weights, for ten PEs
  CHECK(result.inter_pe_idle == (512 - 10) * 8 * 8);
  CHECK(result.intra_pe_idle == 10 * 8 * 8 - 160);
  CHECK(result.effective_macs == 10 * 8);
  CHECK(result.constant_multiplications == 0);
}

TEST_CASE("transposed dynamic weights are turned first, the others are rows already") {
  SmallTile tile;
  tile.channels = 33;
  tile.elements = 17;  // T = 24; e0 = 27, d0 = 28, e1 = 51, d1 = 52; +3
  tile.source = engine::WeightSource::dynamic;
  CHECK(timed(tile).cycles == 55);
  tile.source = engine::WeightSource::dynamic_transposed;
  CHECK(timed(tile).cycles == 55 + 4 + 2 * 2);  // latency, two blocks of two words
}
