// SPDX-License-Identifier: Apache-2.0
// The dense systolic array in three dataflows, from DRAM to DRAM with values: both bodies alike, and SCALE-Sim's closed forms on real layers.
#include <cstdint>
#include <fstream>
#include <string>
#include <tuple>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/program.h"

namespace lacuna::testing {

using Json = nlohmann::json;

namespace {

const std::string systolic_platforms = LACUNA_SOURCE_DIR "/platforms/";
const std::string systolic_workloads = LACUNA_SOURCE_DIR "/workloads/";
const std::vector<std::string> dataflows = {"output_stationary", "weight_stationary",
                                            "input_stationary"};

/// Signed and unsigned inputs, reductions longer and shorter than rows, more and fewer channels and positions than columns, groups.
constexpr const char* dataflow_network = R"(name: small
layers:
  - {name: stem, type: conv, activations: {shape: [1, 3, 9, 7], type: int8}, weights: {shape: [20, 3, 3, 3]}, padding: 1, relu: true, output: int8}
  - {name: deep, type: conv, activations: {shape: [1, 31, 5, 7]}, weights: {shape: [19, 31, 3, 3]}, padding: 1, output: int8}
  - {name: short, type: conv, activations: {shape: [1, 5, 4, 4]}, weights: {shape: [9, 5, 1, 1]}, output: int16}
  - {name: grouped, type: conv, activations: {shape: [1, 66, 5, 5]}, weights: {shape: [18, 33, 3, 3]}, padding: 1, groups: 2}
  - {name: token, type: gemm, activations: {shape: [1, 130]}, weights: {shape: [21, 130]}}
)";

struct DataflowRun {
  Json stats;
  std::uint64_t value(const std::string& counter) const {
    return stats.at("statistics").at("accelerator.pe_array." + counter).at("value");
  }
};

DataflowRun run_dataflow(const std::string& platform, const std::string& workload,
                         const std::vector<std::string>& settings,
                         const std::string& layers = "*") {
  const TemporaryFolder folder;
  folder.write("small.yaml", dataflow_network);
  std::vector<std::string> arguments = {
      "run", systolic_platforms + platform, "--workload", workload, "--layers", layers, "--out",
      "out"};
  for (const std::string& setting : settings) {
    arguments.insert(arguments.end(), {"--set", "accelerator." + setting});
  }
  const ProgramResult result = run_program(arguments, folder.path());
  INFO(result.errors);
  REQUIRE(result.status == 0);
  std::ifstream in(folder.path() / "out/stats.json");
  REQUIRE(in);
  DataflowRun run{Json::parse(in)};
  run.stats.erase("host_seconds");
  run.stats["total"].erase("host_seconds");
  for (const Json& layer : run.stats.at("layers")) {
    INFO(layer.at("name"));
    CHECK(layer.at("verified") == true);
  }
  return run;
}

std::uint64_t parts_of(std::uint64_t size, std::uint64_t of) {
  return (size + of - 1) / of;
}

/// One product on a square array, by the closed forms [SCALE-Sim v2].
struct Layer {
  const char* workload;
  const char* name;
  std::uint64_t positions, channels, reduction;
};

void check_closed_form(const Layer& layer, std::uint64_t side, const std::string& dataflow) {
  CAPTURE(layer.name, side, dataflow);
  const std::string text = std::to_string(side);
  const DataflowRun run = run_dataflow(
      "systolic_peers.yaml", systolic_workloads + layer.workload,
      {"dataflow=" + dataflow, "pe_array.rows=" + text, "pe_array.columns=" + text}, layer.name);
  const auto [m, n, k] = std::tuple{layer.positions, layer.channels, layer.reduction};
  const std::uint64_t of_m = parts_of(m, side);
  const std::uint64_t of_n = parts_of(n, side);
  const std::uint64_t of_k = parts_of(k, side);
  const std::uint64_t way = 2 * side - 2;
  const Json& result = run.stats.at("layers").at(0);
  if (dataflow == "output_stationary") {
    CHECK(result.at("array_cycles") == of_m * of_n * (k + way));
    CHECK(run.value("activation_reads") == m * k * of_n);
    CHECK(run.value("weight_reads") == k * n * of_m);
    CHECK(run.value("sum_reads") == 0);
    CHECK(run.value("sum_writes") == m * n);
    return;
  }
  const bool weights = dataflow == "weight_stationary";
  CHECK(result.at("array_cycles") ==
        of_k * (weights ? of_n : of_m) * (side + (weights ? m : n) + way));
  CHECK(run.value("activation_reads") == m * k * (weights ? of_n : 1));
  CHECK(run.value("weight_reads") == k * n * (weights ? 1 : of_m));
  CHECK(run.value("sum_reads") == m * n * (of_k - 1));
  CHECK(run.value("sum_writes") == m * n * of_k);
}

}  // namespace

