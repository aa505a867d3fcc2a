// SPDX-License-Identifier: Apache-2.0
//
// The dense array with stationary weights or activations: detailed = fast, both = a direct convolution, and their cycles and counts.
#include <iostream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "sparq/systolic/dataflow_timing.h"
#include "sparq/systolic/stationary_detailed.h"
#include "sparq/systolic/stationary_fast.h"
#include "support/array/array_comparison.h"
#include "support/array/coverage.h"
#include "support/array/matrix_product.h"
#include "support/array/stepping.h"
#include "systolic_tile.h"

using namespace lacuna;
using namespace lacuna::sparq;
using namespace lacuna::sparq::test;

namespace {

constexpr Dataflow stationary[] = {Dataflow::weight_stationary, Dataflow::input_stationary};

/// A tile, and a grid whose size has nothing to do with how the tile was cut.
struct GridTile : SystolicTile {
  unsigned rows = 1;
  unsigned columns = 1;
};

GridTile make_grid_tile(unsigned inputs, Dataflow dataflow, RandomBits& random) {
  GridTile tile;
  static_cast<SystolicTile&>(tile) = make_tile(inputs, PeKind::dense, random);
  tile.accumulator_bits = tile.systolic.array.accumulator_bits = 32;
  tile.systolic.dataflow = dataflow;
  tile.systolic.clocks = static_cast<CountedClocks>(random.up_to(2));
  tile.rows = 1 + random.up_to(39);
  tile.columns = random.chance(30) ? 16 : 1 + random.up_to(20);
  return tile;
}

template <class Body>
Outcome run_grid(const GridTile& tile) {
  Body body(tile.systolic, tile.rows, tile.columns);
  Outcome outcome;
  outcome.accumulators = tile.initial;
  outcome.result = body.compute(tile.operands_at(1), outcome.accumulators);
  return outcome;
}

/// What must hold of every result, counted here anew, stripe by stripe.
std::string broken_of_grid(const GridTile& tile, const engine::ArrayResult& result) {
  std::string names;
  const auto require = [&names](const char* name, bool holds) {
    names += holds ? "" : std::string(name) + "; ";
  };
  const engine::TileStep& step = tile.geometry.step;
  const std::uint64_t positions = tile.geometry.positions();
  const bool weights_stay = tile.systolic.dataflow == Dataflow::weight_stationary;
  std::uint64_t stripes = 0;
  if (weights_stay) {
    for (unsigned first = 0; first < step.channels; first += tile.columns) {
      ++stripes;
    }
  } else if (tile.geometry.spread == engine::PositionSpread::width) {
    stripes = std::uint64_t{step.height} * ((step.width + tile.columns - 1) / tile.columns);
  } else {
    stripes = (positions + tile.columns - 1) / tile.columns;
  }
  const std::uint64_t parts = (step.elements + tile.rows - 1) / tile.rows;
  const std::uint64_t stream = weights_stay ? positions : step.channels;
  const std::uint64_t weights = std::uint64_t{step.channels} * step.elements;
  const std::uint64_t activations = positions * step.elements;
  const std::uint64_t sums = positions * step.channels;
  require("busy", result.busy_cycles == stripes * parts * stream);
  require("passes", result.passes == result.busy_cycles);
  require("cycles", result.cycles == result.busy_cycles + result.fill_cycles);
  require("weights read", result.weight_reads == weights * (weights_stay ? 1 : stripes));
  require("activations read",
          result.activation_reads == activations * (weights_stay ? stripes : 1));
  require("sums written", result.sum_writes == sums * parts);
  require("sums read", result.sum_reads == sums * (parts - (step.first_chunk ? 1 : 0)));
  require("lanes", result.lane_cycles == result.busy_cycles * tile.rows * tile.columns);
  require("all lanes", result.effectual_lane_cycles + result.intra_pe_idle + result.inter_pe_idle ==
                           result.lane_cycles);
  require("working lanes",
          result.effectual_lane_cycles + result.intra_pe_idle == sums * step.elements);
  require("effectual", result.effectual_lane_cycles == expected_effective_macs(tile));
  require("without overheads only busy", tile.overheads || result.cycles == result.busy_cycles);
  return names;
}

/// One step that is the whole layer, of ones.
engine::ArrayResult run_product(const lacuna::test::MatrixProduct& product,
                                const SystolicOptions& options) {
  const engine::TileGeometry geometry = product.geometry();
  const std::vector<std::uint8_t> weights(
      std::size_t{product.blocks()} * product.rows * ((product.elements + 15) / 16 * 16), 1);
  const std::vector<std::uint8_t> activations(std::size_t{product.positions} * product.elements, 1);
  std::vector<std::int32_t> sums(std::size_t{product.positions} * product.channels);
  DetailedStationaryArray detailed(options, product.rows, product.columns);
  const engine::TileOperands operands{geometry, weights, {}, activations};
  const engine::ArrayResult result = detailed.compute(operands, sums);
  CHECK(sums.front() == static_cast<std::int32_t>(product.elements));
  CHECK(sums.back() == sums.front());
  FastStationaryArray fast(options, product.rows, product.columns);
  CHECK(fast.compute(operands, sums) == result);
  return result;
}

}  // namespace

