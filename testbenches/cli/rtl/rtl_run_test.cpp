// SPDX-License-Identifier: Apache-2.0
// Bodies in SystemVerilog, by one word in a platform's parameters: the same bits, the same cycles.
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/program.h"

namespace lacuna::testing {

using Json = nlohmann::json;

namespace {

const std::string bitvert = LACUNA_SOURCE_DIR "/platforms/bitvert.yaml";
const std::string model = "accelerator.pe_array.model=";
const std::string lockstep = "accelerator.pe_array.lockstep.";

bool without_rtl() {
  if (LACUNA_HAVE_RTL == 0) {
    WARN("skipped: built without Verilator");
  }
  return LACUNA_HAVE_RTL == 0;
}

constexpr const char* small = R"(name: small
layers:
  - {name: rows, type: gemm, activations: {shape: [20, 256]}, weights: {shape: [70, 256]}}
)";

ProgramResult run_small(const TemporaryFolder& folder, const std::vector<std::string>& settings) {
  folder.write("small.yaml", small);
  std::vector<std::string> arguments = {"run", bitvert, "--workload", "small.yaml"};
  for (const std::string& setting : settings) {
    arguments.insert(arguments.end(), {"--set", setting});
  }
  return run_program(arguments, folder.path());
}

/// stats.json of a run with this body; host times apart.
Json stats_of(const TemporaryFolder& folder, const std::string& body,
              const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {"run", bitvert, "--set", model + body, "--out", "out-" + body};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const ProgramResult result = run_program(all, folder.path());
  INFO(result.errors);
  REQUIRE(result.status == 0);
  std::ifstream in(folder.path() / ("out-" + body) / "stats.json");
  REQUIRE(in);
  return Json::parse(in);
}

void check_equal(const Json& a, const Json& b) {
  REQUIRE(a.at("layers").size() == b.at("layers").size());
  CHECK(a.at("layers") == b.at("layers"));
  CHECK(a.at("statistics") == b.at("statistics"));
}

}  // namespace

TEST_CASE("a 1x1 layer of ResNet-50 runs in SystemVerilog from DRAM to DRAM") {
  if (without_rtl()) {
    return;
  }
  const TemporaryFolder folder;
  const std::vector<std::string> layer = {
      "--workload", LACUNA_SOURCE_DIR "/workloads/resnet50.yaml", "--layers", "layer1.0.conv1"};
  const Json rtl = stats_of(folder, "rtl", layer);
  CHECK(rtl.at("layers").at(0).at("verified") == true);
  CHECK(rtl.at("layers").at(0).at("array_cycles") > 10000);
  check_equal(rtl, stats_of(folder, "fast", layer));
  check_equal(rtl, stats_of(folder, "detailed", layer));
}

TEST_CASE("eight rows of a 3x3 layer of ResNet-50 run in lockstep") {
  if (without_rtl()) {
    return;
  }
  const TemporaryFolder folder;
  folder.write("slice.yaml", R"(name: slice
layers:
  - {name: layer1.0.conv2, type: conv, activations: {shape: [1, 64, 8, 56]}, weights: {shape: [64, 64, 3, 3]}, padding: 1, output: int8, compress: true}
)");
  const std::vector<std::string> layer = {"--workload", "slice.yaml"};
  const Json both = stats_of(folder, "lockstep", layer);
  CHECK(both.at("layers").at(0).at("verified") == true);
  CHECK(both.at("layers").at(0).at("macs") == 64 * 64 * 9 * 8 * 56);
  check_equal(both, stats_of(folder, "fast", layer));
}

TEST_CASE("Stripes runs in SystemVerilog and in lockstep, throttled too") {
  if (without_rtl()) {
    return;
  }
  const TemporaryFolder folder;
  folder.write("small.yaml", small);
  for (const char* settings : {"rtl", "lockstep"}) {
    const std::string platform = LACUNA_SOURCE_DIR "/platforms/stripes.yaml";
    const ProgramResult result =
        run_program({"run", platform, "--workload", "small.yaml", "--set", model + settings,
                     "--set", lockstep + "contract=elastic"},
                    folder.path());
    CHECK(result.errors.empty());
    CHECK(result.status == 0);
  }
}

