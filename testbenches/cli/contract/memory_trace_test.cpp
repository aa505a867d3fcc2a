// SPDX-License-Identifier: Apache-2.0
// A memory by itself: traces and traffic in, figures out, and every malformed trace or device refused at its place.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "support/program.h"

namespace lacuna::testing {

namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

const std::string source = LACUNA_SOURCE_DIR;
const std::string memory_trace = source + "/platforms/memory_trace.yaml";
const std::string memory_traffic = source + "/platforms/memory_traffic.yaml";

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE(in);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

Json stats_of(const fs::path& folder) {
  Json stats = Json::parse(text_of(folder / "stats.json"));
  stats.erase("host_seconds");
  stats["total"].erase("host_seconds");
  return stats;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

struct BadTrace {
  const char* what;
  const char* text;
  const char* place;  ///< line:column
  const char* says;
};

const std::vector<BadTrace> bad_traces = {
    {"a clock that is none", "0 R 0x0\nx R 0x40\n", "2:1", "expected a clock"},
    {"a negative clock", "-1 R 0x0\n", "1:1", "expected a clock"},
    {"a clock too late for any simulation", "9223372036854775807 R 0x0\n", "1:1", "too late"},
    {"clocks that go back", "8 R 0x0\n7 R 0x40\n", "2:1", "lies before"},
    {"a direction that is none", "0 X 0x0\n", "1:3", "expected R or W"},
    {"a small direction", "0 w 0x0\n", "1:3", "expected R or W"},
    {"a line that ends early", "0 R\n", "1:4", "expected an address"},
    {"an address that is not hexadecimal", "0 R 0x12z\n", "1:5", "'0x12z'"},
    {"an address without its prefix", "0 R 1234\n", "1:5", "'1234'"},
    {"a field too many", "0 R 0x0 64 R\n", "1:12", "one field too many"},
    {"no bytes", "0 R 0x0 0\n", "1:9", "from 1 to 65536"},
    {"too many bytes", "0 R 0x0 65537\n", "1:9", "from 1 to 65536"},
    {"an address that wraps around", "0 R 0xffffffffffffffff 2\n", "1:5", "beyond 2^64"},
    {"an address outside the memory", "0 R 0x0\n# 8 GiB\n 5 W 0x200000000\n", "3:6",
     "no memory at that address"},
    {"an access across the memory's end", "0 R 0x1ffffffc1\n", "1:5", "no memory at that address"},
};

}  // namespace

TEST_CASE("a malformed trace is refused at its line and column, and leaves no results") {
  for (const BadTrace& test : bad_traces) {
    DYNAMIC_SECTION(test.what) {
      const TemporaryFolder folder;
      folder.write("t.txt", test.text);
      const ProgramResult result = run_program(
          {"run", memory_trace, "--set", "player.trace=t.txt", "--out", "o"}, folder.path());
      INFO(result.errors);
      CHECK(result.status == 2);
      CHECK_THAT(result.errors, Catch::Contains(fmt::format("t.txt:{}: ", test.place)));
      CHECK_THAT(result.errors, Catch::Contains(test.says));
      CHECK_FALSE(fs::exists(folder.path() / "o"));
    }
  }
}

TEST_CASE("a trace that is missing or no file is refused where it is named") {
  const TemporaryFolder folder;
  ProgramResult result = run_program({"check", memory_trace}, folder.path());
  CHECK(result.status == 2);
  CHECK_THAT(result.errors, Catch::Contains("memory_trace.yaml:6:11: player.trace: required"));
  result = run_program({"check", memory_trace, "--set", "player.trace=none.txt"}, folder.path());
  CHECK(result.status == 2);
  CHECK_THAT(result.errors,
             Catch::Contains("--set player.trace=none.txt: player.trace: cannot read"));
  folder.write("platform.yaml", "name: p\nclock: 1 GHz\ntechnology: " + source +
                                    "/platforms/tech/28nm.yaml\nmodules:\n"
                                    "  player: {type: trace_player, trace: none.txt}\n"
                                    "  host: {type: access_script, script: none.script}\n"
                                    "  dram: {type: dram}\n"
                                    "bind:\n  player.memory: dram.memory\n"
                                    "  host.memory: dram.memory\n");
  result = run_program({"check", "platform.yaml"}, folder.path());
  CHECK(result.status == 2);
  CHECK_THAT(result.errors, Catch::Contains("platform.yaml:5:39: player.trace: cannot read '") &&
                                Catch::Contains("none.txt': No such file") &&
                                Catch::Contains("platform.yaml:6:39: host.script: cannot read '") &&
                                Catch::Contains("none.script': cannot open: No such file"));
  result = run_program({"check", memory_trace, "--set", "player.trace=."}, folder.path());
  CHECK(result.status == 2);
  CHECK_THAT(result.errors, Catch::Contains("folder"));
}

TEST_CASE("a priority for nobody is refused, and says who is meant") {
  const TemporaryFolder folder;
  folder.write("t.txt", "0 R 0x0\n");
  const auto run = [&](const std::string& name) {
    return run_program({"run", memory_trace, "--set", "player.trace=t.txt", "--set",
                        "dram.scheduler.priority." + name + "=1"},
                       folder.path());
  };
  CHECK(run("player").status == 0);
  const ProgramResult result = run("playr");
  CHECK(result.status == 2);
  CHECK_THAT(
      result.errors,
      Catch::Contains("--set dram.scheduler.priority.playr=1: dram.scheduler.priority.playr: "
                      "no module is called 'playr', did you mean 'player'?"));
}

TEST_CASE("a trace is played and measured, and effective.yaml plays it again") {
  const TemporaryFolder folder;
  // Closed bank, hit, conflict (37, 21, 53 clocks of 0.833 ns), and one write.
  folder.write("t/t.txt",
               "1000 R 0x0\n2000 R 0x100   # the same row\n3000 R 0x100000\n4000 W 0x100000 64\n");
  const ProgramResult result = run_program({"run", memory_trace, "--set", "player.trace=t/t.txt",
                                            "--set", "dram.refresh=off", "--out", "o"},
                                           folder.path());
  INFO(result.errors);
  REQUIRE(result.status == 0);
  CHECK(result.errors.empty());
  CHECK_THAT(result.output, Catch::Contains("player.read_latency_ns"));
  const Json stats = stats_of(folder.path() / "o");
  const Json& player = stats["player"];
  CHECK(player["requests"] == 4);
  CHECK(player["reads"] == 3);
  CHECK(player["bytes"] == 256);
  CHECK(player["read_latency_ns"]["mean"].get<double>() == Approx((37 + 21 + 53) * 0.833 / 3));
  CHECK(player["read_latency_ns"]["max"].get<double>() == Approx(53 * 0.833));
  CHECK(player["lag_ns"]["max"] == 0);
  CHECK(stats["statistics"]["player.write_bytes"]["value"] == 64);
  CHECK(stats["statistics"]["dram.requester.player.reads"]["value"] == 3);
  CHECK(stats["statistics"]["dram.read_bytes"]["value"] == 192);

  const ProgramResult again =
      run_program({"run", "effective.yaml", "--out", "p"}, folder.path() / "o");
  INFO(again.errors);
  REQUIRE(again.status == 0);
  CHECK(stats_of(folder.path() / "o/p") == stats);
}

TEST_CASE("a trace that a platform file names stands beside that file") {
  const TemporaryFolder folder;
  folder.write("t.txt", "0 R 0x0\n");
  folder.write("sub/t.txt", "0 R 0x0\n1 R 0x40\n");
  folder.write("sub/p.yaml",
               "include: " + memory_trace + "\nname: p\nmodules:\n  player: {trace: t.txt}\n");
  REQUIRE(run_program({"run", "sub/p.yaml", "--out", "a"}, folder.path()).status == 0);
  CHECK(stats_of(folder.path() / "a")["player"]["requests"] == 2);
  REQUIRE(
      run_program({"run", "sub/p.yaml", "--set", "player.trace=t.txt", "--out", "b"}, folder.path())
          .status == 0);
  CHECK(stats_of(folder.path() / "b")["player"]["requests"] == 1);
}

TEST_CASE("a trace counts the clock of the memory's device, whatever the device") {
  struct Case {
    const char* device;
    double closed_ns;  ///< tRCD + CL + BL/2 + 1 clock
  };
  for (const Case& test : std::vector<Case>{{"ddr3-1600", (11 + 11 + 4 + 1) * 1.25},
                                            {"ddr4-3200", (22 + 22 + 4 + 1) * 0.625},
                                            {"lpddr4-3200", (29 + 28 + 6 + 8 + 1) * 0.625},
                                            {"hbm2", (12 + 17 + 1 + 2 + 1) * 1.0}}) {
    const TemporaryFolder folder;
    folder.write("t.txt", "1000 R 0x0 32\n");
    std::vector<std::string> arguments = {"run",   memory_trace,
                                          "--set", "player.trace=t.txt",
                                          "--set", std::string("dram.device=") + test.device,
                                          "--set", "dram.ranks=2",
                                          "--set", "dram.refresh=off",
                                          "--out", "o"};
    ProgramResult result = run_program(arguments, folder.path());
    INFO(test.device << ": " << result.errors);
    REQUIRE(result.status == 0);
    const Json player = stats_of(folder.path() / "o")["player"];
    // Offered exactly at its clock, and at an edge of the device.
    CHECK(player["lag_ns"]["max"] == 0);
    CHECK(player["read_latency_ns"]["mean"].get<double>() == Approx(test.closed_ns));
    // Unless said otherwise.
    arguments.back() = "p";
    arguments.insert(arguments.end(), {"--set", "player.clock=100 MHz"});
    REQUIRE(run_program(arguments, folder.path()).status == 0);
    const Json said = stats_of(folder.path() / "p");
    CHECK(said["player"]["duration_ns"].get<double>() ==
          Approx(player["duration_ns"].get<double>()).margin(1.25));
    CHECK(said["player"]["lag_ns"]["max"] == 0);
  }
}

TEST_CASE("address maps are taken as they are written about, and bit by bit") {
  const TemporaryFolder folder;
  folder.write("t.txt", "0 R 0x0\n0 R 0x40\n0 R 0x80\n0 R 0xc0\n");
  const auto activates = [&](const std::string& map, const std::string& ranks = "1") {
    const ProgramResult result =
        run_program({"run", memory_trace, "--set", "player.trace=t.txt", "--set",
                     "dram.ranks=" + ranks, "--set", "dram.address_map=" + map, "--out", "o"},
                    folder.path());
    INFO(map << ": " << result.errors);
    REQUIRE(result.status == 0);
    const Json stats = stats_of(folder.path() / "o");
    fs::remove_all(folder.path() / "o");
    return stats["dram"]["commands"]["ACT"].get<int>();
  };
  // Four neighbours in one row, or in four bank groups.
  CHECK(activates("M1") == 1);
  CHECK(activates("M2") == 4);
  CHECK(activates("M1", "2") == 1);
  CHECK(activates("6 offset, 7 column, rank, 2 BG, 2 bank, 16 row", "2") == 1);
  CHECK(activates("6 offset, 2 BG, 7 column, 2 bank, 16 row") == 4);
  CHECK(activates("RoBaRaCo") == 1);
  CHECK(activates("{bankgroup: [[6, 17], 7], column: [8..14], bank: [15, 16], row: [17..32]}") ==
        4);
  const ProgramResult bad = run_program(
      {"check", memory_trace, "--set", "player.trace=t.txt", "--set",
       "dram.address_map={bankgroup: [6, 7], column: [8..14], bank: [15, 15], row: [17..32]}"},
      folder.path());
  CHECK(bad.status == 2);
  CHECK_THAT(bad.errors, Catch::Contains("dram.address_map: no field is chosen by address bit 16"));
}

TEST_CASE("every shipped device takes traffic") {
  for (const auto& entry : fs::directory_iterator(source + "/platforms/dram")) {
    const std::string device = entry.path().stem().string();
    const TemporaryFolder folder;
    const ProgramResult result =
        run_program({"run", memory_traffic, "--set", "dram.device=" + device, "--set",
                     "dram.energy=flat", "--set", "player.pattern=random", "--set",
                     "player.requests=2000", "--set", "player.read_share=0.6", "--out", "o"},
                    folder.path());
    INFO(device << ": " << result.errors);
    REQUIRE(result.status == 0);
    CHECK(result.errors.empty());
    const Json stats = stats_of(folder.path() / "o");
    CHECK(stats["player"]["requests"] == 2000);
    CHECK(stats["statistics"]["dram.errors"]["value"] == 0);
  }
}

TEST_CASE("a device's oddities are warned of, its contradictions refused") {
  const TemporaryFolder folder;
  const std::string good = text_of(source + "/platforms/dram/ddr4-2400-u.yaml");
  folder.write("d.yaml", replaced(good, "FAW: 26 nCK", "FAW: 15 nCK"));
  const std::vector<std::string> arguments = {memory_traffic, "--set", "dram.device=d.yaml",
                                              "--set", "player.requests=9"};
  const auto with = [&](const std::string& verb) {
    std::vector<std::string> all = {verb};
    all.insert(all.end(), arguments.begin(), arguments.end());
    if (verb == "run") {
      all.insert(all.end(), {"--out", "o"});
    }
    return run_program(all, folder.path());
  };
  for (const std::string verb : {"check", "run"}) {
    const ProgramResult result = with(verb);
    CHECK(result.status == 0);
    CHECK_THAT(result.errors, Catch::Contains("warning: ") &&
                                  Catch::Contains("d.yaml:27:8: timing.FAW: shorter than 4 RRD_S"));
  }
  CHECK(stats_of(folder.path() / "o")["warnings"].size() == 1);

  struct Case {
    const char* from;
    const char* to;
    const char* place;
    const char* says;
  };
  for (const Case& test :
       std::vector<Case>{{"RC: 55 nCK", "RC: 54 nCK", "22:7", "shorter than RAS + RP"},
                         {"FAW: 26 nCK", "FAW: 3 nCK", "27:8", "shorter than RRD_S"},
                         {"CL: 16 nCK", "CL: 16", "17:7", "expected clocks"},
                         {"CL: 16 nCK", "CL: 16 MHz", "17:7", "expected clocks"},
                         {"REFI: 9360 nCK", "REFI: 400 nCK", "34:9", "no time between refreshes"},
                         {"  WR: 18 nCK\n", "", "16:3", "WR"},
                         {"XP: 8 nCK", "XPP: 8 nCK", "35:3", "did you mean 'XP'"},
                         {"rows: 65536", "rows: 65537", "10:9", "power of two"},
                         {"standard: DDR4", "standard: DDR6", "3:11", "DDR4"},
                         {"IDD4R: 135 mA", "IDD4R: 135 V", "43:10", "mA"}}) {
    INFO(test.to);
    folder.write("d.yaml", replaced(good, test.from, test.to));
    const ProgramResult result = with("check");
    INFO(result.errors);
    CHECK(result.status == 2);
    CHECK_THAT(result.errors, Catch::Contains(fmt::format("d.yaml:{}: ", test.place)) &&
                                  Catch::Contains(test.says));
  }
}

TEST_CASE("traffic within ranks has more than the channel's bandwidth, and none of its drivers") {
  const TemporaryFolder folder;
  std::vector<std::string> arguments = {"run",   source + "/platforms/near_memory_traffic.yaml",
                                        "--set", "processor.requests=500",
                                        "--out", "o"};
  for (const char* near : {"near0", "near1", "near2", "near3"}) {
    arguments.insert(arguments.end(), {"--set", std::string(near) + ".requests=300"});
  }
  const ProgramResult result = run_program(arguments, folder.path());
  INFO(result.errors);
  REQUIRE(result.status == 0);
  const Json stats = stats_of(folder.path() / "o");
  double inside = 0;
  for (const char* near : {"near0", "near1", "near2", "near3"}) {
    inside += stats[near]["bandwidth_gbps"].get<double>();
  }
  CHECK(inside > 3 * 19.2);
  CHECK(inside < 4 * 19.21);
  const Json& dram = stats["dram"];
  CHECK(dram["commands"]["RD_inside"] == 4 * 300 * 16);
  CHECK(dram["commands"]["RD"].get<int>() + dram["commands"]["WR"].get<int>() == 500);
  CHECK(dram["energy_pj"]["io"].get<double>() == Approx(500 * 512 * 5.5));
  // A port belongs to one rank: neighbours are out of reach.
  const ProgramResult wrong = run_program(
      {"run", source + "/platforms/near_memory_traffic.yaml", "--set", "near1.base=0 GiB"},
      folder.path());
  CHECK(wrong.status == 2);
  CHECK_THAT(wrong.errors, Catch::Contains("near1") && Catch::Contains("was refused"));
}

TEST_CASE("a script sends instructions to logic beside the devices, and reads it back") {
  const TemporaryFolder folder;
  const std::string platform = source + "/platforms/near_memory_instructions.yaml";
  const ProgramResult result = run_program({"run", platform, "--out", "o"}, folder.path());
  INFO(result.errors);
  REQUIRE(result.status == 0);
  const Json stats = stats_of(folder.path() / "o");
  CHECK(stats["dram"]["commands"]["INS"] == 1);
  CHECK(stats["dram"]["commands"]["INSW"] == 3);
  CHECK(stats["dram"]["commands"]["INSR"].get<int>() >= 4);
  // Encoding 1024 is A10 alone.
  std::ofstream(folder.path() / "wrong.script")
      << "# one that devices would take\nwrite 0x400010000 1\n";
  const ProgramResult wrong = run_program(
      {"run", platform, "--set", "processor.script=" + (folder.path() / "wrong.script").string()},
      folder.path());
  CHECK(wrong.status == 2);
  CHECK_THAT(wrong.errors, Catch::Contains("wrong.script:2:1: ") &&
                               Catch::Contains("A10 set: that is a PRECHARGE of all banks"));
  const ProgramResult absent =
      run_program({"run", platform, "--set", "processor.script=none.script"}, folder.path());
  CHECK(absent.status == 2);
  CHECK_THAT(
      absent.errors,
      Catch::StartsWith("--set processor.script=none.script: processor.script: cannot read"));
  const ProgramResult inside =
      run_program({"run", platform, "--set", "dram.instruction_window=8 GiB"}, folder.path());
  CHECK(inside.status == 2);
  CHECK_THAT(inside.errors,
             Catch::Contains("instruction_window") && Catch::Contains("0x400000000"));
  const ProgramResult other = run_program(
      {"run", platform, "--set", "dram.device=hbm2", "--set", "dram.instruction_window=64 GiB"},
      folder.path());
  CHECK(other.status == 2);
  CHECK_THAT(other.errors, Catch::Contains("HBM2 has no encodings of PRECHARGE left"));
}

TEST_CASE("traces of the script are those that it describes") {
  const TemporaryFolder folder;
  const auto lines = [&](const std::string& arguments) {
    const std::string command = fmt::format("cd {} && {}/scripts/make_memory_trace {} > t.txt",
                                            folder.path().string(), source, arguments);
    REQUIRE(std::system(command.c_str()) == 0);
    return text_of(folder.path() / "t.txt");
  };
  CHECK(lines("seq -n 3 -i 16") == "0 R 0x0\n16 R 0x40\n32 R 0x80\n");
  CHECK(lines("mix -n 3 --base 1KiB") == "0 R 0x400\n0 R 0x440\n0 W 0x480\n");
  CHECK(lines("conf -n 3 -i 64 --size 256KiB") == "0 R 0x0\n64 R 0x20000\n128 R 0x0\n");
  CHECK(lines("seq -n 2 --bytes 128") == "0 R 0x0 128\n0 R 0x80 128\n");
  const std::string random = lines("rand -n 1000 --size 1MiB");
  CHECK(random == lines("rand -n 1000 --size 1MiB"));
  CHECK(random != lines("rand -n 1000 --size 1MiB --seed 2"));
  const ProgramResult result =
      run_program({"run", memory_trace, "--set", "player.trace=t.txt"}, folder.path());
  CHECK(result.status == 0);
}

}  // namespace lacuna::testing
