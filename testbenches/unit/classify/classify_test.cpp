// SPDX-License-Identifier: Apache-2.0
// A classifier in memory, classified by one call; the example of doc/enmc.md is this program's.
#include "platform/classify.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "core/random.h"
#include "enmc/layout.h"
#include "sparse/screening/int4.h"
#include "sparse/screening/quantization.h"

namespace lacuna {

namespace {

/// 500 categories of 64 values with a screener of 32 that knows their sums only roughly.
enmc::EnmcClassifier small_classifier() {
  constexpr std::size_t categories = 500;
  enmc::EnmcClassifier classifier(sparse::screening::TernaryProjection(1, 32, 64));
  const RandomStream words(2, "classify test");
  std::uint64_t at = 0;
  const auto value = [&] {
    return static_cast<float>(static_cast<std::int32_t>(words.word(at++) >> 16) - 32768) / 32768.0F;
  };
  for (std::size_t i = 0; i < categories * 64; ++i) {
    classifier.all_weights.push_back(value());
  }
  for (std::size_t i = 0; i < categories; ++i) {
    classifier.all_biases.push_back(value());
    classifier.screener_biases.push_back(static_cast<std::int32_t>(words.word(at++) >> 25) - 64);
    for (std::size_t b = 0; b < 16; ++b) {
      classifier.screener.push_back(static_cast<std::uint8_t>(words.word(at++) >> 24));
    }
  }
  classifier.format.fraction_bits = 12;
  classifier.format.step = 1500;
  classifier.worth = 0.015625F;
  classifier.threshold = 100;
  return classifier;
}

std::vector<float> small_contexts(std::size_t count) {
  const RandomStream words(3, "contexts");
  std::vector<float> values(count * 64);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] =
        static_cast<float>(static_cast<std::int32_t>(words.word(i) >> 16) - 32768) / 32768.0F;
  }
  return values;
}

std::string bad_input_of(const enmc::EnmcClassifier& classifier,
                         const std::vector<float>& contexts) {
  const platform::PlatformFile file =
      platform::read_platform_file(LACUNA_SOURCE_DIR "/platforms/enmc.yaml", {});
  try {
    platform::classify(file, classifier, contexts);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("a classifier in memory is classified by one call") {
  const enmc::EnmcClassifier classifier = small_classifier();
  const std::vector<float> contexts = small_contexts(3);
  // doc/enmc.md
  const auto file = platform::read_platform_file(LACUNA_SOURCE_DIR "/platforms/enmc.yaml", {});
  const auto classified = platform::classify(file, classifier, contexts);
  const enmc::Classification& first = classified.results[0];
  const auto best = std::max_element(first.probabilities.begin(), first.probabilities.end());
  // end
  REQUIRE(classified.results.size() == 3);
  REQUIRE(!first.accurate.empty());
  CHECK(*best <= 1.0F);
  CHECK(classified.elapsed > Time(0));
  // The reference, with the layout of 64 ranks.
  const enmc::RankLayout layout =
      enmc::lay_out(classifier.shape(), 3, 64, std::uint64_t{8} << 30, enmc::RankParams{});
  for (std::size_t i = 0; i < 3; ++i) {
    std::vector<std::uint8_t> packed(sparse::screening::int4_bytes(32));
    const Span<const float> context = Span<const float>(contexts).subspan(i * 64, 64);
    sparse::screening::screen_context(classifier.projection, classifier.format, context, packed);
    enmc::ClassifierConstants constants;
    constants.dimension = 64;
    constants.length = 32;
    constants.threshold = classifier.threshold;
    constants.worth = classifier.worth;
    const enmc::Classification expected =
        enmc::expected_classification(classifier, layout, constants, context, packed);
    CHECK(expected.accurate == classified.results[i].accurate);
    CHECK(expected.probabilities == classified.results[i].probabilities);
    CHECK(expected.normalizer.sum == classified.results[i].normalizer.sum);
  }
}

TEST_CASE("a classifier whose parts do not fit each other is refused with their sizes") {
  enmc::EnmcClassifier classifier = small_classifier();
  CHECK(bad_input_of(classifier, std::vector<float>(63)).find("63 values are no contexts of 64") !=
        std::string::npos);
  classifier.screener_biases.pop_back();
  CHECK(bad_input_of(classifier, small_contexts(1)).find("499 screener biases") !=
        std::string::npos);
}

TEST_CASE("the example in the manual is the one that is compiled here") {
  const auto text_of_file = [](const char* path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  };
  const std::string here =
      text_of_file(LACUNA_SOURCE_DIR "/testbenches/unit/classify/classify_test.cpp");
  const std::string manual = text_of_file(LACUNA_SOURCE_DIR "/doc/enmc.md");
  std::size_t compared = 0;
  const std::size_t begin =
      here.find("  // doc/enmc.md\n") + std::string("  // doc/enmc.md\n").size();
  std::istringstream lines(here.substr(begin, here.find("  // end\n") - begin));
  for (std::string line; std::getline(lines, line); ++compared) {
    INFO(line);
    CHECK(manual.find(line.substr(2) + "\n") != std::string::npos);
  }
  CHECK(compared == 4);
}

}  // namespace lacuna
