// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "baselines/ant/array_detailed.h"
#include "baselines/ant/array_fast.h"
#include "baselines/ant/params.h"
#include "baselines/ant/weight_packer.h"
#include "core/error.h"
#include "golden_layer.h"

using namespace lacuna;
using namespace lacuna::baselines;
using namespace lacuna::baselines::test;

namespace {

constexpr unsigned rows = 16;
constexpr unsigned columns = 20;

sparse::AdaptiveOptions codes_of(unsigned bits) {
  return {bits, sparse::TypeChoice::automatic, sparse::TypeScope::channel};
}

/// A golden layer, encoded and packed; both bodies, overheads off.
engine::ArrayResult packed_result(const std::string& layer, unsigned bits) {
  GoldenTile tile = golden_tile(layer, layer + ".w.npy", rows, columns);
  const Tensor original = load_npy(std::string(LACUNA_TEST_DATA) + "/bbs/" + layer + ".w.npy");
  const AntPacker packer(rows, tile.geometry.shape, original, codes_of(bits));
  engine::Mapping mapping;
  mapping.array_rows = rows;
  mapping.array_columns = columns;
  mapping.blocks_per_tile = tile.geometry.step.blocks;
  mapping.groups_per_chunk = tile.geometry.step.groups;
  const engine::PackedTiles tiles = packer.pack(mapping);
  REQUIRE(tiles.entries.size() == 1);
  const engine::WeightTileEntry& entry = tiles.entries[0];
  const engine::TileStep& step = tile.geometry.step;
  CHECK(entry.weights_bytes == packer.weights_bytes(0, 0, step.blocks, 0, step.groups));
  CHECK(entry.metadata_bytes == packer.metadata_bytes(0, 0, step.blocks, 0, step.groups));
  const auto at = [&tiles](std::uint64_t offset) {
    return tiles.bytes.begin() + static_cast<std::ptrdiff_t>(offset);
  };
  tile.weights.assign(at(entry.weights_address), at(entry.weights_address + entry.weights_bytes));
  tile.metadata.assign(at(entry.metadata_address),
                       at(entry.metadata_address + entry.metadata_bytes));
  const Tensor decoded = packer.decoded_weights();
  Tensor narrow(DataType::int8, decoded.shape());
  for (std::size_t i = 0; i < decoded.size(); ++i) {
    narrow.elements<std::int8_t>()[i] =
        static_cast<std::int8_t>(decoded.elements<std::int16_t>()[i]);
  }
  const std::vector<std::int8_t> ordered = sparse::channels_last(narrow);
  tile.decoded.assign(ordered.begin(), ordered.end());
  std::uint64_t squared_error = 0;
  for (std::size_t i = 0; i < decoded.size(); ++i) {
    const int error = original.elements<std::int8_t>()[i] - narrow.elements<std::int8_t>()[i];
    squared_error += static_cast<std::uint64_t>(error * error);
  }
  CHECK(packer.squared_error() == squared_error);
  CHECK((squared_error == 0) == (bits == 8));
  engine::ArrayOptions options;
  options.overheads = false;
  FastAntArray fast(options);
  DetailedAntArray detailed(options);
  const Outcome outcome = run(fast, tile, 1);
  CHECK(outcome.accumulators == expected_accumulators(tile));
  CHECK(differences(outcome, run(detailed, tile, 1)) == nothing);
  return outcome.result;
}

}  // namespace

TEST_CASE("ANT takes the cycles of the authors' simulator: 6.1 bits are six, and eight in 5 %") {
  for (const std::string layer : golden_layers) {
    INFO(layer);
    const double expected =
        golden_file().at(layer).at("ant_16x20_dp16_6.1").at("cycles_compute").get<double>();
    const double six = static_cast<double>(packed_result(layer, 6).cycles);
    const double eight = static_cast<double>(packed_result(layer, 8).cycles);
    CHECK(0.95 * six + 0.05 * eight == Approx(expected).epsilon(1e-12));
  }
}

TEST_CASE("a row is its codes from bit 0 up, filled up to whole words, with a byte of format") {
  workload::LayerShape shape;
  shape.in_channels = 3;
  shape.out_channels = 2;
  Tensor weights(DataType::int8, {2, 3});
  const std::vector<int> values = {4, -8, 127, 0, 1, 2};  // units 4 and 1
  for (std::size_t i = 0; i < values.size(); ++i) {
    weights.elements<std::int8_t>()[i] = static_cast<std::int8_t>(values[i]);
  }
  const AntPacker packer(16, shape, weights, codes_of(6));
  engine::Mapping mapping;
  mapping.array_rows = 16;
  const engine::PackedTiles tiles = packer.pack(mapping);
  REQUIRE(tiles.entries.size() == 1);
  CHECK(tiles.entries[0].weights_bytes == 16 * 16);
  CHECK(tiles.entries[0].metadata_bytes == 16);
  const std::uint8_t* row = tiles.bytes.data() + tiles.entries[0].weights_address;
  // 000001, 111110, 011111 from bit 0 up
  CHECK((row[0] == 0x81 && row[1] == 0xFF && row[2] == 0x01 && row[3] == 0));
  // 000000, 000001, 000010
  CHECK((row[16] == 0x40 && row[17] == 0x20 && row[18] == 0));
  const std::uint8_t* formats = tiles.bytes.data() + tiles.entries[0].metadata_address;
  CHECK((formats[0] == (5 | 2 << 5) && formats[1] == 5));
  CHECK(packer.decoded_weights().elements<std::int16_t>()[2] == 124);
  CHECK(packer.squared_error() == 9);
  CHECK(packer.compute_cycles(0, 0, 0, 1) == 6);
}

TEST_CASE("ANT refuses weights of another layer") {
  workload::LayerShape shape;
  shape.in_channels = 8;
  shape.out_channels = 4;
  CHECK_THROWS_AS(AntPacker(16, shape, Tensor(DataType::int8, {4, 9}), codes_of(6)), Error);
  CHECK_THROWS_AS(AntPacker(16, shape, Tensor(DataType::int8, {5, 8}), codes_of(6)), Error);
}

TEST_CASE("by default ANT has Stripes' area, BitVert's memory, and 5,120 lanes") {
  const AntParams params;
  CHECK(params.lanes() == 5120);
  CHECK(params.sram_bits() == 4456448);
}

TEST_CASE("layers that stay int8 lose nothing") {
  AntParams params;
  params.compression.int8_layers = {"conv1", "fc*"};
  CHECK(params.options_of("conv1", true).bits == 8);
  CHECK(params.options_of("fc_out", true).bits == 8);
  CHECK(params.options_of("layer1.0.conv1", true).bits == 6);
  CHECK(params.options_of("layer1.0.conv1", false).bits == 8);
  CHECK(params.options_of("layer1.0.conv1", false).type == sparse::TypeChoice::integer);
}
