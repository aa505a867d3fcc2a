// SPDX-License-Identifier: Apache-2.0
// What `lacuna run` promises its users: outputs, exit status, result folders.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "core/tensor.h"
#include "support/program.h"

namespace lacuna::testing {

namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

const std::string platforms = LACUNA_SOURCE_DIR "/platforms/";

constexpr const char* small_network = R"(name: small
layers:
  - {name: stem, type: conv, activations: {shape: [1, 3, 13, 11], type: int8}, weights: {shape: [40, 3, 7, 7]}, stride: 2, padding: 3, relu: true, output: int8, compress: true}
  - {name: odd, type: conv, activations: {shape: [2, 31, 5, 7]}, weights: {shape: [33, 31, 3, 3]}, padding: 1, output: int8, compress: true}
  - {name: grouped, type: conv, activations: {shape: [1, 66, 5, 5]}, weights: {shape: [70, 33, 3, 3]}, padding: 1, groups: 2, output: int16, compress: true}
  - {name: depthwise, type: conv, activations: {shape: [1, 5, 9, 9]}, weights: {shape: [5, 1, 3, 3]}, padding: 1, groups: 5}
  - {name: dilated, type: conv, activations: {shape: [1, 16, 9, 9]}, weights: {shape: [64, 16, 3, 3]}, padding: 2, dilation: 2}
  - {name: token, type: gemm, activations: {shape: [1, 700]}, weights: {shape: [129, 700]}, compress: true}
  - {name: tall, type: gemm, activations: {shape: [37, 33]}, weights: {shape: [5, 33]}}
)";

Json read_json(const fs::path& path) {
  std::ifstream in(path);
  REQUIRE(in);
  return Json::parse(in);
}

/// stats.json but for how long the host took.
Json stats_of(const fs::path& folder) {
  Json stats = read_json(folder / "stats.json");
  stats.erase("host_seconds");
  stats["total"].erase("host_seconds");
  return stats;
}

Tensor random_tensor(DataType type, const Shape& shape, std::mt19937_64& random) {
  Tensor tensor(type, shape);
  for (std::uint8_t& byte : tensor.bytes()) {
    byte = static_cast<std::uint8_t>(random());
  }
  return tensor;
}

}  // namespace

TEST_CASE("a product given by hand comes back as plain loops compute it") {
  std::mt19937_64 random(7);
  const TemporaryFolder folder;
  const std::size_t m = 21;
  const std::size_t k = 77;
  const std::size_t n = 45;
  const Tensor a = random_tensor(DataType::uint8, {m, k}, random);
  const Tensor w = random_tensor(DataType::int8, {n, k}, random);
  save_npy((folder.path() / "a.npy").string(), a);
  save_npy((folder.path() / "w.npy").string(), w);
  folder.write(
      "w.yaml",
      "layers:\n  - {name: g, type: gemm, activations: {npy: a.npy}, weights: {npy: w.npy}}\n");
  for (const std::string platform : {"bitvert", "bitvert_conservative", "stripes"}) {
    const ProgramResult result = run_program({"run", platforms + platform + ".yaml", "--workload",
                                              "w.yaml", "--out", "o", "--save-outputs"},
                                             folder.path());
    INFO(platform << ": " << result.errors);
    REQUIRE(result.status == 0);
    const Tensor out = load_npy((folder.path() / "o/outputs/g.npy").string());
    REQUIRE(out.type() == DataType::int32);
    REQUIRE(out.shape() == Shape{m, n});
    for (std::size_t i = 0; i < m; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        std::int32_t sum = 0;
        for (std::size_t e = 0; e < k; ++e) {
          sum += a.elements<std::uint8_t>()[i * k + e] * w.elements<std::int8_t>()[j * k + e];
        }
        REQUIRE(out.elements<std::int32_t>()[i * n + j] == sum);
      }
    }
  }
}

