// SPDX-License-Identifier: Apache-2.0
// Synthetic traffic and packet schedules on networks of routers, from the command line.
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/program.h"

namespace lacuna::testing {

namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

const std::string platform = LACUNA_SOURCE_DIR "/platforms/noc_traffic.yaml";

Json read_json(const fs::path& path) {
  std::ifstream in(path);
  REQUIRE(in);
  return Json::parse(in);
}

std::vector<std::string> run_with(std::vector<std::string> settings) {
  std::vector<std::string> arguments = {"run", platform, "--out", "o"};
  for (std::string& setting : settings) {
    arguments.emplace_back("--set");
    arguments.push_back(std::move(setting));
  }
  return arguments;
}

}  // namespace

TEST_CASE("a mesh under uniform traffic reports latency, throughput and links") {
  for (const char* model : {"flit", "fast"}) {
    const TemporaryFolder folder;
    const ProgramResult result = run_program(
        run_with({"noc.type=mesh", "noc.columns=8", "noc.rows=8", "traffic.pattern=uniform",
                  "traffic.rate=0.1", "traffic.packet_flits=8", "traffic.cycles=4000",
                  std::string("noc.model=") + model, "noc.timing=booksim"}),
        folder.path());
    INFO(result.errors);
    REQUIRE(result.status == 0);
    const Json noc = read_json(folder.path() / "o" / "stats.json")["noc"];
    const Json& latency = noc["packet_latency_cycles"];
    // 8x8 with eight-flit buffers: 4 * 6.25 + 2 + 7 alone, some more at a fifth of saturation.
    CHECK(latency["mean"].get<double>() > 34);
    CHECK(latency["mean"].get<double>() < 41);
    CHECK(latency["p50"] <= latency["p95"]);
    CHECK(latency["p95"] <= latency["p99"]);
    CHECK(latency["p99"] <= latency["max"]);
    CHECK(noc["accepted_flits_per_node_cycle"].get<double>() == Approx(0.1).epsilon(0.05));
    CHECK(noc["links"].size() == 2 * (64 + 4 * 56));
  }
}

TEST_CASE("a schedule's packets take the times that follow by hand") {
  const TemporaryFolder folder;
  // Both to node 3; the one from node 7 has one link to go and holds the way out until cycle 18.
  folder.write("s.txt", "cycle source destination flits\n0 0 3 8  # six cycles away\n0 7 3 8\n");
  const ProgramResult result = run_program(
      run_with({"traffic.schedule=s.txt", "noc.timing=noxim", "noc.virtual_channels=1"}),
      folder.path());
  INFO(result.errors);
  REQUIRE(result.status == 0);
  const Json stats = read_json(folder.path() / "o" / "stats.json");
  CHECK(stats["noc"]["packet_latency_cycles"]["mean"] == 26);
  // Sixteen flits to one of sixteen nodes, until the last tail has arrived.
  CHECK(stats["noc"]["accepted_flits_per_node_cycle"].get<double>() == Approx(1.0 / 35));
  const Json table = stats["traffic"]["schedule"];
  REQUIRE(table.size() == 2);
  CHECK(table[0]["tail"] == 34);
  CHECK(table[1]["tail"] == 18);
}

TEST_CASE("a schedule's packet to several nodes travels as one") {
  for (const char* model : {"flit", "fast"}) {
    const TemporaryFolder folder;
    folder.write("s.txt", "cycle source destination flits\n0 0 3+7+12+0 8\n90 1 2 8\n");
    const ProgramResult result = run_program(
        run_with({"traffic.schedule=s.txt", "noc.timing=noxim", std::string("noc.model=") + model}),
        folder.path());
    INFO(result.errors);
    REQUIRE(result.status == 0);
    const Json stats = read_json(folder.path() / "o" / "stats.json");
    const Json table = stats["traffic"]["schedule"];
    REQUIRE(table.size() == 5);
    // By node: 0, 3, 7 and 12, which are 0, 3, 4 and 3 links away: 2 (H + 1) + 14.
    const std::vector<int> tails = {16, 22, 24, 22};
    for (std::size_t i = 0; i < tails.size(); ++i) {
      CHECK(table[i]["tail"] == tails[i]);
    }
    CHECK(stats["statistics"]["noc.multicasts"]["value"] == 1);
    CHECK(stats["statistics"]["noc.packets"]["value"] == 2);
    // Three links along the row, one more down, three down the first column; and one of the other packet.
    CHECK(stats["statistics"]["noc.link_flits"]["value"] == 8 * (3 + 1 + 3) + 8);
    CHECK(stats["noc"]["packets"] == 5);  // each destination has its own latency
  }
}

