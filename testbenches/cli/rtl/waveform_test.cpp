// SPDX-License-Identifier: Apache-2.0
// What differs is reported with all that is needed to look at it; waveforms hold what was asked for.
#include <cstdlib>
#include <regex>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "support/program.h"

#if LACUNA_HAVE_WAVES
#include <gtkwave/fstapi.h>
#endif

namespace lacuna::testing {

namespace fs = std::filesystem;

namespace {

const std::string bitvert = LACUNA_SOURCE_DIR "/platforms/bitvert.yaml";

constexpr const char* small = R"(name: small
layers:
  - {name: rows, type: gemm, activations: {shape: [20, 256]}, weights: {shape: [70, 256]}}
  - {name: more_rows, type: gemm, activations: {shape: [20, 64]}, weights: {shape: [40, 64]}}
)";

ProgramResult run_small(const TemporaryFolder& folder, const std::string& body,
                        const std::vector<std::string>& more) {
  folder.write("small.yaml", small);
  std::vector<std::string> arguments = {
      "run", bitvert, "--workload", "small.yaml", "--set", "accelerator.pe_array.model=" + body};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_program(arguments, folder.path());
}

bool without_waves() {
  if (LACUNA_HAVE_WAVES == 0) {
    WARN("skipped: built without waveforms");
  }
  return LACUNA_HAVE_WAVES == 0;
}

#if LACUNA_HAVE_WAVES
/// What a waveform file holds.
struct Wave {
  std::uint64_t signals = 0;
  std::uint64_t changes = 0;
  std::uint64_t first_ps = 0;
  std::uint64_t last_ps = 0;
};

Wave read_wave(const fs::path& path) {
  Wave wave;
  void* reader = fstReaderOpen(path.c_str());
  REQUIRE(reader != nullptr);
  wave.signals = fstReaderGetVarCount(reader);
  wave.first_ps = fstReaderGetStartTime(reader);
  wave.last_ps = fstReaderGetEndTime(reader);
  fstReaderSetFacProcessMaskAll(reader);
  fstReaderIterBlocks(
      reader,
      [](void* data, std::uint64_t, fstHandle, const unsigned char*) {
        ++static_cast<Wave*>(data)->changes;
      },
      &wave, nullptr);
  fstReaderClose(reader);
  return wave;
}
#else
struct Wave {
  std::uint64_t signals, changes, first_ps, last_ps;
};
Wave read_wave(const fs::path&) {
  return {};
}
#endif

}  // namespace

TEST_CASE("a difference in lockstep is told with job, tile, element and the way to see it") {
  if (without_waves()) {
    return;
  }
  const TemporaryFolder folder;
  // The first layer leaves the array in 24 sets: 4 chunks, 3 blocks of channels, 20 rows in batches of 16. A set is 32 x 16 sums.
  const std::string fault =
      "accelerator.pe_array.rtl_sums:" + std::to_string(25 * 32 * 16 * 4) + ":0";
  const ProgramResult result = run_small(folder, "lockstep", {"--inject", fault});
  CHECK(result.status == 1);
  INFO(result.errors);
  std::smatch found;
  const std::regex report(
      R"(accelerator\.pe_array: bodies in lockstep differ in tile step \d+ \(channel tile \d+, position tile \d+, chunk \d+\): )"
      R"(channel \d+ of the tile, output row \d+, column \d+: expected (-?\d+) in cycle (\d+), got (-?\d+) in cycle (\d+)\n)"
      R"(that was layer 'more_rows' \(job 1\) of accelerator, seed 1; to record the waveform around it:\n)"
      R"(  lacuna (run .*) --wave (mismatch\.fst) --wave-from '(\d+) ps' --wave-to '(\d+) ps' --wave-scope (\S+)\n?)");
  REQUIRE(std::regex_match(result.errors, found, report));
  CHECK((std::stoi(found[1]) ^ 1) == std::stoi(found[3]));
  CHECK(found[2] == found[4]);
  // The command as given leaves a waveform of that window.
  const std::string command =
      "cd '" + folder.path().string() + "' && " LACUNA_PROGRAM " " +
      std::regex_replace(found.str(0).substr(found.position(5)), std::regex("\n"), "") +
      " 2> again.txt";
  CHECK(std::system(command.c_str()) != 0);
  const Wave wave = read_wave(folder.path() / "mismatch.fst");
  CHECK(wave.signals > 1000);
  CHECK(wave.changes > 1000);
  CHECK(wave.first_ps >= std::stoull(found[7]));
  CHECK(wave.last_ps <= std::stoull(found[8]));
}