TEST_CASE("the octets of SparSynergy run in SystemVerilog, and in lockstep, in both numerics") {
  if (without_rtl()) {
    return;
  }
  const TemporaryFolder folder;
  folder.write("small.yaml", small);
  for (const char* numerics : {"intended", "published_rtl"}) {
    for (const char* settings : {"rtl", "lockstep"}) {
      const ProgramResult result = run_program(
          {"run", LACUNA_SOURCE_DIR "/platforms/sparsynergy.yaml", "--workload", "small.yaml",
           "--set", model + settings, "--set", lockstep + "contract=elastic", "--set",
           std::string("accelerator.pe_array.numerics=") + numerics},
          folder.path());
      CHECK(result.errors.empty());
      CHECK(result.status == 0);
    }
  }
}

TEST_CASE("SPARQ's systolic array runs in SystemVerilog and in lockstep, throttled too") {
  if (without_rtl()) {
    return;
  }
  const TemporaryFolder folder;
  folder.write("small.yaml", R"(name: small
layers:
  - {name: conv, type: conv, activations: {shape: [1, 7, 9, 8]}, weights: {shape: [21, 7, 3, 3]}, padding: 1, compress: true}
  - {name: rows, type: gemm, activations: {shape: [20, 65]}, weights: {shape: [21, 65]}}
)");
  for (const char* body : {"rtl", "lockstep"}) {
    for (const char* pe : {"sparq", "dense"}) {
      const ProgramResult result =
          run_program({"run", LACUNA_SOURCE_DIR "/platforms/sparq_sa.yaml", "--workload",
                       "small.yaml", "--set", model + body, "--set", lockstep + "contract=elastic",
                       "--set", std::string("accelerator.pe=") + pe, "--set",
                       "accelerator.pe_array.rows=8", "--set", "accelerator.pe_array.columns=4"},
                      folder.path());
      CHECK(result.errors.empty());
      CHECK(result.status == 0);
    }
  }
}

TEST_CASE("a bit flipped in a sum of the SystemVerilog is a wrong output") {
  if (without_rtl()) {
    return;
  }
  const TemporaryFolder folder;
  folder.write("small.yaml", small);
  const ProgramResult result =
      run_program({"run", bitvert, "--workload", "small.yaml", "--set", model + "rtl", "--inject",
                   "accelerator.pe_array.rtl_sums:0:0"},
                  folder.path());
  CHECK(result.status == 1);
  CHECK_THAT(result.errors, Catch::Contains("element [0, 0]"));
}

TEST_CASE("throttled handshakes cost cycles, and change no output") {
  if (without_rtl()) {
    return;
  }
  const TemporaryFolder folder;
  folder.write("small.yaml", small);
  const std::vector<std::string> workload = {"--workload", "small.yaml"};
  std::vector<std::string> elastic = workload;
  for (const char* setting : {"contract=elastic", "throttle=60"}) {
    elastic.insert(elastic.end(), {"--set", lockstep + setting});
  }
  const Json free = stats_of(folder, "detailed", workload);
  const Json throttled = stats_of(folder, "lockstep", elastic);
  for (std::size_t i = 0; i < free.at("layers").size(); ++i) {
    CHECK(throttled.at("layers").at(i).at("output_hash") ==
          free.at("layers").at(i).at("output_hash"));
    CHECK(throttled.at("layers").at(i).at("array_cycles") >
          free.at("layers").at(i).at("array_cycles"));
  }
}

TEST_CASE("a column count that was not built is an error that names those that were") {
  if (without_rtl()) {
    return;
  }
  const TemporaryFolder folder;
  const ProgramResult wide = run_small(folder, {model + "rtl", "accelerator.pe_array.columns=32"});
  CHECK(wide.status == 2);
  CHECK_THAT(wide.errors, Catch::Contains("bitvert.yaml:7:5") &&
                              Catch::Contains("no row with columns 32, sub_group 8") &&
                              Catch::Contains("columns 16, sub_group 8"));
  const ProgramResult tall = run_small(folder, {model + "rtl", "accelerator.pe_array.rows=64"});
  CHECK(tall.errors.empty());
  CHECK(tall.status == 0);
}

TEST_CASE("without Verilator a body in SystemVerilog names the package") {
  if (LACUNA_HAVE_RTL != 0) {
    SUCCEED("this build has Verilator");
    return;
  }
  const TemporaryFolder folder;
  const ProgramResult result = run_small(folder, {model + "rtl"});
  CHECK(result.status == 2);
  CHECK_THAT(result.errors, Catch::Contains("install the package verilator"));
}

}  // namespace lacuna::testing
