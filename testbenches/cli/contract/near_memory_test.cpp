// SPDX-License-Identifier: Apache-2.0
// Classifiers on a processor and on units near memory that know FP32 only, and an experiment that compares them.
#include <fstream>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/program.h"

namespace lacuna::testing {

namespace {

using Catch::Contains;

constexpr const char* small_classifier =
    "name: small\n"
    "classifier: {categories: 6400, dimension: 64, candidates: 200, screener: declared}\n";

nlohmann::json stats_of_classifier(const TemporaryFolder& folder, const std::string& platform,
                                   const std::string& set) {
  std::ofstream(folder.path() / "small.yaml") << small_classifier;
  const auto run =
      run_program({"run", LACUNA_SOURCE_DIR "/platforms/" + platform + ".yaml", "--workload",
                   "small.yaml", "--out", "out", "--set", set, "--set", "workload.batch=2"},
                  folder.path());
  INFO(run.errors);
  REQUIRE(run.status == 0);
  std::ifstream in(folder.path() / "out/stats.json");
  return nlohmann::json::parse(in);
}

}  // namespace

TEST_CASE("rivals near memory classify and are verified") {
  for (const char* design : {"nda", "chameleon", "tensordimm", "tensordimm_large"}) {
    const TemporaryFolder folder;
    const auto stats = stats_of_classifier(folder, design, "accelerator.screening=true");
    const auto& layer = stats["layers"][0];
    CAPTURE(design);
    CHECK(layer["verified"] == true);
    CHECK(layer["macs"] == 2 * 6400 * 64);
    const auto& figures = layer["classifier"];
    CHECK(figures["units"] == 64);
    CHECK(figures["candidates"] > 100);
    CHECK(layer["effective_macs"] == 2 * 6400 * 16 + figures["candidates"].get<int>() * 64);
    const auto& energy = figures["energy_pj"];
    const double sum = energy["dram_static"].get<double>() + energy["dram_access"].get<double>() +
                       energy["logic"].get<double>();
    CHECK(sum == Approx(layer["energy_pj"]["total"].get<double>()));
    CHECK(energy["logic"] > 0);
  }
}

TEST_CASE("a processor classifies in full, and with a screener") {
  const TemporaryFolder folder;
  const auto full = stats_of_classifier(folder, "classification_cpu", "cpu.screening=false");
  CHECK(full["layers"][0]["verified"] == true);
  CHECK(full["layers"][0]["effective_macs"] == 2 * 6400 * 64);
  CHECK(full["layers"][0]["classifier"]["peak_gbps"].get<double>() == Approx(128).epsilon(0.001));
  const TemporaryFolder other;
  const auto screened = stats_of_classifier(other, "classification_cpu", "cpu.screening=true");
  CHECK(screened["layers"][0]["verified"] == true);
  CHECK(screened["layers"][0]["time_ns"] < full["layers"][0]["time_ns"]);
}

TEST_CASE("a front end takes time where it is asked for, and is hidden where the machine can") {
  for (const char* platform : {"enmc", "tensordimm", "classification_cpu"}) {
    const TemporaryFolder folder;
    folder.write("small.yaml",
                 "classifier: {categories: 6400, dimension: 64, candidates: 200, screener: "
                 "declared, front_end: xmlcnn, "
                 "batches: 3}\n");
    const std::string file = LACUNA_SOURCE_DIR "/platforms/" + std::string(platform) + ".yaml";
    const auto time = [&](const char* end_to_end) {
      const auto run = run_program({"run", file, "--workload", "small.yaml", "--out", "out",
                                    "--set", std::string("workload.end_to_end=") + end_to_end},
                                   folder.path());
      INFO(run.errors);
      REQUIRE(run.status == 0);
      std::ifstream in(folder.path() / "out/stats.json");
      const auto layer = nlohmann::json::parse(in)["layers"][0];
      CHECK(layer["verified"] == true);
      CHECK(layer["classifier"]["contexts"] == 3);
      return layer["time_ns"].get<double>();
    };
    CAPTURE(platform);
    // 14 words of 300 values under 32 filters at 500 places, 768 maxima to 64 values.
    const double front_end = (67200000 + 49152) / 2419.2;
    const double classifying = time("false");
    const double both = time("true");
    // Of a machine that hides it, classifying is shorter than a front end.
    const bool hides = std::string(platform) != "classification_cpu";
    CHECK(both > 3 * front_end);
    if (hides) {
      CHECK(both < 3 * front_end + 0.5 * classifying);
    } else {
      CHECK(both == Approx(3 * front_end + classifying).epsilon(0.01));
    }
  }
}

TEST_CASE("a front end that is to take time must be named") {
  const TemporaryFolder folder;
  folder.write("small.yaml", small_classifier);
  const auto run = run_program({"run", LACUNA_SOURCE_DIR "/platforms/enmc.yaml", "--workload",
                                "small.yaml", "--set", "workload.end_to_end=true"},
                               folder.path());
  CHECK(run.status != 0);
  CHECK_THAT(run.errors, Contains("front_end"));
}

TEST_CASE("a flipped bit of a context beside one rank is found") {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "small.yaml") << small_classifier;
  // Rank 0 holds 100 rows: 64 bytes of screener each, biases from 8192, rows of 256 bytes from 16384, biases from 49152, the
  // screener's context from 57344, the classifier's from 65536. Bit 22 of its first value is the highest of its fraction.
  const auto run = run_program({"run", LACUNA_SOURCE_DIR "/platforms/tensordimm.yaml", "--workload",
                                "small.yaml", "--inject", "dram:65538:6"},
                               folder.path());
  CHECK(run.status == 1);
  CHECK_THAT(run.output + run.errors, Contains("context 0: expected category"));
}

TEST_CASE("an experiment of classifiers says what the buses would allow") {
  const TemporaryFolder folder;
  std::filesystem::create_directory_symlink(LACUNA_SOURCE_DIR "/platforms",
                                            folder.path() / "platforms");
  folder.write("workloads/small.yaml", small_classifier);
  folder.write(
      "testbenches/paper/toy.yaml",
      "paper: a paper\nsystem: toy\n"
      "sides: {base: classification_cpu.yaml, own: tensordimm.yaml}\n"
      "workloads: [small]\n"
      "ladder:\n"
      "  - {name: one, set: {workload.batch: 1}}\n"
      "  - {name: two, set: {workload.batch: 2}}\n"
      "targets:\n"
      "  - {metric: speedup_geomean, mode: own, rung: one, published: 2, source: a table}\n"
      "  - {metric: speedup_mean, mode: own, rung: every rung, published: 2, source: a "
      "table}\n");
  const auto run = run_program({"reproduce", "toy", "--out", "out", "--jobs", "2"}, folder.path());
  INFO(run.errors);
  REQUIRE(run.status == 0);
  CHECK_THAT(run.output, Contains("| ceiling"));
  CHECK_THAT(run.output, Contains("every rung"));
  CHECK_THAT(run.output, Contains("## Ceilings"));
  CHECK_THAT(run.output, Contains("DRAM static"));
  std::ifstream in(folder.path() / "out/toy/toy/rung2/own/small/stats.json");
  CHECK(nlohmann::json::parse(in)["layers"][0]["classifier"]["contexts"] == 2);
}

}  // namespace lacuna::testing