TEST_CASE("a run of traffic alone reports the network's energy by event and in total") {
  const TemporaryFolder folder;
  folder.write("s.txt", "cycle source destination flits\n0 0 3 8\n");
  const ProgramResult result = run_program(run_with({"traffic.schedule=s.txt"}), folder.path());
  INFO(result.errors);
  REQUIRE(result.status == 0);
  const Json stats = read_json(folder.path() / "o" / "stats.json");
  // Eight flits of 128 bits through four routers and over three links, by platforms/tech/28nm.yaml.
  const Json energy = stats["noc"]["energy_pj"];
  const double bits = 8 * 128;
  CHECK(energy["switch"].get<double>() == Approx(bits * 4 * 0.016));
  CHECK(energy["link"].get<double>() == Approx(bits * 3 * 0.08));
  CHECK(energy["buffer"].get<double>() > 0);
  const double total = energy["total"].get<double>();
  CHECK(total == Approx(energy["buffer"].get<double>() + bits * (4 * 0.016 + 3 * 0.08)));
  CHECK(stats["total"]["energy_pj"]["noc"].get<double>() == Approx(total));
  CHECK(stats["total"]["energy_pj"]["total"].get<double>() == Approx(total));
  CHECK(stats["total"]["time_ns"].get<double>() > 0);
  CHECK_THAT(result.output, Catch::Contains("noc.energy_pj.link"));
  CHECK_THAT(result.output, Catch::Contains("\nenergy_pj.total"));
}

TEST_CASE("a ring under complement traffic drains") {
  const TemporaryFolder folder;
  const ProgramResult result = run_program({"run", "ring.yaml", "--out", "o"}, folder.path());
  CHECK(result.status == 2);  // there is no such file yet
  folder.write("ring.yaml",
               std::string("name: ring\nclock: 1 GHz\ntechnology: ") + LACUNA_SOURCE_DIR +
                   "/platforms/tech/28nm.yaml\nmodules:\n  noc: {type: ring, nodes: 6}\n  traffic: "
                   "{type: noc_traffic, pattern: complement, rate: 1, cycles: 2000, warmup: 0}\n"
                   "bind:\n  traffic.network: noc.network\n");
  const ProgramResult drained = run_program({"run", "ring.yaml", "--out", "o"}, folder.path());
  INFO(drained.errors);
  REQUIRE(drained.status == 0);
  const Json stats = read_json(folder.path() / "o" / "stats.json");
  CHECK(stats["noc"]["packets"].get<double>() == Approx(6 * 2000 / 8).epsilon(0.1));
  CHECK(stats["noc"]["packets"] == stats["statistics"]["noc.packets"]["value"]);
}

TEST_CASE("malformed schedules and traffic are refused at their places") {
  struct Case {
    const char* what;
    const char* schedule;
    const char* setting;
    const char* says;
  };
  const std::vector<Case> cases = {
      {"no header", "0 0 3 8\n", nullptr, "s.txt:1:1: expected the header"},
      {"empty file", "", nullptr, "s.txt:1:1: missing header"},
      {"a word", "cycle source destination flits\n0 0 x 8\n", nullptr,
       "s.txt:2:5: destination: expected a whole number, found 'x'"},
      {"a negative cycle", "cycle source destination flits\n-1 0 1 8\n", nullptr,
       "s.txt:2:1: cycle: expected a whole number"},
      {"a missing field", "cycle source destination flits\n0 0 1\n", nullptr,
       "s.txt:2:6: flits is missing"},
      {"a field too many", "cycle source destination flits\n0 0 1 8 9\n", nullptr,
       "s.txt:2:9: more fields"},
      {"time going backwards", "cycle source destination flits\n5 0 1 8\n4 0 1 8\n", nullptr,
       "s.txt:3:1: cycle 4 after 5"},
      {"a node that is not there", "cycle source destination flits\n0 0 16 8\n", nullptr,
       "s.txt:2:5: destination 16 does not exist; expected 0 .. 15"},
      {"no flits", "cycle source destination flits\n0 0 1 0\n", nullptr,
       "s.txt:2:7: expected 1 .. 65536 flits"},
      {"a destination twice", "cycle source destination flits\n0 0 3+1+3 8\n", nullptr,
       "s.txt:2:9: destination 3 twice"},
      {"an empty destination", "cycle source destination flits\n0 0 3+ 8\n", nullptr,
       "s.txt:2:7: destination: expected a whole number, found '3+'"},
      {"a destination of several that is not there", "cycle source destination flits\n0 0 3+16 8\n",
       nullptr, "s.txt:2:7: destination 16 does not exist; expected 0 .. 15"},
      {"a multicast packet longer than a buffer", "cycle source destination flits\n0 0 3+1 9\n",
       nullptr, "s.txt:2:9: expected 1 .. 8 flits: a packet to several destinations must fit"},
      {"a schedule that is not there", nullptr, "traffic.schedule=none.txt",
       "cannot read 'none.txt'"},
      {"a hotspot outside", nullptr, "traffic.hotspot_node=16",
       "--set traffic.hotspot_node=16: traffic.hotspot_node: node 16 does not exist"},
      {"transpose on a rectangle", nullptr, "noc.rows=3",
       "--set traffic.pattern=transpose: traffic.pattern: transpose needs as many columns as rows"},
      {"an unknown pattern", nullptr, "traffic.pattern=random", "traffic.pattern"},
      {"placement outside", nullptr, "noc.placement.traffic=16", "node 16 does not exist"},
  };
  for (const Case& item : cases) {
    const TemporaryFolder folder;
    std::vector<std::string> settings;
    if (item.schedule != nullptr) {
      folder.write("s.txt", item.schedule);
      settings = {"traffic.schedule=s.txt"};
    } else {
      const bool square = std::string(item.setting).find("rows") == std::string::npos;
      settings = {square ? "traffic.pattern=hotspot" : "traffic.pattern=transpose", item.setting};
    }
    const ProgramResult result = run_program(run_with(settings), folder.path());
    INFO(item.what << ": " << result.errors);
    CHECK(result.status == 2);
    CHECK_THAT(result.errors, Catch::Contains(item.says));
  }
}

