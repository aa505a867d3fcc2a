// SPDX-License-Identifier: Apache-2.0
#include "workload/screening_study.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "reference/classification.h"
#include "sparse/screening/int4.h"

using namespace lacuna;
using namespace lacuna::workload;

namespace {

Classifier small(ScreenerSource source) {
  Classifier classifier{"small", {}, {}};
  classifier.params.categories = 3000;
  classifier.params.dimension = 256;
  classifier.params.candidates = 60;
  classifier.params.screener = source;
  return classifier;
}

}  // namespace

TEST_CASE("a learned screener finds the best categories among few candidates") {
  const ScreeningStudy study = study_screening(small(ScreenerSource::learned), {});
  REQUIRE(study.ways.size() == 4);
  CHECK(study.ways[0].quality.top1_agreement == 1);
  CHECK(study.training == 8 * 64);
  for (std::size_t way : {1, 2}) {
    const auto& row = study.ways[way];
    INFO(row.name);
    CHECK(row.quality.contexts == 16);
    CHECK(row.quality.recall > 0.9);
    CHECK(row.quality.top1_agreement > 0.9);
    CHECK(row.quality.divergence >= 0);
  }
  CHECK(study.ways[1].quality.candidates == 60);
  CHECK(study.ways[2].quality.candidates > 15);
  CHECK(study.ways[2].quality.candidates < 240);
  CHECK(study.ways[3].quality.recall > 0.5);
}

TEST_CASE("a screener of random weights finds next to nothing") {
  const Classifier classifier = small(ScreenerSource::learned);
  const auto synthetic = make_classifier(classifier.params);
  const sparse::screening::Screener learned = make_screener(classifier.params, *synthetic);
  sparse::screening::Screener random = learned;
  const CounterWords words(99);
  for (std::size_t i = 0; i < random.weights.size(); ++i) {
    random.weights[i] = static_cast<std::uint8_t>(words.word(i));
  }
  const auto contexts = make_contexts(*synthetic, 0, 30);
  std::vector<float> weights(3000 * 256);
  synthetic->weights(0, 3000, weights);
  int found = 0;
  int found_randomly = 0;
  for (std::size_t c = 0; c < 30; ++c) {
    std::vector<std::uint8_t> packed(sparse::screening::int4_bytes(64));
    sparse::screening::screen_context(learned.projection, learned.context,
                                      Span<const float>(contexts).subspan(c * 256, 256), packed);
    std::vector<std::int32_t> sums(3000);
    std::vector<double> outputs(3000);
    reference::classify(weights, Span<const float>(contexts).subspan(c * 256, 256),
                        synthetic->all_biases(), outputs);
    const auto best = static_cast<std::size_t>(std::max_element(outputs.begin(), outputs.end()) -
                                               outputs.begin());
    for (const sparse::screening::Screener* screener :
         std::initializer_list<const sparse::screening::Screener*>{&learned, &random}) {
      sparse::screening::screen(screener->rows(), packed, sums);
      int above = 0;
      for (const std::int32_t sum : sums) {
        above += sum > sums[best] ? 1 : 0;
      }
      (screener == &learned ? found : found_randomly) += above < 60 ? 1 : 0;
    }
  }
  CHECK(found > 25);
  CHECK(found_randomly < 5);  // 60 of 3000 by chance: 0.6 of 30
}

TEST_CASE("all categories as candidates give full classification") {
  Classifier classifier = small(ScreenerSource::learned);
  classifier.params.categories = 700;
  classifier.params.candidates = 700;
  const ScreeningStudy study = study_screening(classifier, {});
  for (std::size_t way : {1, 3}) {
    CHECK(study.ways[way].quality.top1_agreement == 1);
    CHECK(study.ways[way].quality.recall == 1);
    CHECK(study.ways[way].quality.divergence == Approx(0).margin(1e-9));
  }
}

TEST_CASE("fewer bits make a worse screener") {
  ScreeningStudyParams params;
  params.svd = false;
  params.contexts = 64;
  Classifier classifier = small(ScreenerSource::learned);
  classifier.params.candidates = 10;
  const ScreeningStudy four = study_screening(classifier, params);
  params.bits = 2;
  const ScreeningStudy two = study_screening(classifier, params);
  CHECK(four.ways.size() == 3);
  CHECK(two.ways[1].quality.divergence > four.ways[1].quality.divergence);
  CHECK(two.ways[1].cost.bytes < four.ways[1].cost.bytes);
}

TEST_CASE("a part of the categories is screened with its share of candidates") {
  ScreeningStudyParams params;
  params.rows = 500;
  params.svd = false;
  std::vector<std::string> stages;
  const ScreeningStudy study =
      study_screening(small(ScreenerSource::declared), params,
                      [&](const std::string& stage) { stages.push_back(stage); });
  CHECK(study.rows == 500);
  CHECK(study.ways[1].quality.candidates == 10);
  CHECK(study.ways[0].cost.bytes == 3000 * 257 * 4.0);
  CHECK(study.training == 0);
  CHECK(stages.size() == 3);
  params.bits = 3;
  CHECK_THROWS_WITH(study_screening(small(ScreenerSource::declared), params),
                    Catch::Contains("a declared screener has 4"));
}
