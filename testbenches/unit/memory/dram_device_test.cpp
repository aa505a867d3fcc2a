// SPDX-License-Identifier: Apache-2.0
#include <cstring>
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

TEST_CASE("nanoseconds of DDR4-2666 and DDR4-3200 come to the clocks of their data sheets") {
  using Clocks = std::vector<std::int64_t>;
  const auto clocks = [](const std::string& name) {
    const memory::DramTimings t = memory::load_dram_device(name, {}).timing;
    return Clocks{t.CL,    t.CWL, t.RCD,   t.RP,    t.RAS,   t.WR,    t.RTP, t.RRD_S,
                  t.RRD_L, t.FAW, t.WTR_S, t.WTR_L, t.CCD_S, t.CCD_L, t.RFC, t.XP};
  };
  CHECK(clocks("ddr4-2666") == Clocks{19, 14, 19, 19, 43, 20, 10, 4, 7, 28, 4, 10, 4, 7, 467, 8});
  CHECK(clocks("ddr4-3200") == Clocks{22, 16, 22, 22, 52, 24, 12, 4, 8, 34, 4, 12, 4, 8, 560, 10});
  CHECK(memory::load_dram_device("ddr4-2666", {}).timing.RC == 43 + 19);
  CHECK(memory::load_dram_device("ddr4-3200", {}).timing.RC == 52 + 22);
  CHECK(memory::load_dram_device("ddr4-2666", {}).timing.REFI == 10400);
  CHECK(memory::load_dram_device("ddr4-3200", {}).timing.REFI == 12480);
}

TEST_CASE("timing set U is the one for which public simulators were measured") {
  const memory::DramTimings file = memory::load_dram_device("ddr4-2400-u", {}).timing;
  const memory::DramTimings expected = test::ddr4_set_u().timing;
  CHECK(std::memcmp(&file, &expected, sizeof file) == 0);
}

TEST_CASE("an LPDDR4 channel has its own parameters") {
  const memory::DramDevice device = memory::load_dram_device("lpddr4-3200", {});
  const memory::DramTimings& t = device.timing;
  CHECK(device.organisation.burst_bytes() == 32);
  CHECK(device.organisation.rank_bytes() == std::uint64_t{1} << 30);
  CHECK(t.burst == 8);
  CHECK(t.CL == 28 + 6);       // read latency and tDQSCK
  CHECK(t.CWL == 14 + 1 + 2);  // write latency, tDQSS, tDQS2DQ
  CHECK(std::vector<std::int64_t>{t.RCD, t.RP, t.RP_ab, t.RAS, t.RC, t.RRD_S, t.FAW, t.CCD_S} ==
        std::vector<std::int64_t>{29, 29, 34, 68, 97, 16, 64, 8});
  CHECK(std::vector<std::int64_t>{t.WR, t.RTP, t.WTR_S, t.RFC, t.REFI, t.RFC_pb, t.REFI_pb} ==
        std::vector<std::int64_t>{29, 12, 16, 448, 6246, 224, 780});
  CHECK(std::vector<std::int64_t>{t.XP, t.CKE, t.PPD} == std::vector<std::int64_t>{12, 12, 4});
  // Power while reading: 2.25 mA x 1.8 V + (275 + 150) mA x 1.1 V.
  CHECK(device.currents.VDD * device.currents.IDD4R ==
        Approx(2.25 * 1.8 + 425 * 1.1).epsilon(1e-4));
}

TEST_CASE("an HBM2 pseudo-channel has its own parameters") {
  const memory::DramDevice device = memory::load_dram_device("hbm2", {});
  const memory::DramTimings& t = device.timing;
  CHECK(device.organisation.burst_bytes() == 32);
  CHECK(device.organisation.bursts_per_row() == 32);
  CHECK(device.organisation.banks() == 32);
  CHECK(t.burst == 2);
  CHECK(t.CL == 18);
  CHECK(std::vector<std::int64_t>{t.RCD, t.RCD_W, t.RTW, t.RREFD, t.RFC_pb, t.REFI_pb} ==
        std::vector<std::int64_t>{12, 6, 18, 8, 96, 121});
  CHECK_FALSE(device.currents.known);
  CHECK(device.access_energy.value() == 3.9);
}

