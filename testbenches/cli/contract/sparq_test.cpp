// SPDX-License-Identifier: Apache-2.0
// SPARQ's three engines from DRAM to DRAM: both bodies alike, real layers, whole networks.
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/program.h"

namespace lacuna::testing {

using Json = nlohmann::json;

namespace {

const std::string platforms = LACUNA_SOURCE_DIR "/platforms/";
const std::string workloads = LACUNA_SOURCE_DIR "/workloads/";
const std::vector<std::string> engines = {"sparq_sa", "sparq_tc", "sparq_stc"};

/// Signed and unsigned inputs, odd reductions and K % 4 = 3, convolution groups, and a product with run-time weights' layout.
constexpr const char* small_network = R"(name: small
layers:
  - {name: stem, type: conv, activations: {shape: [1, 3, 9, 7], type: int8}, weights: {shape: [20, 3, 3, 3]}, padding: 1, relu: true, output: int8, compress: true}
  - {name: odd, type: conv, activations: {shape: [1, 31, 5, 7]}, weights: {shape: [19, 31, 3, 3]}, padding: 1, output: int8, compress: true}
  - {name: short, type: conv, activations: {shape: [1, 35, 4, 4]}, weights: {shape: [9, 35, 1, 1]}, output: int16, compress: true}
  - {name: grouped, type: conv, activations: {shape: [1, 66, 5, 5]}, weights: {shape: [18, 33, 3, 3]}, padding: 1, groups: 2, compress: true}
  - {name: token, type: gemm, activations: {shape: [1, 130]}, weights: {shape: [21, 130]}, compress: true}
)";

/// A run's stats.json but for how long the host took. @param words behind the workload
Json stats_of_run(const TemporaryFolder& folder, const std::string& engine,
                  const std::string& workload, const std::vector<std::string>& words) {
  std::vector<std::string> arguments = {
      "run", platforms + engine + ".yaml", "--workload", workload, "--out", "out"};
  arguments.insert(arguments.end(), words.begin(), words.end());
  const ProgramResult result = run_program(arguments, folder.path());
  INFO(engine << ": " << result.errors);
  REQUIRE(result.status == 0);
  std::ifstream in(folder.path() / "out/stats.json");
  REQUIRE(in);
  Json stats = Json::parse(in);
  stats.erase("host_seconds");
  stats["total"].erase("host_seconds");
  for (const Json& layer : stats.at("layers")) {
    INFO(layer.at("name"));
    CHECK(layer.at("verified") == true);
  }
  return stats;
}

std::vector<std::string> by_the_cycle_rule(const std::string& pe) {
  return {"--set", "dram.model=ideal",
          "--set", "noc.model=ideal",
          "--set", "accelerator.count.overheads=false",
          "--set", "accelerator.count.metadata=false",
          "--set", "accelerator.pe_array.rows=16",
          "--set", "accelerator.pe_array.columns=16",
          "--set", "accelerator.pe=" + pe};
}

}  // namespace

TEST_CASE("both bodies of SPARQ's engines give the same statistics on a whole small network") {
  const TemporaryFolder folder;
  folder.write("w.yaml", small_network);
  for (const std::string& engine : engines) {
    for (const std::string pe : {"dense", "two_4b", "sparq"}) {
      INFO(engine << " " << pe);
      const auto run = [&](const std::string& model) {
        return stats_of_run(
            folder, engine, "w.yaml",
            {"--set", "accelerator.pe_array.rows=8", "--set", "accelerator.pe_array.columns=8",
             "--set", "accelerator.pe=" + pe, "--set", "accelerator.pe_array.model=" + model});
      };
      CHECK(run("fast") == run("detailed"));
    }
  }
}

TEST_CASE("a layer of ResNet-18 takes half the clocks on each engine, and half again with 2:4") {
  const TemporaryFolder folder;
  const auto cycles = [&](const std::string& engine, const std::string& pe) {
    std::vector<std::string> words = by_the_cycle_rule(pe);
    words.insert(words.end(), {"--layers", "layer2.1.conv1"});
    const Json stats = stats_of_run(folder, engine, workloads + "resnet18.yaml", words);
    REQUIRE(stats.at("layers").size() == 1);
    return stats.at("layers").at(0).at("array_cycles").get<double>();
  };
  const double dense = cycles("sparq_tc", "dense");
  CHECK(dense == 8.0 * 49 * 288);  // 128 channels, 784 positions, 1152 of K, four a clock
  CHECK(cycles("sparq_tc", "sparq") == dense / 2);
  CHECK(cycles("sparq_stc", "dense") == dense / 2);
  CHECK(cycles("sparq_stc", "sparq") == dense / 4);
  CHECK(cycles("sparq_sa", "dense") == dense * 4);
  CHECK(cycles("sparq_sa", "sparq") == dense * 2);
}

TEST_CASE("ResNet-18 runs on the Tensor Cores and on the sparse ones, every output checked") {
  const TemporaryFolder folder;
  for (const std::string engine : {"sparq_tc", "sparq_stc"}) {
    const Json stats = stats_of_run(folder, engine, workloads + "resnet18.yaml", {});
    CHECK(stats.at("layers").size() == 21);
  }
}

TEST_CASE("a Tensor Core with SySMT's PEs, or of other sides than four, is refused") {
  const TemporaryFolder folder;
  folder.write("w.yaml", small_network);
  const auto errors = [&](const std::string& change) {
    const ProgramResult result = run_program({"run", platforms + "sparq_stc.yaml", "--workload",
                                              "w.yaml", "--set", "accelerator." + change},
                                             folder.path());
    CHECK(result.status == 2);
    return result.errors;
  };
  using Catch::Contains;
  CHECK_THAT(errors("pe=sysmt"), Contains("expected dense, two_4b or sparq"));
  CHECK_THAT(errors("pe_array.rows=6"), Contains("multiple of 4"));
  CHECK_THAT(errors("metadata_buffer=1000 B"), Contains("multiple of"));
  CHECK_THAT(errors("sparq.placements=4"), Contains("expected 5, 3 or 2"));
}

}  // namespace lacuna::testing