TEST_CASE("a waveform holds the scope and the window that were asked for, and costs nothing else") {
  if (without_waves()) {
    return;
  }
  const TemporaryFolder folder;
  const ProgramResult plain = run_small(folder, "rtl", {});
  const ProgramResult all = run_small(folder, "rtl", {"--wave", "all.fst"});
  CHECK(all.output == plain.output);
  const ProgramResult one =
      run_small(folder, "rtl",
                {"--wave", "one.fst", "--wave-scope", "accelerator.pe_array.row3", "--wave-from",
                 "1 us", "--wave-to", "1.5 us"});
  CHECK(one.status == 0);
  const Wave whole = read_wave(folder.path() / "all.fst");
  const Wave part = read_wave(folder.path() / "one.fst");
  CHECK(part.signals * 32 == whole.signals);
  CHECK(part.first_ps >= 1'000'000);
  CHECK(part.last_ps <= 1'500'000);
  CHECK(part.changes > 0);
  CHECK(part.changes < whole.changes / 32);
}

TEST_CASE("a waveform that would begin after the run is told of") {
  if (without_waves()) {
    return;
  }
  const TemporaryFolder folder;
  const ProgramResult late = run_small(folder, "rtl", {"--wave", "a.fst", "--wave-from", "1 s"});
  CHECK(late.status == 0);
  CHECK_THAT(late.errors, Catch::Contains("--wave a.fst: nothing was recorded") &&
                              Catch::Contains("before --wave-from"));
}

TEST_CASE("options of waveforms that cannot be are refused") {
  const TemporaryFolder folder;
  struct Case {
    const char* body;
    std::vector<std::string> options;
    const char* says;
  };
  const std::vector<Case> cases = {
      {"fast", {"--wave", "a.fst"}, "--wave a.fst: no block of this platform has signals"},
      {"rtl", {"--wave", "a.vcd"}, "--wave a.vcd: expected a file whose name ends in .fst"},
      {"rtl", {"--wave", ""}, "expected a file whose name ends in .fst"},
      {"rtl", {"--wave", "a.fst", "--wave-from", "3"}, "--wave-from 3: '3' has no unit"},
      {"rtl",
       {"--wave", "a.fst", "--wave-from", "3 us", "--wave-to", "2 us"},
       "--wave-to 2 us: lies before --wave-from 3 us"},
      {"rtl", {"--wave", "none/a.fst"}, "--wave none/a.fst: "},
      {"rtl",
       {"--wave", "a.fst", "--wave-scope", "dram"},
       "--wave-scope dram: no block with signals of that name; there are accelerator.pe_array"},
      {"rtl",
       {"--wave", "a.fst", "--wave-scope", "accelerator.pe_array.row32"},
       "no signals below it; at the top there are row0, row1"},
      {"rtl", {"--wave-to", "2 us"}, "--wave-to requires --wave"},
  };
  for (const Case& wrong : cases) {
    if (std::string(wrong.body) == "rtl" && LACUNA_HAVE_WAVES == 0) {
      continue;
    }
    INFO(wrong.says);
    const ProgramResult result = run_small(folder, wrong.body, wrong.options);
    CHECK(result.status == 2);
    CHECK_THAT(result.errors, Catch::Contains(wrong.says));
    CHECK(result.output.empty());
  }
}

}  // namespace lacuna::testing
