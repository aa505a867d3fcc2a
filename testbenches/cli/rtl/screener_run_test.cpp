// SPDX-License-Identifier: Apache-2.0
// ENMC's Screeners in SystemVerilog, by one word in a platform's parameters.
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/contract/rank_program.h"
#include "support/program.h"

namespace lacuna::testing {

namespace {

const std::string screener = "accelerator.rank.screener.";

ProgramResult classify(const TemporaryFolder& folder, const std::string& body,
                       const std::vector<std::string>& more) {
  folder.write("small.yaml",
               "name: small\nclassifier: {categories: 4000, dimension: 376, candidates: 60, batch: "
               "3}\n");
  std::vector<std::string> arguments = {"run",        LACUNA_SOURCE_DIR "/platforms/enmc.yaml",
                                        "--workload", "small.yaml",
                                        "--set",      screener + "model=" + body,
                                        "--out",      "out-" + body};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_program(arguments, folder.path());
}

nlohmann::json classified(const TemporaryFolder& folder, const std::string& body) {
  const ProgramResult result = classify(folder, body, {});
  INFO(result.errors);
  REQUIRE(result.status == 0);
  std::ifstream in(folder.path() / ("out-" + body) / "stats.json");
  REQUIRE(in);
  return nlohmann::json::parse(in);
}

}  // namespace

TEST_CASE(
    "a classification takes the same clocks with Screeners in SystemVerilog and in lockstep") {
  if (LACUNA_HAVE_RTL == 0) {
    WARN("skipped: built without Verilator");
    return;
  }
  const TemporaryFolder folder;
  const nlohmann::json fast = classified(folder, "fast");
  CHECK(fast.at("layers").at(0).at("verified") == true);
  for (const char* body : {"rtl", "lockstep"}) {
    const nlohmann::json other = classified(folder, body);
    CHECK(other.at("layers") == fast.at("layers"));
    CHECK(other.at("statistics") == fast.at("statistics"));
  }
}

TEST_CASE("a flipped bit of a Screener's sum is found in lockstep, with a waveform to record") {
  if (LACUNA_HAVE_RTL == 0) {
    WARN("skipped: built without Verilator");
    return;
  }
  const TemporaryFolder folder;
  const ProgramResult result =
      classify(folder, "lockstep", {"--inject", "accelerator.rank5.screener.rtl_sums:40:0"});
  CHECK(result.status == 1);
  CHECK_THAT(result.errors,
             Catch::Contains("accelerator.rank5.screener: bodies in lockstep differ in block 0") &&
                 Catch::Contains("row 10: expected") && Catch::Contains("--wave mismatch.fst"));
}

TEST_CASE("Screeners in SystemVerilog that were not built are refused") {
  const TemporaryFolder folder;
  const ProgramResult result = classify(folder, "rtl", {"--set", "accelerator.rank.int4_macs=32"});
  CHECK(result.status == 2);
  CHECK_THAT(result.errors, Catch::Contains(LACUNA_HAVE_RTL == 0 ? "install the package verilator"
                                                                 : "int4_macs 128"));
}

TEST_CASE("sums that a program makes itself are filtered in SystemVerilog and in lockstep") {
  if (LACUNA_HAVE_RTL == 0) {
    WARN("skipped: built without Verilator");
    return;
  }
  // 1, 2, 3, 4 plus 5, 6, 7, -8: two of the sums are above 7.
  for (const char* model : {"rtl", "lockstep"}) {
    const TemporaryFolder folder;
    std::string script = "write 0x2000 0x4321\nwrite 0x3000 0x8765\n";
    script += script_of(folder,
                        "INIT owner, 1\nINIT batch_size, 1\nINIT screener_length, 512\n"
                        "INIT rows, 4\nINIT block_rows, 4\nINIT threshold, 7\n"
                        "INIT fp32_row_bytes, 64\nINIT dimension, 1\nINIT batch_id, 0\n"
                        "LDR feature_int4, 0x2000\nLDR weight_int4, 0x3000\n"
                        "ADD_INT4 feature_int4, weight_int4\nSTR psum_int4, 0x5000\n"
                        "FILTER psum_int4\nBARRIER\nINIT owner, 0\n");
    script += query(18, 16) + query(19, 2);
    script += "poll 0x5000 0xffffffffffffffff 0x800000006\n";
    script += "poll 0x5008 0xffffffffffffffff 0xfffffffc0000000a\n";
    const auto run = run_script(folder, script, std::string("screener: {model: ") + model + "}");
    INFO(model << ": " << run.errors);
    CHECK(run.status == 0);
  }
}

}  // namespace lacuna::testing
