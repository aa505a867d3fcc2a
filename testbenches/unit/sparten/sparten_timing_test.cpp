// SPDX-License-Identifier: Apache-2.0
//
// Cycles of small tiles, worked out by hand and found in the signals of the detailed body: 3 clocks until the first pair is
// accumulated, max(16, most pairs) for every chunk of 128, one position leaves a clock, then 3 clocks of output stage.
#include <catch2/catch.hpp>

#include "baselines/sparten/array_detailed.h"
#include "baselines/sparten/array_fast.h"
#include "baselines/sparten/mask_kernels.h"
#include "support/array/matrix_product.h"
#include "support/array/random_bits.h"

using namespace lacuna;
using namespace lacuna::baselines;

namespace {

/// A matrix product; zeros are where the rules say.
struct SmallTile {
  unsigned positions = 1;
  unsigned channels = 1;
  unsigned elements = 128;
  unsigned nonzero_weights = 128;      ///< of every channel, the first ones of its row
  unsigned nonzero_activations = 128;  ///< of position 0; the others have none
  bool overheads = true;
  unsigned floor = 16;
  engine::WeightSource source = engine::WeightSource::dynamic;
};

template <class Array>
engine::ArrayResult run(const SmallTile& tile) {
  const lacuna::test::MatrixProduct product{tile.positions, tile.channels, tile.elements};
  const engine::TileGeometry geometry = product.geometry();
  std::vector<std::uint8_t> weights(std::size_t{tile.channels} * tile.elements, 0);
  for (unsigned n = 0; n < tile.channels; ++n) {
    std::fill_n(weights.begin() + n * tile.elements, tile.nonzero_weights, 3);
  }
  std::vector<std::uint8_t> activations(std::size_t{tile.positions} * tile.elements, 0);
  std::fill_n(activations.begin(), tile.nonzero_activations, 5);
  std::vector<std::int32_t> accumulators(std::size_t{tile.positions} * tile.channels);
  SpartenOptions options;
  options.array.overheads = tile.overheads;
  options.chunk_floor = tile.floor;
  Array array(options);
  const engine::ArrayResult result =
      array.compute({geometry, weights, {}, activations, tile.source, 1}, accumulators);
  CHECK(accumulators[0] ==
        15 * static_cast<std::int32_t>(std::min(tile.nonzero_weights, tile.nonzero_activations)));
  return result;
}

engine::ArrayResult timed(const SmallTile& tile) {
  const engine::ArrayResult detailed = run<DetailedSpartenArray>(tile);
  CHECK(run<FastSpartenArray>(tile) == detailed);
  return detailed;
}

}  // namespace

TEST_CASE("a chunk takes its pairs, at least sixteen cycles") {
  SmallTile tile;
  CHECK(timed(tile).cycles == 3 + 128 + 1 + 3);
  tile.nonzero_weights = 40;
  CHECK(timed(tile).cycles == 3 + 40 + 1 + 3);
  tile.nonzero_activations = 17;
  CHECK(timed(tile).cycles == 3 + 17 + 1 + 3);
  tile.nonzero_activations = 15;
  CHECK(timed(tile).cycles == 3 + 16 + 1 + 3);
  tile.nonzero_weights = 0;
  CHECK(timed(tile).cycles == 3 + 16 + 1 + 3);
  tile.floor = 1;
  CHECK(timed(tile).cycles == 3 + 1 + 1 + 3);
}

TEST_CASE("every chunk waits for the slowest PE") {
  SmallTile tile;
  tile.elements = 300;  // 128, 128 and 44 elements
  tile.nonzero_weights = 200;
  tile.nonzero_activations = 300;
  tile.channels = 5;
  tile.positions = 7;
  tile.overheads = false;
  const engine::ArrayResult result = timed(tile);
  CHECK(result.cycles == 128 + 72 + 16);
  CHECK(result.passes == 3);
  CHECK(result.effective_macs == 5 * 200);  // position 0 only
  CHECK(result.lane_cycles == 216 * 512);
  CHECK(result.inter_pe_idle == 216 * (512 - 35));
  CHECK(result.intra_pe_idle == 216 * 35 - 1000);
}

TEST_CASE("results wait for the columns before them to leave") {
  SmallTile tile;
  tile.positions = 32;
  tile.nonzero_activations = 4;
  tile.floor = 6;  // e0 = 9, d0 = 25; e1 = max(15, 25), d1 = 41; +3
  const engine::ArrayResult result = timed(tile);
  CHECK(result.cycles == 44);
  CHECK(result.drain_stall_cycles == 10);
}

TEST_CASE("transposed dynamic weights are turned first") {
  SmallTile tile;
  tile.channels = 1;
  const std::uint64_t rows = timed(tile).cycles;
  tile.source = engine::WeightSource::dynamic_transposed;  // of one channel the same bytes
  CHECK(timed(tile).cycles == rows + 4 + 8);               // latency, eight words
}

TEST_CASE("joined masks are counted as bit by bit") {
  lacuna::test::RandomBits random(6);
  for (int repetition = 0; repetition < 50; ++repetition) {
    const std::size_t rows = 1 + random.up_to(39);
    const std::size_t stride = (rows + mask_lanes - 1) / mask_lanes * mask_lanes;
    const std::size_t positions = 1 + random.up_to(20);
    const std::size_t chunks = 1 + random.up_to(3);
    const unsigned floor = 1 + random.up_to(40);
    std::vector<std::uint64_t> weights(chunks * 2 * stride, 0);
    std::vector<std::uint64_t> activations(chunks * 2 * positions);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      weights[i] = i % stride < rows ? random.next() & random.next() : 0;
    }
    for (std::uint64_t& word : activations) {
      word = random.chance(10) ? ~std::uint64_t{0} : random.next();
    }
    const std::size_t first = random.up_to(static_cast<unsigned>(positions) - 1);
    const std::size_t columns = 1 + random.up_to(static_cast<unsigned>(positions - first) - 1);
    JoinCount expected;
    for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
      std::uint64_t most = floor;
      for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t column = first; column < first + columns; ++column) {
          std::uint64_t pairs = 0;
          for (unsigned bit = 0; bit < 128; ++bit) {
            const std::size_t word = chunk * 2 + bit / 64;
            pairs += (weights[word * stride + row] & activations[word * positions + column]) >>
                         bit % 64 &
                     1u;
          }
          most = std::max(most, pairs);
          expected.pairs += pairs;
        }
      }
      expected.cycles += most;
    }
    const JoinCount actual =
        join_masks({weights.data(), stride}, rows, {activations.data(), positions}, first, columns,
                   chunks, floor);
    REQUIRE(actual.cycles == expected.cycles);
    REQUIRE(actual.pairs == expected.pairs);
  }
}