TEST_CASE("of a schedule that is wrong throughout twenty places are told") {
  const TemporaryFolder folder;
  std::string schedule = "cycle source destination flits\n0 0 1 65536\n";
  for (int i = 0; i < 50; ++i) {
    schedule += "0 0 1 65537\n";
  }
  folder.write("s.txt", schedule);
  const ProgramResult result = run_program(run_with({"traffic.schedule=s.txt"}), folder.path());
  CHECK(result.status == 2);
  std::size_t told = 0;
  for (std::size_t at = 0; (at = result.errors.find("s.txt:", at)) != std::string::npos; ++at) {
    ++told;
  }
  INFO(result.errors);
  CHECK(told == 20);
  CHECK_THAT(result.errors, Catch::Contains("s.txt:3:7: expected 1 .. 65536 flits"));
}

TEST_CASE("traffic needs a network with routers") {
  const TemporaryFolder folder;
  folder.write("p.yaml",
               std::string("name: p\nclock: 1 GHz\ntechnology: ") + LACUNA_SOURCE_DIR +
                   "/platforms/tech/28nm.yaml\nmodules:\n  noc: {type: mesh}\n  traffic: {type: "
                   "noc_traffic}\n  other: {type: noc_traffic}\nbind:\n  traffic.network: "
                   "noc.netwrk\n");
  const ProgramResult result = run_program({"run", "p.yaml", "--out", "o"}, folder.path());
  CHECK(result.status == 2);
  CHECK_THAT(result.errors, Catch::Contains("p.yaml:9:20: bind.traffic.network: 'noc' has no "
                                            "interface 'netwrk' that 'traffic.network' could use, "
                                            "did you mean 'network'?"));
  CHECK_THAT(result.errors, Catch::Contains("'other.network' is not bound"));
}

TEST_CASE("BitVert computes over any interconnect what it computes over a crossbar") {
  const TemporaryFolder folder;
  folder.write("w.yaml", R"(name: small
layers:
  - {name: odd, type: conv, activations: {shape: [2, 31, 5, 7]}, weights: {shape: [33, 31, 3, 3]}, padding: 1, output: int8, compress: true}
  - {name: token, type: gemm, activations: {shape: [1, 700]}, weights: {shape: [129, 700]}, compress: true}
)");
  for (const std::vector<std::string>& settings :
       {std::vector<std::string>{"noc.type=mesh"},
        {"noc.type=mesh", "noc.model=fast", "noc.virtual_channels=1"},
        {"noc.type=ring"},
        {"noc.type=multicast_bus"},
        {"noc.type=mesh", "noc.placement.dram=15", "noc.placement.accelerator=0"}}) {
    std::vector<std::string> arguments = {"run", LACUNA_SOURCE_DIR "/platforms/bitvert.yaml",
                                          "--workload", "w.yaml"};
    for (const std::string& setting : settings) {
      arguments.insert(arguments.end(), {"--set", setting});
    }
    const ProgramResult result = run_program(arguments, folder.path());
    INFO(settings[0] << ": " << result.errors);
    CHECK(result.status == 0);  // every output bit was compared
  }
}

}  // namespace lacuna::testing