TEST_CASE("the fast and the detailed array of every machine give the same statistics") {
  struct Machine {
    std::string platform;
    std::vector<std::string> settings;
  };
  const std::vector<Machine> machines = {
      {"bitvert", {}},
      {"bitvert_conservative", {}},
      {"stripes", {}},
      {"pragmatic", {}},
      {"bitlet", {}},
      {"ant", {}},
      {"bitwave_bbs", {}},
      {"bitwave_bbs", {"accelerator.pe_array.dataflow=fixed"}},
      {"bitwave_sparsynergy", {}},
      {"sparten", {}},
      {"sparsynergy", {}},
      {"tensor_core", {}},
      {"sparse_tensor_core", {}},
      {"highlight", {}},
      {"sparq_sa", {}},
      {"sparq_sa", {"accelerator.pe=two_4b"}},
      {"sparq_sa", {"accelerator.pe=sysmt"}},
      {"sparq_sa", {"accelerator.sparq={bits: 2, placements: 7, rounding: trim}"}},
      {"sparq_tc", {}},
      {"sparq_stc", {}},
      {"systolic_peers", {}},
  };
  for (const Machine& machine : machines) {
    const TemporaryFolder folder;
    folder.write("w.yaml", small_network);
    for (const std::string model : {"fast", "detailed"}) {
      std::vector<std::string> arguments = {
          "run",   platforms + machine.platform + ".yaml", "--workload", "w.yaml",
          "--set", "accelerator.pe_array.model=" + model,  "--trace",    "--out",
          model};
      for (const std::string& setting : machine.settings) {
        arguments.insert(arguments.end(), {"--set", setting});
      }
      const ProgramResult result = run_program(arguments, folder.path());
      CAPTURE(machine.platform, machine.settings, result.errors);
      REQUIRE(result.status == 0);
    }
    CAPTURE(machine.platform, machine.settings);
    const Json stats = stats_of(folder.path() / "fast");
    CHECK(stats == stats_of(folder.path() / "detailed"));
    for (const Json& layer : stats["layers"]) {
      CHECK(layer["verified"] == true);
    }
    // Tile by tile: what it waited for, and its service.
    const Json fast = read_json(folder.path() / "fast/trace.json");
    CHECK(fast["traceEvents"].size() > 20);
    CHECK(fast == read_json(folder.path() / "detailed/trace.json"));
  }
}

TEST_CASE(
    "tensors that fit stay on chip: the same outputs, less traffic, no verification skipped") {
  const TemporaryFolder folder;
  folder.write("w.yaml", small_network);
  for (const std::string platform : {"bitvert", "stripes"}) {
    for (const std::string model : {"fast", "detailed"}) {
      const ProgramResult result =
          run_program({"run", platforms + platform + ".yaml", "--workload", "w.yaml", "--set",
                       "workload.residency=on_chip", "--set", "accelerator.pe_array.model=" + model,
                       "--out", model},
                      folder.path());
      INFO(result.errors);
      REQUIRE(result.status == 0);
    }
    REQUIRE(run_program(
                {"run", platforms + platform + ".yaml", "--workload", "w.yaml", "--out", "none"},
                folder.path())
                .status == 0);
    const Json stays = stats_of(folder.path() / "fast");
    CHECK(stays == stats_of(folder.path() / "detailed"));
    const Json none = stats_of(folder.path() / "none");
    for (std::size_t i = 0; i < stays["layers"].size(); ++i) {
      const Json& with = stays["layers"][i];
      const Json& without = none["layers"][i];
      CHECK(with["verified"] == true);
      CHECK(with["output_hash"] == without["output_hash"]);
      CHECK(with["dram_read_bytes"] >= with["weight_bytes"]);
      CHECK(with["dram_read_bytes"] < without["dram_read_bytes"]);
      // What is left is the driver's: the job's descriptor.
      CHECK(with["dram_write_bytes"] < without["dram_write_bytes"]);
      CHECK(with["dram_write_bytes"] == 256);
    }
  }
  // What does not fit goes to memory.
  folder.write(
      "large.yaml",
      "layers:\n  - {name: g, type: gemm, activations: {shape: [70, 100]}, weights: {shape: "
      "[40, 100]}}\n");
  const ProgramResult result =
      run_program({"run", platforms + "bitvert.yaml", "--workload", "large.yaml", "--set",
                   "workload.residency=on_chip", "--set", "accelerator.activation_buffer=8 KiB",
                   "--out", "large"},
                  folder.path());
  INFO(result.errors);
  REQUIRE(result.status == 0);
  const Json layer = stats_of(folder.path() / "large")["layers"][0];
  CHECK(layer["dram_write_bytes"] == 256 + 70 * 40 * 4);
}

