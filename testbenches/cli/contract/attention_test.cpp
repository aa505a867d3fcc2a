// SPDX-License-Identifier: Apache-2.0
// Products of two operands of the run, as attention has them, from DRAM to DRAM on every machine.
#include <cstdint>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/program.h"

namespace lacuna::testing {

namespace {

/// The one layer that ran.
nlohmann::json run_layer(const std::string& platform, const std::string& layer,
                         const std::string& model) {
  const TemporaryFolder folder;
  // Tokens and widths of heads that divide by nothing.
  folder.write("small.yaml",
               "network: {type: bert, length: 37, blocks: 1, width: 138, heads: 6, hidden: 64}\n");
  const auto run = run_program(
      {"run", LACUNA_SOURCE_DIR "/platforms/" + platform + ".yaml", "--workload", "small.yaml",
       "--set", "accelerator.pe_array.model=" + model, "--layers", layer, "--out", "out"},
      folder.path());
  CAPTURE(platform, layer, model, run.errors);
  REQUIRE(run.status == 0);
  std::ifstream in(folder.path() / "out/stats.json");
  return nlohmann::json::parse(in)["layers"].at(0);
}

}  // namespace

TEST_CASE("scores and contexts are exact on every machine, in the same clocks in both models") {
  for (const char* platform :
       {"stripes", "bitvert", "ant", "bitlet", "bitwave_bbs", "bitwave_sparsynergy", "highlight",
        "pragmatic", "sparten", "sparsynergy", "sparq_sa", "sparq_tc", "sparq_stc", "tensor_core",
        "sparse_tensor_core", "systolic_peers"}) {
    for (const char* layer : {"l0.scores", "l0.contexts"}) {
      const auto fast = run_layer(platform, layer, "fast");
      const auto detailed = run_layer(platform, layer, "detailed");
      CAPTURE(platform, layer);
      CHECK(fast["verified"] == true);
      CHECK(fast["macs"] == 37 * 37 * 138);
      CHECK(detailed["verified"] == true);
      CHECK(detailed["array_cycles"] == fast["array_cycles"]);
      CHECK(detailed["cycles"] == fast["cycles"]);
    }
  }
}

}  // namespace lacuna::testing
