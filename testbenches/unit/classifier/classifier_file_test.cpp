// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/error.h"
#include "workload/classifier.h"

using namespace lacuna;
using namespace lacuna::workload;

namespace {

std::string problems(const std::string& text) {
  try {
    read_classifier(parse_yaml(text, "x.yaml"), "x");
  } catch (const Error& error) {
    CHECK(error.fault() == Fault::bad_input);
    std::string all;
    for (const Diagnostic& diagnostic : error.diagnostics()) {
      all += (all.empty() ? "" : "\n") + diagnostic.text();
    }
    return all;
  }
  return "accepted";
}

}  // namespace

TEST_CASE("the classifiers of the source have its sizes") {
  struct Known {
    const char* name;
    std::uint64_t categories;
    std::uint32_t dimension;
    std::size_t projected;
  };
  for (const Known& known :
       {Known{"lstm_w33k", 33278, 1500, 375}, Known{"transformer_w268k", 267744, 512, 128},
        Known{"gnmt_e32k", 32317, 1024, 256}, Known{"xmlcnn_670k", 670091, 512, 128},
        Known{"s1m", 1000000, 512, 128}, Known{"s10m", 10000000, 512, 128},
        Known{"s100m", 100000000, 512, 128}}) {
    const Classifier classifier =
        load_classifier(LACUNA_SOURCE_DIR "/workloads/" + std::string(known.name) + ".yaml");
    CHECK(classifier.name == known.name);
    CHECK(classifier.params.categories == known.categories);
    CHECK(classifier.params.dimension == known.dimension);
    CHECK(classifier.params.projected_length() == known.projected);
    CHECK((classifier.params.screener == ScreenerSource::declared) == (known.name[0] == 's'));
  }
  const Classifier set = load_classifier(LACUNA_SOURCE_DIR "/workloads/s1m.yaml",
                                         {{"classifier.batch", "4", "--set classifier.batch=4"}});
  CHECK(set.params.batch == 4);
}

TEST_CASE("what is wrong with a classifier file is said with its place") {
  CHECK(problems("classifier: {categories: 10, dimension: 4, candidates: 2}\n") == "accepted");
  CHECK(problems("name: a\n") ==
        "x.yaml:1:1: classifier: required parameter 'classifier' is missing");
  CHECK(problems("classifier: {categories: 10, dimension: 4, candidates: 11}\n") ==
        "x.yaml:1:56: classifier.candidates: 11 of 10 categories");
  CHECK(problems("classifier: {categories: 10, dimension: 4, candidates: 1, batc: 2}\n") ==
        "x.yaml:1:59: classifier.batc: unknown parameter 'batc', did you mean 'batch'?");
  CHECK(problems(
            "classifier: {categories: 0, dimension: 70000, candidates: 1, screener: learnt}\n") ==
        "x.yaml:1:26: classifier.categories: '0' is out of range, expected 1 .. 2147483648\n"
        "x.yaml:1:40: classifier.dimension: '70000' is out of range, expected 1 .. 65535\n"
        "x.yaml:1:72: classifier.screener: expected one of learned, declared, found 'learnt', "
        "did you mean 'learned'?");
}

TEST_CASE("a classifier is no list of layers") {
  CHECK_THROWS_WITH(
      load_workload(LACUNA_SOURCE_DIR "/workloads/s1m.yaml"),
      Catch::Contains("s1m.yaml:5:13: classifier: is no list of layers: 'lacuna screen' takes it"));
  CHECK(is_classifier(parse_yaml("classifier: {}\n", "x")));
  CHECK_FALSE(is_classifier(parse_yaml("layers: []\n", "x")));
}
