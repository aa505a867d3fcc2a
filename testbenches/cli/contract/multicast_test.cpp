// SPDX-License-Identifier: Apache-2.0
// Multicast writes from the command line.
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/program.h"

namespace lacuna::testing {

namespace {

using Json = nlohmann::json;

const std::string platform = LACUNA_SOURCE_DIR "/platforms/multicast.yaml";

std::uint64_t value(const Json& stats, const std::string& path) {
  return stats["statistics"][path]["value"].get<std::uint64_t>();
}

}  // namespace

TEST_CASE("one write into the multicast window reaches four elements at the pace of the slowest") {
  const TemporaryFolder folder;
  const ProgramResult result =
      run_program({"run", platform, "--set", "traffic.requests=1000", "--out", "o"}, folder.path());
  INFO(result.errors);
  REQUIRE(result.status == 0);
  std::ifstream in(folder.path() / "o" / "stats.json");
  const Json stats = Json::parse(in);
  CHECK(value(stats, "noc.multicasts") == 1000);
  CHECK(value(stats, "noc.deliveries") == 4000);
  CHECK(value(stats, "noc.y_bus.request_beats") == 1000);
  for (const char* element : {"pe0", "pe1", "pe2", "pe3"}) {
    CHECK(value(stats, std::string("noc.to.") + element + ".memory.write_bytes") == 8000);
  }
  // 8 bytes at 0.4 GB/s are 20 ns; all wait for that one.
  CHECK(stats["traffic"]["duration_ns"].get<double>() == Approx(20000).epsilon(0.02));
  CHECK(value(stats, "noc.to.pe3.memory.stall_cycles") > 1500);
  CHECK(value(stats, "noc.to.pe0.memory.stall_cycles") == 0);
  CHECK(stats["noc"]["y_bus"]["request_utilisation"].get<double>() == Approx(0.25).epsilon(0.02));
}

TEST_CASE("the same window leads along a tree when the network is a mesh") {
  for (const char* network : {"mesh", "multicast_bus"}) {
    const TemporaryFolder folder;
    const ProgramResult result =
        run_program({"run", platform, "--set", std::string("noc.type=") + network, "--set",
                     "traffic.requests=1000", "--out", "o"},
                    folder.path());
    INFO(network << ": " << result.errors);
    REQUIRE(result.status == 0);
    std::ifstream in(folder.path() / "o" / "stats.json");
    const Json stats = Json::parse(in);
    CHECK(value(stats, "noc.multicasts") == 1000);
    for (const char* element : {"pe0", "pe1", "pe2", "pe3"}) {
      CHECK(value(stats, std::string("noc.to.") + element + ".memory.write_bytes") == 8000);
    }
  }
}

TEST_CASE("a window that its network cannot serve is refused at its place") {
  for (const char* network : {"mesh", "multicast_bus"}) {
    const TemporaryFolder folder;
    const ProgramResult result =
        run_program({"run", platform, "--set", std::string("noc.type=") + network, "--set",
                     "noc.multicast.all.targets=[pe0, pe9]"},
                    folder.path());
    CHECK(result.status == 2);
    CHECK_THAT(result.errors,
               Catch::Contains("--set noc.multicast.all.targets=[pe0, pe9]: "
                               "noc.multicast.all.targets: 'pe9' is not mapped behind 'noc'"));
  }
}

TEST_CASE("places and IDs that a bus cannot have are refused") {
  struct Case {
    std::string setting;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"noc.row_ids=[1]", "1 IDs for 2 rows"},
      {"noc.row_ids=[1, 99]", "99 has more than "},
      {"noc.receivers={pe0.memory: {row: 2, column: 0}}", "row 2, column 0 does not exist"},
      {"noc.receivers={pe0.memory: {row: 1, column: 1}, pe1.memory: {row: 1, column: 1}}",
       "row 1, column 1 is 'pe0.memory's"},
      {"noc.receivers={pe0.memory: {row: 0, column: 0, id: 99}}", "99 has more than "},
  };
  for (const Case& wrong : cases) {
    const TemporaryFolder folder;
    const ProgramResult result =
        run_program({"run", platform, "--set", wrong.setting}, folder.path());
    CAPTURE(wrong.setting);
    CHECK(result.status == 2);
    CHECK_THAT(result.errors, Catch::Contains(wrong.message));
  }
}

TEST_CASE("a write beside the window, and a read of the window, end the run") {
  for (const char* setting : {"traffic.base=4195328 KiB", "traffic.read_share=1"}) {
    const TemporaryFolder folder;
    const ProgramResult result = run_program({"run", platform, "--set", setting}, folder.path());
    INFO(result.errors);
    CHECK(result.status == 2);
    CHECK_THAT(result.errors, Catch::Contains("traffic: ") && Catch::Contains("was refused"));
  }
}

}  // namespace lacuna::testing
