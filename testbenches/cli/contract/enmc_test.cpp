// SPDX-License-Identifier: Apache-2.0
// A classifier's way through the program: platform file, workload file, results; and instructions as text.
#include <fstream>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/program.h"

namespace lacuna::testing {

namespace {

const std::string platform = LACUNA_SOURCE_DIR "/platforms/enmc.yaml";
constexpr const char* small =
    "name: small\n"
    "classifier: {categories: 6400, dimension: 64, candidates: 200, screener: declared}\n";

}  // namespace

TEST_CASE("a classifier is classified near memory and verified") {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "small.yaml") << small;
  const auto run =
      run_program({"run", platform, "--workload", "small.yaml", "--out", "out"}, folder.path());
  INFO(run.errors);
  REQUIRE(run.status == 0);
  std::ifstream in(folder.path() / "out/stats.json");
  const nlohmann::json stats = nlohmann::json::parse(in);
  const auto& layer = stats["layers"][0];
  CHECK(layer["name"] == "small");
  CHECK(layer["verified"] == true);
  CHECK(layer["macs"] == 6400 * 64);
  CHECK(stats["accelerator"]["ranks"].size() > 0);
}

TEST_CASE("a flipped bit of a context in one rank is found") {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "small.yaml") << small;
  // Rank 0 holds 100 rows: 800 bytes, biases from 8192, rows of 320 bytes from 16384, INT4 contexts from
  // 49152, FP32 contexts from 57344. Bit 22 of the first value is the highest of its fraction.
  const auto run = run_program(
      {"run", platform, "--workload", "small.yaml", "--inject", "dram:57346:6"}, folder.path());
  CHECK(run.status == 1);
  CHECK((run.output + run.errors).find("context 0: expected category") != std::string::npos);
}

TEST_CASE("a classifier needs a platform with a host for it") {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "small.yaml") << small;
  const auto run =
      run_program({"run", LACUNA_SOURCE_DIR "/platforms/stripes.yaml", "--workload", "small.yaml"},
                  folder.path());
  CHECK(run.status == 2);
  CHECK(run.errors.find("no module of type enmc_host") != std::string::npos);
}

TEST_CASE("instructions are assembled, disassembled, and refused with their places") {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "program.enmc")
      << "INIT reg_7, 5\nMUL_ADD_FP32 buffer_0, buffer_1\n";
  CHECK(run_program({"asm", "enmc", "program.enmc", "--out", "words"}, folder.path()).status == 0);
  const auto words = run_program({"asm", "enmc", "program.enmc"}, folder.path());
  CHECK(words.output == "0x099c 0x0000000000000005\n0x0201\n");
  const auto text = run_program({"asm", "enmc", "--disassemble", "words"}, folder.path());
  CHECK(text.output == "INIT threshold, 0x5\nMUL_ADD_FP32 feature_int4, weight_int4\n");
  std::ofstream(folder.path() / "wrong.enmc") << "LDR weigth_int4\n";
  const auto wrong = run_program({"asm", "enmc", "wrong.enmc"}, folder.path());
  CHECK(wrong.status == 2);
  CHECK(wrong.errors.find("wrong.enmc:1:5") != std::string::npos);
}

}  // namespace lacuna::testing