TEST_CASE("both bodies of a dense systolic array give the same statistics in every dataflow") {
  for (const std::string& dataflow : dataflows) {
    for (const std::string skew : {"layer", "tile_step", "array_tile"}) {
      CAPTURE(dataflow, skew);
      const auto run = [&](const std::string& model) {
        // Buffers so small that layers are cut along every axis.
        return run_dataflow(
                   "sparq_sa.yaml", "small.yaml",
                   {"pe=dense", "dataflow=" + dataflow, "pe_array.skew=" + skew, "pe_array.rows=8",
                    "pe_array.columns=4", "weight_buffer=8 KiB", "activation_buffer=2 KiB",
                    "output_buffer=2 KiB", "pe_array.model=" + model})
            .stats;
      };
      CHECK(run("fast") == run("detailed"));
    }
  }
}

TEST_CASE("real layers take the closed forms' clocks and reads in every dataflow") {
  const std::vector<Layer> layers = {{"resnet50.yaml", "conv1", 12544, 64, 147},
                                     {"resnet50.yaml", "layer4.0.conv2", 49, 512, 4608},
                                     {"alexnet.yaml", "conv1", 729, 192, 1600},
                                     {"vit_base.yaml", "b3.qkv", 197, 2304, 768},
                                     {"gpt2.yaml", "h0.proj", 1024, 768, 768}};
  for (const Layer& layer : layers) {
    for (const std::string& dataflow : dataflows) {
      check_closed_form(layer, 32, dataflow);
    }
  }
}

TEST_CASE("the last clock's number is one less than the clocks of a layer") {
  for (const std::string& dataflow : dataflows) {
    const auto cycles = [&](const std::string& counted) {
      return run_dataflow("systolic_peers.yaml", systolic_workloads + "resnet18.yaml",
                          {"dataflow=" + dataflow, "pe_array.counted_clocks=" + counted},
                          "layer3.0.conv1")
          .stats.at("layers")
          .at(0)
          .at("array_cycles")
          .get<std::uint64_t>();
    };
    CHECK(cycles("last_index") + 1 == cycles("folds"));
  }
}

TEST_CASE("what cannot keep weights or inputs is refused, and it is said what can") {
  using Catch::Contains;
  const TemporaryFolder folder;
  folder.write("small.yaml", dataflow_network);
  const auto errors = [&](const std::vector<std::string>& settings) {
    std::vector<std::string> arguments = {"run", systolic_platforms + "sparq_sa.yaml", "--workload",
                                          "small.yaml"};
    for (const std::string& setting : settings) {
      arguments.insert(arguments.end(), {"--set", "accelerator." + setting});
    }
    const ProgramResult result = run_program(arguments, folder.path());
    CHECK(result.status == 2);
    return result.errors;
  };
  for (const std::string pe : {"sparq", "two_4b", "sysmt"}) {
    const std::string text = errors({"pe=" + pe, "dataflow=weight_stationary"});
    CHECK_THAT(text, Contains("accelerator.dataflow"));
    CHECK_THAT(text, Contains(pe) && Contains("expected output_stationary, or pe: dense"));
  }
  for (const std::string model : {"rtl", "lockstep"}) {
    const std::string text =
        errors({"pe=dense", "dataflow=input_stationary", "pe_array.model=" + model});
    CHECK_THAT(text,
               Contains("accelerator.pe_array.model") && Contains("expected fast or detailed"));
  }
  CHECK_THAT(errors({"pe=dense", "dataflow=input_stationary", "pe_array.accumulator_bits=24"}),
             Contains("expected 32"));
  CHECK_THAT(errors({"pe=dense", "dataflow=weights_stationary"}),
             Contains("did you mean 'weight_stationary'"));
}

}  // namespace lacuna::testing
