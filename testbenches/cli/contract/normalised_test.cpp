// SPDX-License-Identifier: Apache-2.0
// Platforms that stand beside each other as equals have the same resources.
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/program.h"

namespace lacuna::testing {

namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

const std::string platforms = LACUNA_SOURCE_DIR "/platforms/";

constexpr const char* small_layer = R"(name: small
layers:
  - {name: only, type: gemm, activations: {shape: [4, 64]}, weights: {shape: [64, 64]}, compress: true}
)";

/// What a platform's accelerator has, as its result says; and that it computed the layer.
Json resources_of(const TemporaryFolder& folder, const std::string& platform) {
  const ProgramResult result =
      run_program({"run", platform, "--workload", "small.yaml", "--out", "out"}, folder.path());
  INFO(platform << ": " << result.errors);
  REQUIRE(result.status == 0);
  std::ifstream in(folder.path() / "out" / "stats.json");
  REQUIRE(in);
  return Json::parse(in).at("resources");
}

}  // namespace

TEST_CASE("all machines of the normalised set have the same multiplications, memory and node") {
  const TemporaryFolder folder;
  folder.write("small.yaml", small_layer);
  std::set<std::string> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(platforms + "normalised")) {
    files.insert(entry.path().string());
  }
  CHECK(files.size() >= 6);
  for (const char* machine : {"bitvert", "bitvert_conservative", "pragmatic", "bitlet"}) {
    files.insert(platforms + machine + ".yaml");
  }
  const Json expected = resources_of(folder, platforms + "stripes.yaml");
  CHECK(expected.at("macs_per_cycle") == "512");
  for (const std::string& file : files) {
    INFO(file);
    CHECK(resources_of(folder, file) == expected);
  }
}

TEST_CASE("ANT as published is equal to Stripes in memory and node, and has a quarter more lanes") {
  const TemporaryFolder folder;
  folder.write("small.yaml", small_layer);
  Json expected = resources_of(folder, platforms + "stripes.yaml");
  const Json ant = resources_of(folder, platforms + "ant.yaml");
  CHECK(ant.at("serial_lanes") == "5120");
  CHECK(ant.at("macs_per_cycle") == "640");
  expected["serial_lanes"] = "5120";
  expected["macs_per_cycle"] = "640";
  CHECK(ant == expected);
}

}  // namespace lacuna::testing
