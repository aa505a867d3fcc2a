// SPDX-License-Identifier: Apache-2.0
//
// Cycles of small tiles, worked out by hand: 3 clocks until the first bits are accumulated, T = bits x ceil(elements / 16), one
// position leaves a clock, then 3 clocks of output stage or 1 of a partial sum.
#include <catch2/catch.hpp>

#include "baselines/ant/array_detailed.h"
#include "baselines/ant/array_fast.h"
#include "sparse/adaptive_type.h"
#include "sparse/bit_string.h"
#include "support/array/matrix_product.h"

using namespace lacuna;
using namespace lacuna::baselines;

namespace {

struct SmallTile {
  unsigned positions = 1;
  unsigned channels = 16;
  unsigned elements = 16;
  unsigned bits = 6;
  unsigned last_bits = 6;  ///< of the last channel
  bool last_chunk = true;
  bool overheads = true;
};

/// A matrix product of integers 3 (two ones) and activations 5, on 16 x 20 PEs.
template <class Array>
engine::ArrayResult run(const SmallTile& tile) {
  const lacuna::test::MatrixProduct product{tile.positions, tile.channels, tile.elements, 16, 20,
                                            tile.last_chunk};
  const engine::TileGeometry geometry = product.geometry();
  std::vector<std::uint8_t> weights;
  std::vector<std::uint8_t> formats;
  for (unsigned channel = 0; channel < tile.channels; ++channel) {
    const unsigned bits = channel + 1 == tile.channels ? tile.last_bits : tile.bits;
    sparse::BitWriter writer(weights);
    for (unsigned e = 0; e < tile.elements; ++e) {
      writer.append(3, bits);
    }
    writer.finish();
    weights.resize((weights.size() + 15) / 16 * 16, 0);
    formats.push_back(sparse::format_byte({sparse::NumericType::integer, bits, 0}));
  }
  const std::vector<std::uint8_t> activations(std::size_t{tile.positions} * tile.elements, 5);
  std::vector<std::int32_t> accumulators(std::size_t{tile.positions} * tile.channels);
  engine::ArrayOptions options;
  options.overheads = tile.overheads;
  Array array(options);
  const engine::ArrayResult result = array.compute(
      {geometry, weights, formats, activations, engine::WeightSource::stream, 1}, accumulators);
  CHECK(accumulators == std::vector<std::int32_t>(accumulators.size(),
                                                  15 * static_cast<std::int32_t>(tile.elements)));
  return result;
}

engine::ArrayResult timed(const SmallTile& tile) {
  const engine::ArrayResult detailed = run<DetailedAntArray>(tile);
  CHECK(run<FastAntArray>(tile) == detailed);
  return detailed;
}

}  // namespace

TEST_CASE("ANT: sixteen codes of six bits take six cycles, seventeen twelve") {
  SmallTile tile;
  tile.positions = 2;
  CHECK(timed(tile).cycles == 3 + 6 + 2 + 3);
  CHECK(timed(tile).passes == 1);
  tile.elements = 17;
  CHECK(timed(tile).cycles == 3 + 12 + 2 + 3);
  tile.last_chunk = false;
  CHECK(timed(tile).cycles == 3 + 12 + 2 + 1);
}

TEST_CASE("ANT: the longest code of a block's rows decides, block by block") {
  SmallTile tile;
  tile.overheads = false;
  tile.bits = tile.last_bits = 4;
  CHECK(timed(tile).cycles == 4);
  tile.last_bits = 8;
  CHECK(timed(tile).cycles == 8);
  tile.channels = 33;  // two blocks of fours, one row of eights
  CHECK(timed(tile).cycles == 4 + 4 + 8);
  tile.positions = 21;  // two batches of each
  CHECK(timed(tile).cycles == 2 * (4 + 4 + 8));
}

TEST_CASE("ANT: lanes are effectual, idle within a PE, or in a PE without work") {
  SmallTile tile;
  tile.positions = 2;
  tile.channels = 5;
  const engine::ArrayResult result = timed(tile);
  CHECK(result.pe_cycles == 6 * 320);
  CHECK(result.lane_cycles == 6 * 320 * 16);
  CHECK(result.effectual_lane_cycles == 2 * 5 * 16 * 2);
  CHECK(result.inter_pe_idle == (320 - 10) * 6 * 16);
  CHECK(result.intra_pe_idle == 10 * 6 * 16 - 320);
  CHECK(result.effective_macs == 10 * 16);
}
