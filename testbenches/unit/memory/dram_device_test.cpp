// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <catch2/catch.hpp>

#include "core/files.h"
#include "memory/dram_device_file.h"
#include "memory/dram_energy.h"
#include "unit/memory/devices.h"

namespace lacuna {

namespace {

std::string shipped(const std::string& name) {
  return read_file(std::string(LACUNA_SOURCE_DIR) + "/platforms/dram/" + name + ".yaml");
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// What is wrong with a device file, one line each.
std::string problems(const std::string& text) {
  Diagnostics diagnostics;
  memory::read_dram_device(parse_yaml(text, "device.yaml"), diagnostics);
  std::string result;
  for (const Diagnostic& item : diagnostics.items()) {
    result += item.text() + "\n";
  }
  return result;
}

}  // namespace

TEST_CASE("DDR3-1600 has the clocks of its data sheet") {
  const memory::DramDevice device = memory::load_dram_device("ddr3-1600", {});
  const memory::DramTimings& t = device.timing;
  CHECK(t.clock_ps == 1250);
  CHECK(std::vector<std::int64_t>{t.CL, t.CWL, t.RCD, t.RP, t.RAS, t.RC, t.RTP, t.WR} ==
        std::vector<std::int64_t>{11, 8, 11, 11, 28, 39, 6, 12});
  CHECK(std::vector<std::int64_t>{t.RRD_S, t.RRD_L, t.FAW, t.WTR_S, t.WTR_L, t.CCD_S, t.CCD_L} ==
        std::vector<std::int64_t>{5, 5, 24, 6, 6, 4, 4});
  CHECK(std::vector<std::int64_t>{t.RFC, t.REFI, t.XP, t.RTRS, t.burst} ==
        std::vector<std::int64_t>{208, 6240, 5, 1, 4});
  CHECK(device.organisation.rank_bytes() == std::uint64_t{4} << 30);
  CHECK(device.organisation.burst_bytes() == 64);
  CHECK(device.currents.VDD == 1.35);
}

TEST_CASE("DDR4-2400 has bank groups and eight gigabytes a rank") {
  const memory::DramDevice device = memory::load_dram_device("ddr4-2400", {});
  CHECK(device.organisation.banks() == 16);
  CHECK(device.organisation.rank_bytes() == std::uint64_t{8} << 30);
  CHECK(device.timing.clock_ps == 833);
  CHECK(device.timing.CL == 17);
  CHECK(device.timing.REFI == 9360);
}

TEST_CASE("energies per command are those computed by hand from the currents") {
  // Timing set U and the Micron currents: per rank of eight devices.
  const memory::DramEnergies energies = memory::dram_energies(test::ddr4_set_u());
  // 1.2 V x (48x55 - 43x39 - 34x16) mA clocks x 0.833 ns x 8 = 3350.6 pJ
  CHECK(energies.activate.value() == Approx(1.2 * 419 * 0.833 * 8));
  CHECK(energies.read.value() == Approx(2942.8).epsilon(0.001));
  CHECK(energies.write.value() == Approx(2558.9).epsilon(0.001));
  CHECK(energies.refresh.value() == Approx(695.2e3).epsilon(0.001));
  CHECK(energies.precharged.value() == Approx(326.4));
  // Active standby 412.8 mW: 86.4 mW more than precharged, per clock of 0.833 ns.
  CHECK(energies.active_clock.value() == Approx(86.4 * 0.833));
}

TEST_CASE("times are rounded up to clocks and refresh intervals down") {
  std::string text = shipped("ddr3-1600");
  text = replaced(text, "RCD: 13.75 ns", "RCD: 13.76 ns");
  text = replaced(text, "REFI: 7.8 us", "REFI: 7.801 us");
  Diagnostics diagnostics;
  const auto device = memory::read_dram_device(parse_yaml(text, "device.yaml"), diagnostics);
  CHECK(diagnostics.empty());
  CHECK(device.timing.RCD == 12);
  CHECK(device.timing.REFI == 6240);
}

TEST_CASE("a device file can do without currents") {
  std::string text = shipped("ddr3-1600");
  text = text.substr(0, text.find("\ncurrents:") + 1);
  Diagnostics diagnostics;
  const auto device = memory::read_dram_device(parse_yaml(text, "device.yaml"), diagnostics);
  CHECK(diagnostics.empty());
  CHECK_FALSE(device.currents.known);
}

TEST_CASE("contradictions and malformed values are refused at their place") {
  const std::string good = shipped("ddr3-1600");
  CHECK(problems(good).empty());
  CHECK(problems(replaced(good, "RC: 48.75 ns", "RC: 38 nCK")).find("RC: shorter than RAS + RP") !=
        std::string::npos);
  CHECK(problems(replaced(good, "CL: 11 nCK", "CL: 11")).find("timing.CL: expected clocks") !=
        std::string::npos);
  CHECK(problems(replaced(good, "CL: 11 nCK", "CL: -1 nCK")).find("timing.CL: expected clocks") !=
        std::string::npos);
  CHECK(problems(replaced(good, "rows: 65536", "rows: 65535")).find("power of two") !=
        std::string::npos);
  CHECK(problems(replaced(good, "rows: 65536", "rows: 0")).find("power of two") !=
        std::string::npos);
  CHECK(problems(replaced(good, "CCD_S: 4 nCK", "CCD_S: 3 nCK")).find("shorter than a burst") !=
        std::string::npos);
  CHECK(problems(replaced(good, "REFI: 7.8 us", "REFI: 100 ns")).find("no time between") !=
        std::string::npos);
  CHECK(problems(replaced(good, "standard: DDR3", "standard: DDR9")).find("standard") !=
        std::string::npos);
  CHECK(problems(replaced(good, "  CWL: 8 nCK\n", "")).find("CWL") != std::string::npos);
  CHECK(problems(replaced(good, "  CWL: 8 nCK\n", "  CWLL: 8 nCK\n")).find("CWLL") !=
        std::string::npos);
}

TEST_CASE("a device is found by name near the file that names it, else among the shipped") {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / "lacuna_dram_device_test";
  fs::remove_all(folder);
  fs::create_directories(folder / "dram");
  fs::create_directories(folder / "parts");
  write_file((folder / "parts" / "p.yaml").string(), "x: 1\n");
  write_file((folder / "dram" / "mine.yaml").string(),
             replaced(shipped("ddr3-1600"), "name: DDR3-1600 4 Gb x8", "name: mine"));
  Place place;
  place.file = (folder / "parts" / "p.yaml").string();
  place.line = 1;
  CHECK(memory::load_dram_device("mine", place).name == "mine");
  CHECK(memory::load_dram_device("../dram/mine.yaml", place).name == "mine");
  CHECK(memory::load_dram_device("ddr4-2400", place).standard == "DDR4");
  CHECK(memory::resolved_device("../dram/mine.yaml", place) ==
        (folder / "dram" / "mine.yaml").string());
  CHECK(memory::resolved_device("mine", place) == "mine");
  try {
    memory::load_dram_device("ddr3-1601", place);
    FAIL("no such device");
  } catch (const Error& error) {
    CHECK(error.fault() == Fault::bad_input);
    CHECK(std::string(error.what()).find("did you mean 'ddr3-1600'") != std::string::npos);
    CHECK(error.diagnostics()[0].place.line == 1);
  }
  CHECK_THROWS_AS(memory::load_dram_device("nothing/here.yaml", place), Error);
  fs::remove_all(folder);
}

TEST_CASE("the shipped devices are those of the folder") {
  const std::vector<std::string> names = memory::builtin_dram_devices();
  for (const std::string& name : names) {
    CHECK(problems(shipped(name)).empty());
  }
  CHECK(std::count(names.begin(), names.end(), "ddr3-1600") == 1);
  CHECK(std::count(names.begin(), names.end(), "ddr4-2400") == 1);
}

}  // namespace lacuna
