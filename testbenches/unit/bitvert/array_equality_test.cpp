// SPDX-License-Identifier: Apache-2.0
//
// The chain detailed = fast, and both = a direct convolution, on tiles that together visit every
// corner of the machine.
#include <iostream>
#include <string>

#include <catch2/catch.hpp>

#include "bitvert/pe_array_detailed.h"
#include "bitvert/pe_array_fast.h"
#include "support/array/array_comparison.h"
#include "support/array/coverage.h"
#include "support/array/stepping.h"
#include "tile_case.h"

using namespace lacuna;
using namespace lacuna::bitvert;
using namespace lacuna::bitvert::test;

namespace {

constexpr unsigned inputs[] = {1, 3, 16, 31, 32, 33};

/// What is particular to BitVert.
void count(Coverage& coverage, const TileCase& tile) {
  const std::string precision = tile.pruning == Pruning::dense       ? "dense"
                                : tile.pruning == Pruning::averaging ? "RA"
                                                                     : "ZPS";
  const std::string columns =
      tile.pruning == Pruning::dense ? "" : " N=" + std::to_string(tile.columns);
  coverage.count("C=" + std::to_string(tile.geometry.shape.group_in_channels()) + ", " + precision +
                 columns);
  for (unsigned r = 0; r <= 3 && tile.pruning != Pruning::dense; ++r) {
    coverage.count(precision + " r=" + std::to_string(r), (tile.redundant_seen >> r & 1) != 0);
  }
  for (unsigned m = 0; m <= 6 && tile.pruning != Pruning::dense; ++m) {
    coverage.count(precision + " m=" + std::to_string(m), (tile.low_seen >> m & 1) != 0);
  }
  coverage.count("sub-groups of " + std::to_string(tile.options.sub_group));
}

std::vector<TileWish> all_wishes() {
  std::vector<TileWish> wishes;
  for (const unsigned channels : inputs) {
    wishes.push_back({Pruning::dense, 0, channels});
    for (unsigned columns = 1; columns <= 6; ++columns) {
      wishes.push_back({Pruning::averaging, columns, channels});
      wishes.push_back({Pruning::shifting, columns, channels});
    }
  }
  return wishes;
}

Outcome run_fast(const TileCase& tile) {
  FastPeArray array(tile.options);
  return run(array, tile, 1);
}

Outcome run_detailed(const TileCase& tile) {
  DetailedPeArray array(tile.options);
  return run(array, tile, 1);
}

}  // namespace

TEST_CASE("fast and detailed agree with each other and with a direct convolution on random tiles") {
  RandomBits random(2024);
  Coverage coverage;
  unsigned tiles = 0;
  for (int repetition = 0; repetition < 16; ++repetition) {
    for (const TileWish& wish : all_wishes()) {
      const TileCase tile = make_tile(wish, random);
      const Outcome detailed = run_detailed(tile);
      const Outcome fast = run_fast(tile);
      INFO("tile " << tiles);
      REQUIRE(differences(fast, detailed) == nothing);
      REQUIRE(detailed.accumulators == expected_accumulators(tile));
      REQUIRE(detailed.result.effective_macs == expected_effective_macs(tile));
      REQUIRE(broken_invariants(tile, detailed.result) == nothing);
      coverage.count(tile, detailed.result);
      count(coverage, tile);
      ++tiles;
    }
  }
  std::cout << "coverage of " << tiles << " tiles:\n";
  coverage.print();
  CHECK(tiles >= 1000);
  // C and precision, r and m of both methods, sub-groups, and what is not particular to BitVert.
  CHECK(coverage.size() == 6 * 13 + 2 * (4 + 7) + 3 + 35);
  CHECK(coverage.missing() == nothing);
}

TEST_CASE("one cycle more in either body is a difference") {
  RandomBits random(5);
  for (const TileWish& wish : all_wishes()) {
    const TileCase tile = make_tile(wish, random);
    FastPeArray fast(tile.options);
    DetailedPeArray detailed(tile.options);
    SlowerByOne slow_fast(fast);
    SlowerByOne slow_detailed(detailed);
    CHECK(differences(run(slow_fast, tile, 1), run_detailed(tile)) != nothing);
    CHECK(differences(run_fast(tile), run(slow_detailed, tile, 1)) != nothing);
  }
}

TEST_CASE("fast and detailed agree on tiles with flipped and missing bytes") {
  RandomBits random(77);
  for (const TileWish& wish : all_wishes()) {
    TileCase tile = make_tile(wish, random);
    for (std::vector<std::uint8_t>* bytes : {&tile.weights, &tile.metadata}) {
      for (int flips = 0; !bytes->empty() && flips < 3; ++flips) {
        (*bytes)[random.up_to(static_cast<unsigned>(bytes->size()) - 1)] ^=
            static_cast<std::uint8_t>(1u << random.up_to(7));
      }
      bytes->resize(bytes->size() - (random.chance(30) ? bytes->size() / 3 : 0));
    }
    REQUIRE(differences(run_fast(tile), run_detailed(tile)) == nothing);
  }
}

TEST_CASE("fast decodes weights again when the buffer was loaded anew, and only then") {
  RandomBits random(9);
  TileCase tile = make_tile({Pruning::shifting, 4, 32}, random);
  while (tile.initial.size() < 100) {  // so many results that other weights must change some
    tile = make_tile({Pruning::shifting, 4, 32}, random);
  }
  FastPeArray array(tile.options);
  const Outcome first = run(array, tile, 1);
  std::vector<std::uint8_t> original = tile.weights;
  for (std::uint8_t& byte : tile.weights) {
    byte = static_cast<std::uint8_t>(~byte);
  }
  CHECK(run(array, tile, 1).accumulators == first.accumulators);
  CHECK(run(array, tile, 2).accumulators != first.accumulators);
  tile.weights = original;
  CHECK(run(array, tile, 3).accumulators == first.accumulators);
}

TEST_CASE("a body stepped clock by clock takes as many steps as it counts cycles") {
  RandomBits random(31);
  for (const Pruning pruning : {Pruning::dense, Pruning::averaging, Pruning::shifting}) {
    const TileCase tile = make_tile({pruning, pruning == Pruning::dense ? 0u : 3u, 33}, random);
    FastPeArray fast(tile.options);
    DetailedPeArray detailed(tile.options);
    check_steps(fast, tile, expected_accumulators(tile));
    check_steps(detailed, tile, expected_accumulators(tile));
  }
}
