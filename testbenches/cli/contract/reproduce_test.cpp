// SPDX-License-Identifier: Apache-2.0
// What `lacuna reproduce` promises: machines that are equal where they must be, every draw and rung, the published number
// beside ours, and mistakes in an experiment told with their place.
#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "support/program.h"

namespace lacuna::testing {

namespace fs = std::filesystem;
using Catch::Contains;

namespace {

constexpr const char* workload = R"(name: small
layers:
  - {name: conv, type: conv, activations: {shape: [1, 16, 6, 6]}, weights: {shape: [40, 16, 3, 3]}, output: int8, compress: true}
  - {name: fc, type: gemm, activations: {shape: [3, 64]}, weights: {shape: [33, 64]}, output: int8, compress: true}
)";

constexpr const char* experiment = R"(paper: a paper
system: toy
sides:
  base: stripes.yaml
  own: {platform: bitvert.yaml, set: {accelerator.compression.columns: 4}}
  small: {platform: bitvert.yaml, set: {accelerator.weight_buffer: 128 KiB}, equal: {sram_bits: 3407872}, reason: half the weights fit}
equal: {serial_lanes: 4096, macs_per_cycle: 512, sram_bits: 4456448, node: 28nm, clock: 800 MHz}
workloads:
  - small
  - {name: bytes, workload: small, set: {workload.output: int32}, sides: {own: {accelerator.compression.columns: 2}}}
statistics: {weights: [gaussian, laplace], seeds: 2}
ladder:
  - {name: rule, quality: true, set: {dram.model: ideal, noc.model: ideal, accelerator.count.overheads: false, accelerator.count.metadata: false}}
  - {name: platform, draws: first, set: {dram.model: timed, noc.model: timed, accelerator.count.overheads: true, accelerator.count.metadata: true}}
published: {source: a table, node_nm: 14, unit: GOPS, rung: rule, workload: small, machines: [{name: elsewhere, node_nm: 28, clock_mhz: 100, performance: 50, watts: 2, mm2: 8, note: long ago}]}
targets:
  - {metric: speedup_geomean, mode: own, rung: rule, workload: bytes, published: 1.5, source: nowhere}
  - {metric: edp_geomean, mode: own, over: small, published: 1.1, source: nowhere}
  - {metric: gops_geomean, mode: own, rung: rule, workload: small, published: 100, source: nowhere}
)";

/// Operations per nanosecond of the workload `small`: 16 positions of 40 x 144, and 3 x 33 x 64 multiply-accumulates.
double gops(double cycles) {
  return 2 * (16 * 40 * 144 + 3 * 33 * 64) / (cycles / 0.8);
}

/// A project's folders, with an experiment in them.
struct Project {
  TemporaryFolder folder;
  explicit Project(const std::string& text) {
    fs::create_directory_symlink(LACUNA_SOURCE_DIR "/platforms", folder.path() / "platforms");
    folder.write("workloads/small.yaml", workload);
    folder.write("testbenches/paper/toy.yaml", text);
  }
  ProgramResult reproduce() const {
    return run_program({"reproduce", "toy", "--out", "out", "--jobs", "2"}, folder.path());
  }
  double cycles(const std::string& run) const {
    std::ifstream in(folder.path() / "out/toy/toy" / run / "stats.json");
    REQUIRE(in);
    return nlohmann::json::parse(in).at("total").at("cycles");
  }
};

std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("an experiment runs every draw, and shows the published number beside ours") {
  const Project project(experiment);
  const ProgramResult run = project.reproduce();
  INFO(run.errors);
  REQUIRE(run.status == 0);
  CHECK_THAT(run.output,
             Contains("| speedup_geomean | own | base | rule | bytes | nowhere | 1.50 |"));
  CHECK_THAT(run.output,
             Contains("| edp_geomean | own | small | platform | all | nowhere | 1.10 |"));
  CHECK_THAT(run.output, Contains("serial_lanes 4096"));
  CHECK_THAT(run.output, Contains("- small has sram_bits 3407872: half the weights fit"));
  CHECK_THAT(run.output, Contains(" .. "));  // a spread of draws
  CHECK_THAT(run.output, Contains("| small | base | lossless | 0.000e+00 | lossless | 100.0 % |"));
  CHECK_THAT(run.output, Contains("top-1 agreement") && Contains(" dB |"));
  std::size_t runs = 0;
  for (const auto& item : fs::recursive_directory_iterator(project.folder.path() / "out")) {
    runs += item.path().filename() == "stats.json" ? 1 : 0;
  }
  CHECK(runs == 3 * 2 * 4 + 3 * 2);
  std::ifstream report(project.folder.path() / "out/toy/toy/report.md");
  CHECK(std::string(std::istreambuf_iterator<char>(report), {}) == run.output);

  // Four of eight bit columns, two of eight for the workload that says so; Stripes takes all.
  const double base = project.cycles("rung1/base/small-gaussian-1");
  const double own = project.cycles("rung1/own/small-gaussian-1");
  const double gentle = project.cycles("rung1/own/bytes-gaussian-1");
  CHECK(own < gentle);
  CHECK_THAT(run.output, Contains(fmt::format("| small | own | {:.4g} |", gops(own))));
  CHECK_THAT(run.output, Contains("| gops_geomean | own | - | rule | small | nowhere | 100.00 |"));
  CHECK(gentle < base);
  // 8 mm2 at 28 nm are 2 at 14; ours at 28 nm keep a quarter of their area, too.
  CHECK_THAT(run.output,
             Contains("| elsewhere | published | 28 | 100 | 50 | 2 | 8 | 25 | 2 | 25 |"));
  CHECK_THAT(run.output, Contains("- elsewhere: long ago"));
  CHECK_THAT(run.output,
             Contains(fmt::format("| own | simulated | 28 | 800 | {:.4g} |", gops(own))));
}