TEST_CASE("limits that follow from a device's timings are those worked out by hand") {
  // Bytes of a burst, clocks between bursts, and the picoseconds of a clock: GB/s.
  const auto rate = [](const memory::DramDevice& device, double clocks) {
    return device.organisation.burst_bytes() /
           (clocks * static_cast<double>(device.timing.clock_ps)) * 1e3;
  };
  const auto share = [](std::int64_t part, std::int64_t whole) {
    return static_cast<double>(part) / static_cast<double>(whole);
  };
  const memory::DramDevice u = memory::load_dram_device("ddr4-2400-u", {});
  CHECK(rate(u, 4) == Approx(19.208).epsilon(1e-4));
  CHECK(rate(u, 4) * (1 - share(u.timing.RFC, u.timing.REFI)) == Approx(18.346).epsilon(1e-4));
  CHECK(rate(u, static_cast<double>(u.timing.CCD_L)) == Approx(12.805).epsilon(1e-4));
  CHECK(rate(u, static_cast<double>(u.timing.FAW) / 4) == Approx(11.820).epsilon(1e-4));
  CHECK(rate(u, static_cast<double>(u.timing.RC)) == Approx(1.3969).epsilon(1e-4));

  const memory::DramDevice lp = memory::load_dram_device("lpddr4-3200", {});
  CHECK(rate(lp, 8) == Approx(6.4));
  CHECK(rate(lp, static_cast<double>(lp.timing.FAW) / 4) == Approx(3.2));
  CHECK(rate(lp, static_cast<double>(lp.timing.RRD_S)) == Approx(3.2));
  CHECK(rate(lp, static_cast<double>(lp.timing.RC)) == Approx(0.528).epsilon(1e-3));
  CHECK(share(lp.timing.RFC, lp.timing.REFI) == Approx(0.0717).epsilon(1e-3));
  CHECK(share(lp.timing.RFC_pb, lp.timing.REFI_pb) == Approx(0.287).epsilon(1e-3));

  const memory::DramDevice hbm = memory::load_dram_device("hbm2", {});
  CHECK(rate(hbm, 2) == Approx(16));
  CHECK(rate(hbm, static_cast<double>(hbm.timing.CCD_L)) == Approx(10.67).epsilon(1e-3));
  CHECK(rate(hbm, static_cast<double>(hbm.timing.FAW) / 4) == Approx(8));
  CHECK(share(hbm.timing.RFC, hbm.timing.REFI) == Approx(0.0564).epsilon(1e-3));
  // 39 % of one stack ID's time; every second refresh of a bank is the other's.
  CHECK(share(hbm.timing.RFC_pb, 2 * hbm.timing.REFI_pb) == Approx(0.393).epsilon(2e-2));
  CHECK(hbm.timing.REFI_pb == hbm.timing.REFI / hbm.organisation.banks());
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

TEST_CASE("more contradictions are refused with their reason") {
  const auto says = [](const std::string& device, const std::string& from, const std::string& to,
                       const std::string& message) {
    CHECK_THAT(problems(replaced(shipped(device), from, to)), Catch::Contains(message));
  };
  says("ddr4-2400-u", "FAW: 26 nCK", "FAW: 3 nCK", "timing.FAW: shorter than RRD_S");
  says("ddr4-2400-u", "RAS: 39 nCK", "RAS: 15 nCK", "timing.RAS: shorter than RCD");
  says("ddr4-2400-u", "WTR_L: 9 nCK", "WTR_L: 2 nCK", "timing.WTR_L: shorter than WTR_S");
  says("ddr4-2400-u", "XP: 8 nCK", "XP: 8 nCK\n  RTW: 3 nCK",
       "timing.RTW: DDR4 knows no such parameter; it is one of HBM2");
  says("ddr4-2400-u", "IDD4R: 135 mA", "IDD4R: 42 mA", "currents.IDD4R: less than standby");
  says("ddr4-2400-u", "IDD0: 48 mA", "IDD0: 38 mA", "currents.IDD0: so small");
  says("lpddr4-3200", "  PPD: 4 nCK\n", "", "timing.PPD: missing; LPDDR4 needs it");
  says("lpddr4-3200", "RP_ab: 21 ns", "RP_ab: 17 ns", "timing.RP_ab: shorter than RP");
  says("lpddr4-3200", "RFC_pb: 140 ns", "RFC_pb: 281 ns", "timing.RFC_pb: longer than RFC");
  says("hbm2", "RREFD: 8 nCK", "RREFD: 97 nCK", "timing.RREFD: longer than RFC_pb");
  says("hbm2", "REFI_pb: 121 nCK", "REFI_pb: 110 nCK", "timing.REFI_pb: leaves no time");
  says("hbm2", "CL: 17 nCK", "CL: 99999999999 nCK", "timing.CL: expected clocks");
}

TEST_CASE("what is merely odd is warned of, with its place") {
  const auto warnings = [](const std::string& text) {
    Diagnostics diagnostics;
    std::string lines;
    for (const Diagnostic& warning :
         memory::read_dram_device(parse_yaml(text, "device.yaml"), diagnostics).warnings) {
      lines += warning.text() + "\n";
    }
    CHECK(diagnostics.empty());
    return lines;
  };
  const std::string good = shipped("ddr4-2400-u");
  CHECK(warnings(good).empty());
  CHECK(warnings(replaced(good, "FAW: 26 nCK", "FAW: 15 nCK")) ==
        "device.yaml:27:8: timing.FAW: shorter than 4 RRD_S, so that it never matters\n");
  const std::string banks = shipped("hbm2");
  CHECK(warnings(banks).empty());
  CHECK(warnings(shipped("lpddr4-3200")).empty());
  CHECK_THAT(warnings(replaced(banks, "REFI_pb: 121 nCK", "REFI_pb: 122 nCK")),
             Catch::Contains("timing.REFI_pb: longer than REFI / banks"));
  CHECK_THAT(warnings(replaced(good, "RC: 55 nCK", "RC: 60 nCK")),
             Catch::Contains("timing.RC: more"));
  CHECK_THAT(warnings(replaced(good, "IDD2N: 34 mA", "IDD2N: 44 mA")),
             Catch::Contains("currents.IDD2N: precharged standby draws more"));
  CHECK_THAT(warnings(replaced(good, "bank_groups: 4", "bank_groups: 1")),
             Catch::Contains("organisation.bank_groups: one bank group"));
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
    CHECK(memory::load_dram_device(name, {}).warnings.empty());
  }
  CHECK(names.size() == 7);
  CHECK(std::count(names.begin(), names.end(), "ddr3-1600") == 1);
  CHECK(std::count(names.begin(), names.end(), "ddr4-2400") == 1);
}

}  // namespace lacuna