TEST_CASE("the same seed gives the same statistics, however many threads prepare layers") {
  const TemporaryFolder folder;
  folder.write("w.yaml", small_network);
  for (const std::string jobs : {"1", "2", "3"}) {
    REQUIRE(run_program({"run", platforms + "bitvert.yaml", "--workload", "w.yaml", "--jobs", jobs,
                         "--out", jobs},
                        folder.path())
                .status == 0);
  }
  CHECK(stats_of(folder.path() / "1") == stats_of(folder.path() / "2"));
  CHECK(stats_of(folder.path() / "1") == stats_of(folder.path() / "3"));
}

TEST_CASE("without verification counters and output hashes stay the same") {
  const TemporaryFolder folder;
  folder.write("w.yaml", small_network);
  REQUIRE(run_program({"run", platforms + "bitvert.yaml", "--workload", "w.yaml", "--out", "a"},
                      folder.path())
              .status == 0);
  REQUIRE(run_program({"run", platforms + "bitvert.yaml", "--workload", "w.yaml", "--out", "b",
                       "--no-verify"},
                      folder.path())
              .status == 0);
  Json verified = stats_of(folder.path() / "a");
  Json unverified = stats_of(folder.path() / "b");
  for (Json* stats : {&verified, &unverified}) {
    (*stats)["total"].erase("verified");
    for (Json& layer : (*stats)["layers"]) {
      layer.erase("verified");
    }
  }
  CHECK(verified == unverified);
}

TEST_CASE("the effective platform runs again and gives the same statistics") {
  const TemporaryFolder folder;
  folder.write("w.yaml", small_network);
  REQUIRE(run_program(
              {"run", platforms + "bitvert.yaml", "--workload", "w.yaml", "--set",
               "accelerator.pe_array.sub_group=4", "--set", "workload.mapping=paper", "--out", "a"},
              folder.path())
              .status == 0);
  const ProgramResult again =
      run_program({"run", "a/effective.yaml", "--workload", "w.yaml", "--out", "b"}, folder.path());
  INFO(again.errors);
  REQUIRE(again.status == 0);
  CHECK(stats_of(folder.path() / "a") == stats_of(folder.path() / "b"));
}

TEST_CASE("one flipped bit is found, and named by layer, tile and element") {
  const TemporaryFolder folder;
  folder.write("w.yaml", small_network);
  for (const std::string fault :
       {"dram:0x2000:6", "accelerator.weight_buffer:0:0", "accelerator.metadata_buffer:6:1",
        "accelerator.index_buffer:0:0", "accelerator.output_buffer:3:4",
        "accelerator.activation_buffer:40:6", "accelerator.scale_buffer:1:5"}) {
    DYNAMIC_SECTION(fault) {
      const ProgramResult result = run_program(
          {"run", platforms + "bitvert.yaml", "--workload", "w.yaml", "--inject", fault},
          folder.path());
      INFO(result.errors);
      CHECK(result.status == 1);
      CHECK_THAT(result.errors, Catch::Contains("layer '") && Catch::Contains("tile ") &&
                                    Catch::Contains("element [") && Catch::Contains("expected "));
    }
  }
}

TEST_CASE(
    "memory reads are at least the compressed bytes, and requesters add up to what DRAM counts") {
  const TemporaryFolder folder;
  folder.write("w.yaml", small_network);
  REQUIRE(run_program({"run", platforms + "bitvert.yaml", "--workload", "w.yaml", "--out", "o"},
                      folder.path())
              .status == 0);
  const Json stats = stats_of(folder.path() / "o");
  std::uint64_t read = 0;
  for (const Json& layer : stats["layers"]) {
    CHECK(layer["dram_read_bytes"] >= layer["weight_bytes"]);
    const Json& stalls = layer["stalls"];
    CHECK(stalls["busy"].get<std::uint64_t>() + stalls["fill_and_drain"].get<std::uint64_t>() +
              stalls["drain_stall"].get<std::uint64_t>() ==
          layer["array_cycles"].get<std::uint64_t>());
    const Json& lanes = layer["lanes"];
    CHECK(lanes["effectual"].get<std::uint64_t>() + lanes["intra_pe_idle"].get<std::uint64_t>() +
              lanes["inter_pe_idle"].get<std::uint64_t>() ==
          lanes["total"].get<std::uint64_t>());
    CHECK(layer["effective_macs"] <= layer["macs"]);
    double energy = 0;
    for (const auto& [category, picojoules] : layer["energy_pj"].items()) {
      if (category != "total" && category != "paper_boundary") {
        energy += picojoules.get<double>();
      }
    }
    CHECK(energy == Approx(layer["energy_pj"]["total"].get<double>()));
    read += layer["dram_read_bytes"].get<std::uint64_t>();
  }
  CHECK(read == stats["total"]["dram_read_bytes"].get<std::uint64_t>());
  CHECK(read == stats["statistics"]["dram.read_bytes"]["value"].get<std::uint64_t>());
}