TEST_CASE("stationary bodies agree with each other and with a direct convolution on random tiles") {
  RandomBits random(2027);
  Coverage coverage;
  unsigned tiles = 0;
  for (int repetition = 0; repetition < 40; ++repetition) {
    for (const unsigned channels : {1U, 3U, 16U, 31U, 32U, 35U}) {
      for (const Dataflow dataflow : stationary) {
        const GridTile tile = make_grid_tile(channels, dataflow, random);
        const Outcome detailed = run_grid<DetailedStationaryArray>(tile);
        INFO("tile " << tiles);
        REQUIRE(differences(run_grid<FastStationaryArray>(tile), detailed) == nothing);
        REQUIRE(detailed.accumulators == expected_sums(tile));
        REQUIRE(broken_of_grid(tile, detailed.result) == nothing);
        coverage.count("dataflow " + std::to_string(static_cast<int>(dataflow)));
        coverage.count("skew " + std::to_string(static_cast<int>(tile.systolic.skew)));
        coverage.count("clocks " + std::to_string(static_cast<int>(tile.systolic.clocks)));
        coverage.count(
            "more folds than one",
            detailed.result.busy_cycles >
                std::max<std::uint64_t>(tile.geometry.positions(), tile.geometry.step.channels));
        coverage.count("sums are taken up again", detailed.result.sum_reads != 0);
        coverage.count("fewer vectors than rows", tile.geometry.positions() < tile.rows);
        coverage.count("ends the layer", last_of_layer(tile.geometry));
        coverage.count("does not end the layer", !last_of_layer(tile.geometry));
        coverage.count("dynamic weights", tile.source != engine::WeightSource::stream);
        coverage.count("without overheads", !tile.overheads);
        ++tiles;
      }
    }
  }
  std::cout << "coverage of " << tiles << " tiles:\n";
  coverage.print();
  CHECK(coverage.missing() == nothing);
}

TEST_CASE("stationary folds of a product of 64 x 64 x 64 on 16 x 16 by hand") {
  const lacuna::test::MatrixProduct product{64, 64, 64, 16, 16};
  SystolicOptions options;
  options.pe = PeKind::dense;
  options.skew = Skew::array_tile;
  options.clocks = CountedClocks::folds;
  for (const Dataflow dataflow : stationary) {
    options.dataflow = dataflow;
    const engine::ArrayResult result = run_product(product, options);
    // 4 x 4 folds; 16 clocks of loading, 64 vectors, and 30 clocks of way.
    CHECK(result.cycles == 16 * (16 + 64 + 30));
    const bool weights_stay = dataflow == Dataflow::weight_stationary;
    CHECK(result.weight_reads == (weights_stay ? 4096 : 4 * 4096));
    CHECK(result.activation_reads == (weights_stay ? 4 * 4096 : 4096));
    // Four parts of the reduction: three times sums are taken up again.
    CHECK(result.sum_reads == 3 * 4096);
    CHECK(result.sum_writes == 4 * 4096);
  }
}

TEST_CASE("what counts as a clock of a stationary array") {
  const lacuna::test::MatrixProduct product{20, 40, 48, 16, 16};
  SystolicOptions options;
  options.pe = PeKind::dense;
  options.dataflow = Dataflow::weight_stationary;
  options.skew = Skew::array_tile;
  options.array.output_latency = 3;
  const std::uint64_t folds = 3 * 3 * (16 + 20 + 30);
  CHECK(run_product(product, options).cycles == folds + 3);
  options.clocks = CountedClocks::folds;
  CHECK(run_product(product, options).cycles == folds);
  options.clocks = CountedClocks::last_index;
  CHECK(run_product(product, options).cycles == folds - 1);
  // With overlap the next fold is loaded while the one before it is in use.
  options.clocks = CountedClocks::all;
  options.skew = Skew::layer;
  CHECK(run_product(product, options).cycles == 16 + 9 * 20 + 30 + 3);
  // Where fewer vectors than rows move through a fold, loading takes longer than they do.
  const lacuna::test::MatrixProduct narrow{5, 40, 48, 16, 16};
  CHECK(run_product(narrow, options).cycles == 16 + 8 * 16 + 5 + 30 + 3);
  options.array.overheads = false;
  CHECK(run_product(narrow, options).cycles == 9 * 5);
}

TEST_CASE("a stationary body takes as many steps as it counts cycles") {
  RandomBits random(32);
  for (const unsigned channels : {1U, 16U, 35U}) {
    for (const Dataflow dataflow : stationary) {
      const GridTile tile = make_grid_tile(channels, dataflow, random);
      FastStationaryArray fast(tile.systolic, tile.rows, tile.columns);
      DetailedStationaryArray detailed(tile.systolic, tile.rows, tile.columns);
      check_steps(fast, tile, expected_sums(tile));
      check_steps(detailed, tile, expected_sums(tile));
    }
  }
}

TEST_CASE("a stationary body takes weights anew when they were loaded anew") {
  RandomBits random(33);
  GridTile tile = make_grid_tile(16, Dataflow::weight_stationary, random);
  while (expected_effective_macs(tile) < 10000) {
    tile = make_grid_tile(16, Dataflow::weight_stationary, random);
  }
  FastStationaryArray fast(tile.systolic, tile.rows, tile.columns);
  check_weights_taken_anew(fast, tile);
}
