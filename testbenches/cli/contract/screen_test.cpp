// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/program.h"

namespace lacuna::testing {

namespace {

constexpr const char* small = R"(name: small
classifier: {categories: 2000, dimension: 128, candidates: 100}
)";

}  // namespace

TEST_CASE("screen prints a table and writes the same figures, twice the same") {
  const TemporaryFolder folder;
  folder.write("small.yaml", small);
  const ProgramResult first =
      run_program({"screen", "small.yaml", "--out", "out", "--contexts", "4"}, folder.path());
  INFO(first.errors);
  REQUIRE(first.status == 0);
  CHECK(first.errors.empty());
  CHECK_THAT(first.output, Catch::Contains("small: 2,000 categories of 128 values, 32 of them"));
  CHECK_THAT(first.output, Catch::Contains("screening, best m"));
  CHECK_THAT(first.output, Catch::Contains("SVD-softmax"));
  std::ifstream in(folder.path() / "out" / "screening.json");
  const auto json = nlohmann::json::parse(in);
  REQUIRE(json.at("ways").size() == 4);
  CHECK(json.at("ways")[0].at("bytes") == 2000 * 129 * 4);
  CHECK(json.at("ways")[1].at("candidates") == 100);
  CHECK(json.at("ways")[1].at("speedup") > 1);
  CHECK(std::filesystem::exists(folder.path() / "out" / "screening.md"));
  const ProgramResult second =
      run_program({"screen", "small.yaml", "--contexts", "4"}, folder.path());
  CHECK(second.output == first.output);
}

TEST_CASE("screen's options change what they name") {
  const TemporaryFolder folder;
  folder.write("small.yaml", small);
  const ProgramResult result =
      run_program({"screen", "small.yaml", "--no-svd", "--candidates", "50", "--scale", "0.5",
                   "--bits", "3", "--rows", "500", "--set", "classifier.batch=2"},
                  folder.path());
  INFO(result.errors);
  REQUIRE(result.status == 0);
  CHECK_THAT(result.output, Catch::Contains("64 of them projected, batch 2, 3-bit screener"));
  CHECK_THAT(result.output, Catch::Contains("500 categories"));
  CHECK_THAT(result.output, !Catch::Contains("SVD"));
}

TEST_CASE("screen refuses wrong input, says where, and writes nothing") {
  const TemporaryFolder folder;
  folder.write("small.yaml", small);
  folder.write("layers.yaml", "layers: []\n");
  folder.write("file", "");
  struct Case {
    std::vector<std::string> arguments;
    const char* message;
  };
  for (const Case& wrong : std::vector<Case>{
           {{"missing.yaml"}, "missing.yaml"},
           {{"layers.yaml"}, "layers.yaml:1:1"},
           {{"small.yaml", "--candidates", "2001"}, "--candidates 2001: classifier.candidates"},
           {{"small.yaml", "--scale", "2"}, "--scale 2: classifier.projection"},
           {{"small.yaml", "--bits", "5"}, "--bits 5: bits: '5' is out of range, expected 2 .. 4"},
           {{"small.yaml", "--efficiency", "0"}, "--efficiency 0: processor.efficiency"},
           {{"small.yaml", "--svd-width", "129"}, "129 is out of range, expected 1 .. 128"},
           {{"small.yaml", "--set", "batch"}, "--set batch: expected path=value"},
           {{"small.yaml", "--set", "classifier.seeds=1"}, "did you mean 'seed'?"},
           {{"small.yaml", "--out", "file"}, "file"}}) {
    std::vector<std::string> words = {"screen"};
    words.insert(words.end(), wrong.arguments.begin(), wrong.arguments.end());
    if (words.back() != "file") {
      words.insert(words.end(), {"--out", "out"});
    }
    const ProgramResult result = run_program(words, folder.path());
    INFO(wrong.message << " / " << result.errors);
    CHECK(result.status == 2);
    CHECK_THAT(result.errors, Catch::Contains(wrong.message));
    CHECK(result.output.empty());
    CHECK_FALSE(std::filesystem::exists(folder.path() / "out" / "screening.json"));
  }
}

TEST_CASE("machines for layers refuse a classifier and name the command that takes it") {
  const TemporaryFolder folder;
  folder.write("small.yaml", small);
  const ProgramResult result =
      run_program({"run", LACUNA_SOURCE_DIR "/platforms/bitvert.yaml", "--workload", "small.yaml"},
                  folder.path());
  CHECK(result.status == 2);
  CHECK_THAT(
      result.errors,
      Catch::Contains("small.yaml:2:13: classifier: 'bitvert' has no module of type enmc_host"));
  CHECK_THAT(result.errors,
             Catch::Contains("platforms/enmc.yaml") && Catch::Contains("lacuna screen"));
}

}  // namespace lacuna::testing