TEST_CASE("a run that fails leaves no result folder") {
  const TemporaryFolder folder;
  folder.write("w.yaml", "layers: []\n");
  CHECK(run_program({"run", platforms + "bitvert.yaml", "--workload", "w.yaml", "--out", "o"},
                    folder.path())
            .status == 2);
  std::size_t files = 0;
  for (const auto& item : fs::directory_iterator(folder.path())) {
    static_cast<void>(item);
    ++files;
  }
  CHECK(files == 1);
}

TEST_CASE("an accumulator that is too narrow wraps, and verification says so") {
  const TemporaryFolder folder;
  std::mt19937_64 random(3);
  Tensor a(DataType::uint8, {1, 32});
  Tensor w(DataType::int8, {1, 32});
  for (std::uint8_t& byte : a.bytes()) {
    byte = 255;
  }
  for (std::int8_t& weight : w.elements<std::int8_t>()) {
    weight = 127;  // one reduction group, so that no partial sums go through the output buffer
  }
  save_npy((folder.path() / "a.npy").string(), a);
  save_npy((folder.path() / "w.npy").string(), w);
  folder.write(
      "w.yaml",
      "layers:\n  - {name: g, type: gemm, activations: {npy: a.npy}, weights: {npy: w.npy}}\n");
  const std::vector<std::string> command = {"run", platforms + "bitvert.yaml", "--workload",
                                            "w.yaml"};
  CHECK(run_program(command, folder.path()).status == 0);
  std::vector<std::string> narrow = command;
  narrow.insert(narrow.end(), {"--set", "accelerator.pe_array.accumulator_bits=16"});
  const ProgramResult result = run_program(narrow, folder.path());
  CHECK(result.status == 1);
  // 32 * 255 * 127 = 1,036,320 = 16 * 65,536 - 12,256.
  CHECK_THAT(result.errors, Catch::Contains("expected 1036320, got -12256"));
}

TEST_CASE("compare says what is wrong with one platform before another has run") {
  const TemporaryFolder folder;
  const auto result =
      run_program({"compare", platforms + "stripes.yaml", "nosuch.yaml", "--workload",
                   LACUNA_SOURCE_DIR "/workloads/resnet50.yaml", "--out", "out"},
                  folder.path());
  CHECK(result.status == 2);
  CHECK(result.errors == "nosuch.yaml: cannot open: No such file or directory\n");
  CHECK(result.output.empty());
  CHECK_FALSE(std::filesystem::exists(folder.path() / "out"));
}

TEST_CASE("compare puts platforms side by side against the last one") {
  const TemporaryFolder folder;
  folder.write("w.yaml", small_network);
  const ProgramResult result =
      run_program({"compare", platforms + "bitvert.yaml", platforms + "stripes.yaml", "--workload",
                   "w.yaml", "--out", "o"},
                  folder.path());
  INFO(result.errors);
  REQUIRE(result.status == 0);
  const Json comparison = read_json(folder.path() / "o/comparison.json");
  REQUIRE(comparison["platforms"].size() == 2);
  CHECK(comparison["baseline"] == "stripes");
  CHECK(comparison["platforms"][1]["speedup"] == 1.0);
  const double cycles[] = {comparison["platforms"][0]["cycles"],
                           comparison["platforms"][1]["cycles"]};
  CHECK(comparison["platforms"][0]["speedup"].get<double>() == Approx(cycles[1] / cycles[0]));
}

}  // namespace lacuna::testing