TEST_CASE("stated areas give performance per area, and formats of activations their loss") {
  std::string text =
      with(experiment, "base: stripes.yaml", "base: {platform: stripes.yaml, area: 2}");
  text = with(text, "columns: 4}}", "columns: 4}, area: 3}");
  text = with(text, "half the weights fit}", "half the weights fit, area: 1}");
  const Project project(
      text +
      R"(  - {metric: perf_per_stated_area_geomean, mode: own, over: small, rung: rule, published: 0.5, source: Table 3}
area: a table
activation_loss:
  source: section 5
  zeros: 0.5
  bits: [0.5, 0.5, 0.5, 0.5, 0.448, 0.338, 0.092, 0.005]
  networks: [one]
  changes: {4-5-round: [-0.1], 4-3-round: [-0.3], 4-2-round: [-2]}
)");
  const ProgramResult run = project.reproduce();
  INFO(run.errors);
  REQUIRE(run.status == 0);
  CHECK_THAT(run.output, Contains("(a table: base 2.00, own 3.00, small 1.00)"));
  CHECK_THAT(run.output, Contains("| perf_per_stated_area_geomean | own | small | rule | all |"));
  CHECK_THAT(run.output,
             Contains("No network is run") && Contains("| 4 bits, 3 placements, round |"));
  CHECK_THAT(run.output, Contains("1.00 for the mean; one 1.00."));
}

TEST_CASE("sides that differ where they must be equal end an experiment") {
  const Project project(with(experiment,
                             "equal: {sram_bits: 3407872}, reason: half the weights fit",
                             "equal: {sram_bits: 1}, reason: none"));
  const ProgramResult run = project.reproduce();
  CHECK(run.status == 2);
  CHECK_THAT(run.errors,
             Contains("equal.sram_bits") && Contains("side 'small' has 3407872") && Contains("1"));
  CHECK_FALSE(fs::exists(project.folder.path() / "out/toy/toy/report.md"));
}

TEST_CASE("mistakes in an experiment are told with their place and the nearest name") {
  struct Mistake {
    const char* from;
    const char* to;
    const char* message;
  };
  const Mistake mistakes[] = {
      {"metric: edp_geomean", "metric: edp_geomeen", "did you mean 'edp_geomean'"},
      {"over: small", "over: smal", "did you mean 'small'"},
      {"metric: edp_geomean", "metric: gops_geomean", "a figure of one side, not of two"},
      {"sides: {own: {acc", "sides: {onw: {acc", "did you mean 'own'"},
      {"reason: half", "resaon: half", "did you mean 'reason'"},
      {"draws: first", "draws: some", "expected all or first"},
      {"platform: bitvert.yaml, set: {accelerator.weight", "set: {accelerator.weight",
       "expected a 'platform'"},
      {"base: stripes.yaml", "base: strips.yaml", "no such file"},
      {"workload: small, set", "workload: smoll, set", "no such file"},
      {"seeds: 2", "seeds: none", "expected a number above 0"},
      {"rung: rule", "rung: rules", "did you mean 'rule'"},
      {"workload: bytes", "workload: byte", "did you mean 'bytes'"},
      {"base: stripes.yaml", "base: {platform: stripes.yaml, area: 1}", "or none does"},
      {"metric: edp_geomean", "metric: perf_per_stated_area_geomean", "no area is stated"},
      {"rung: rule, workload: bytes", "rung: roule, workload: bytes", "did you mean 'rule'"},
      {"node_nm: 28", "nod_nm: 28", "did you mean 'node_nm'"},
      {"watts: 2", "watts: -2", "published.machines.watts: expected a number above 0"},
      {"unit: GOPS, rung: rule, workload: small", "unit: GOPS, rung: rule", "expected both"},
  };
  for (const Mistake& mistake : mistakes) {
    INFO(mistake.to);
    const Project project(with(experiment, mistake.from, mistake.to));
    const ProgramResult run = project.reproduce();
    CHECK(run.status == 2);
    CHECK_THAT(run.errors, Contains("toy.yaml:") && Contains(mistake.message));
    CHECK_FALSE(fs::exists(project.folder.path() / "out/toy"));
  }
}

TEST_CASE("an experiment that is none is an error that names the nearest") {
  const Project project(experiment);
  const ProgramResult run =
      run_program({"reproduce", "tyo", "--out", "out"}, project.folder.path());
  CHECK(run.status == 2);
  CHECK_THAT(run.errors, Contains("'toy'"));
}

}  // namespace lacuna::testing
