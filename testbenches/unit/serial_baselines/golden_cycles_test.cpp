// SPDX-License-Identifier: Apache-2.0
//
// Compute cycles and stalls of the BBS authors' simulator.
#include <catch2/catch.hpp>

#include "baselines/bitlet/array_detailed.h"
#include "baselines/bitlet/array_fast.h"
#include "baselines/pragmatic/array_detailed.h"
#include "baselines/pragmatic/array_fast.h"
#include "baselines/stripes/array_detailed.h"
#include "baselines/stripes/array_fast.h"
#include "golden_layer.h"

using namespace lacuna;
using namespace lacuna::baselines;
using namespace lacuna::baselines::test;

namespace {

engine::ArrayOptions without_overheads() {
  engine::ArrayOptions options;
  options.overheads = false;
  return options;
}

template <class Fast, class Detailed, class... Arguments>
engine::ArrayResult both(const GoldenTile& tile, const Arguments&... arguments) {
  Fast fast(without_overheads(), arguments...);
  Detailed detailed(without_overheads(), arguments...);
  const Outcome outcome = run(fast, tile, 1);
  CHECK(outcome.accumulators == expected_accumulators(tile));
  CHECK(differences(outcome, run(detailed, tile, 1)) == nothing);
  return outcome.result;
}

}  // namespace

TEST_CASE("Stripes takes the cycles of the authors' simulator") {
  for (const std::string layer : golden_layers) {
    INFO(layer);
    const GoldenTile tile = golden_dense_tile(layer);
    const engine::ArrayResult result = both<FastStripesArray, DetailedStripesArray>(tile);
    CHECK(result.cycles == golden_cycles(layer, "stripes_32x16_dp8"));
    CHECK(result.cycles == golden_cycles(layer, "stripes_16x16_dp16"));
  }
}

TEST_CASE("Pragmatic takes the cycles of the authors' simulator, and stalls as often") {
  for (const std::string layer : golden_layers) {
    INFO(layer);
    const GoldenTile tile = golden_dense_tile(layer);
    const engine::ArrayResult result =
        both<FastPragmaticArray, DetailedPragmaticArray>(tile, PragmaticRule{});
    check_golden_counters(tile, result, layer, "pragmatic_32x16_dp8");
  }
}

TEST_CASE("Bitlet takes the cycles of the authors' simulator, and stalls as often") {
  for (const std::string layer : golden_layers) {
    for (const unsigned group : {32u, 64u}) {
      INFO(layer << ", group " << group);
      const GoldenTile tile = golden_dense_tile(layer);
      const engine::ArrayResult result = both<FastBitletArray, DetailedBitletArray>(tile, group);
      check_golden_counters(tile, result, layer, "bitlet_32x16_g" + std::to_string(group));
    }
  }
}
