// SPDX-License-Identifier: Apache-2.0
// Two accelerators on one memory: each one's outputs are what they are alone, and its time is not.
#include <fstream>
#include <map>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/program.h"

namespace lacuna::testing {

namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

const std::string soc = LACUNA_SOURCE_DIR "/platforms/soc.yaml";

// Memory-bound: large weights, one token.
constexpr const char* tokens = R"(name: tokens
layers:
  - {name: first, type: gemm, activations: {shape: [1, 2048]}, weights: {shape: [512, 2048]}}
  - {name: second, type: gemm, activations: {shape: [1, 1024]}, weights: {shape: [700, 1024]}, compress: true}
)";
constexpr const char* images = R"(name: images
layers:
  - {name: narrow, type: conv, activations: {shape: [1, 19, 20, 20]}, weights: {shape: [40, 19, 3, 3]}, padding: 1, output: int8}
  - {name: wide, type: gemm, activations: {shape: [40, 512]}, weights: {shape: [1024, 512]}}
  - {name: last, type: gemm, activations: {shape: [3, 100]}, weights: {shape: [64, 100]}}
)";

Json read_json(const fs::path& path) {
  std::ifstream in(path);
  REQUIRE(in);
  return Json::parse(in);
}

Json run_soc(const TemporaryFolder& folder, const std::vector<std::string>& arguments,
             const std::string& background = "0") {
  std::vector<std::string> all = {"run", soc};
  all.insert(all.end(), arguments.begin(), arguments.end());
  all.insert(all.end(), {"--set", "background.requests=" + background, "--out", "out"});
  fs::remove_all(folder.path() / "out");
  const ProgramResult result = run_program(all, folder.path());
  INFO(result.errors);
  REQUIRE(result.status == 0);
  return read_json(folder.path() / "out" / "stats.json");
}

/// Hash of the outputs by "accelerator layer".
std::map<std::string, std::string> hashes(const Json& stats) {
  std::map<std::string, std::string> result;
  for (const Json& layer : stats.at("layers")) {
    CHECK(layer.at("verified") == true);
    result[layer.at("accelerator").get<std::string>() + " " + layer.at("name").get<std::string>()] =
        layer.at("output_hash");
  }
  return result;
}

double job_time(const Json& stats, const std::string& accelerator) {
  return stats.at("accelerators").at(accelerator).at("job_time_ns");
}

}  // namespace

TEST_CASE("two accelerators give the outputs that each gives alone, later") {
  const TemporaryFolder folder;
  folder.write("tokens.yaml", tokens);
  folder.write("images.yaml", images);
  const Json both =
      run_soc(folder, {"--workload", "bitvert=tokens.yaml", "--workload", "stripes=images.yaml"});
  const Json first = run_soc(folder, {"--workload", "bitvert=tokens.yaml"});
  const Json second = run_soc(folder, {"--workload", "stripes=images.yaml"});
  auto expected = hashes(first);
  expected.merge(hashes(second));
  CHECK(expected.size() == 5);
  CHECK(hashes(both) == expected);
  CHECK(job_time(both, "bitvert") > job_time(first, "bitvert"));
  CHECK(job_time(both, "stripes") > job_time(second, "stripes"));
  CHECK(both.at("workload") == "tokens, images");
}

TEST_CASE("what a layer reads is counted for its own accelerator") {
  const TemporaryFolder folder;
  folder.write("tokens.yaml", tokens);
  folder.write("images.yaml", images);
  const Json both =
      run_soc(folder, {"--workload", "bitvert=tokens.yaml", "--workload", "stripes=images.yaml"});
  std::uint64_t layers = 0;
  for (const Json& layer : both.at("layers")) {
    CHECK(layer.at("dram_read_bytes") >= layer.at("weight_bytes"));
    layers += layer.at("dram_read_bytes").get<std::uint64_t>();
  }
  // The hosts read nothing from memory.
  CHECK(layers == both.at("statistics").at("dram.read_bytes").at("value"));
}

TEST_CASE("interference is the time in company over the time alone") {
  const TemporaryFolder folder;
  folder.write("tokens.yaml", tokens);
  folder.write("images.yaml", images);
  const Json stats = run_soc(folder, {"--workload", "bitvert=tokens.yaml", "--workload",
                                      "stripes=images.yaml", "--interference"});
  const Json alone = run_soc(folder, {"--workload", "bitvert=tokens.yaml"});
  const Json& bitvert = stats.at("accelerators").at("bitvert");
  CHECK(bitvert.at("alone_time_ns") == alone.at("total").at("time_ns"));
  CHECK(bitvert.at("slowdown").get<double>() == Approx(bitvert.at("job_time_ns").get<double>() /
                                                       bitvert.at("alone_time_ns").get<double>()));
  CHECK(bitvert.at("slowdown") > 1.0);
}

TEST_CASE("background traffic and accelerators wait for each other by priority") {
  const TemporaryFolder folder;
  folder.write("tokens.yaml", tokens);
  folder.write("images.yaml", images);
  const std::vector<std::string> both = {"--workload", "bitvert=tokens.yaml",
                                         "--workload", "stripes=images.yaml",
                                         "--set",      "background.rate=4 GB/s"};
  const auto with_priority = [&](const std::string& of_background) {
    std::vector<std::string> arguments = both;
    arguments.insert(arguments.end(),
                     {"--set", "dram.scheduler.priority.background=" + of_background});
    return run_soc(folder, arguments, "1000000000000");
  };
  const Json silent = run_soc(folder, both);
  const Json first = with_priority("-1");
  const Json last = with_priority("1");
  CHECK(hashes(first) == hashes(silent));
  CHECK(hashes(last) == hashes(silent));
  const auto latency = [](const Json& stats) {
    return stats.at("dram")
        .at("requesters")
        .at("background")
        .at("latency_ns")
        .at("mean")
        .get<double>();
  };
  CHECK(latency(first) < latency(last));
  const auto time = [](const Json& stats) {
    return job_time(stats, "bitvert") + job_time(stats, "stripes");
  };
  CHECK(time(silent) < time(last));
  CHECK(time(last) < time(first));
}

TEST_CASE("a workload for no accelerator of the platform is refused") {
  const TemporaryFolder folder;
  folder.write("tokens.yaml", tokens);
  const ProgramResult unnamed =
      run_program({"run", soc, "--workload", "tokens.yaml"}, folder.path());
  CHECK(unnamed.status == 2);
  CHECK_THAT(unnamed.errors, Catch::Contains("expected ACCELERATOR=FILE"));
  const ProgramResult unknown =
      run_program({"run", soc, "--workload", "bitvret=tokens.yaml"}, folder.path());
  CHECK(unknown.status == 2);
  CHECK_THAT(unknown.errors, Catch::Contains("did you mean 'bitvert'"));
  const ProgramResult twice = run_program(
      {"run", soc, "--workload", "bitvert=tokens.yaml", "--workload", "bitvert=tokens.yaml"},
      folder.path());
  CHECK(twice.status == 2);
  CHECK_THAT(twice.errors, Catch::Contains("has a workload already"));
}

TEST_CASE("an accelerator and its memory may have clocks of their own") {
  const TemporaryFolder folder;
  folder.write("tokens.yaml", tokens);
  folder.write("slow.yaml", std::string("technology: ") + LACUNA_SOURCE_DIR +
                                R"(/platforms/tech/28nm.yaml
name: slow
clock: 800 MHz
modules:
  dram: {type: dram, device: ddr3-1600}
  noc: {type: crossbar, clock: 400 MHz}
  host: {type: host}
  accelerator: {type: bitvert, compression: {method: zps, columns: 4, beta: 0.2}}
  crossing: {type: clock_crossing, target_clock: 800 MHz, initiator_clock: 400 MHz}
  memory_crossing: {type: clock_crossing, target_clock: 400 MHz, initiator_clock: 800 MHz}
bind:
  host.memory: noc.target
  accelerator.memory: crossing.target
  crossing.initiator: noc.target
  memory_crossing.initiator: dram.memory
  accelerator.interrupt: host.interrupt
memory_map:
  memory_crossing.target: {base: 0x0, size: 4 GiB}
  accelerator.control: {base: 0x1_0000_0000, size: 4 KiB}
)");
  const ProgramResult result =
      run_program({"run", "slow.yaml", "--workload", "tokens.yaml", "--out", "out"}, folder.path());
  INFO(result.errors);
  REQUIRE(result.status == 0);
  const ProgramResult direct = run_program({"run", LACUNA_SOURCE_DIR "/platforms/bitvert.yaml",
                                            "--workload", "tokens.yaml", "--out", "direct"},
                                           folder.path());
  REQUIRE(direct.status == 0);
  const Json slow = read_json(folder.path() / "out" / "stats.json");
  const Json fast = read_json(folder.path() / "direct" / "stats.json");
  CHECK(hashes(slow) == hashes(fast));
  CHECK(slow.at("total").at("cycles") > fast.at("total").at("cycles"));
}

}  // namespace lacuna::testing
