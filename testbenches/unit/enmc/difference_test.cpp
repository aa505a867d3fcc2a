// SPDX-License-Identifier: Apache-2.0
// Verification of a classification, of all categories and of a sample: it passes what is right and finds what is not.
#include <functional>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "enmc/workload_classifier.h"
#include "unit/enmc/system.h"

namespace lacuna {

namespace {

constexpr std::uint64_t categories = 1000;
constexpr std::size_t lanes = 16;

struct Classified {
  enmc::EnmcClassifier classifier = test::random_classifier(31, categories, 64, 32);
  enmc::Batch batch = test::random_batch(classifier, 32, 2, 300);
  enmc::RankLayout layout;
  std::vector<enmc::Classification> results;

  Classified() {
    const test::EnmcSetup setup;
    test::EnmcSystem system(setup);
    system.host.load(classifier, batch.contexts);
    system.host.submit(batch);
    system.run();
    layout = system.host.layout();
    results = system.host.results();
  }
  std::string difference(const std::vector<enmc::Classification>& of, std::uint64_t most) const {
    return enmc::find_difference(classifier, layout, batch, of, lanes, most);
  }
};

}  // namespace

TEST_CASE("what is right is right in full and in a sample, and what is wrong in neither") {
  const Classified good;
  constexpr std::uint64_t sampled = categories - 1;  // a sixteenth of them, spread evenly
  CHECK(good.difference(good.results, categories) == "");
  CHECK(good.difference(good.results, sampled) == "");

  using Change = std::function<void(enmc::Classification&)>;
  const std::vector<std::pair<std::string, Change>> both = {
      {"values",
       [](auto& result) {
         for (auto& scored : result.accurate) {
           scored.value += 1;
         }
       }},
      {"candidates lost", [](auto& result) { result.accurate.resize(10); }},
      {"candidates too many", [](auto& result) {
         result.accurate.clear();
         for (std::uint32_t i = 0; i < categories; ++i) {
           result.accurate.push_back({i, 0.0F});
         }
       }}};
  for (const auto& [name, change] : both) {
    CAPTURE(name);
    auto results = good.results;
    change(results[1]);
    for (const std::uint64_t most : {categories, sampled}) {
      const std::string difference = good.difference(results, most);
      CAPTURE(most, difference);
      CHECK(difference.find("context 1") == 0);
    }
  }
  const std::vector<std::pair<std::string, Change>> in_full = {
      {"softmax", [](auto& result) { result.normalizer.sum *= 2; }},
      {"probabilities", [](auto& result) { result.probabilities.back() += 0.5F; }},
      {"approximate results", [](auto& result) {
         result.approximate.push_back({3, 1.0F});
       }}};
  for (const auto& [name, change] : in_full) {
    auto results = good.results;
    change(results[0]);
    const std::string difference = good.difference(results, categories);
    CAPTURE(name, difference);
    CHECK(difference.find("context 0") == 0);
    CHECK(difference.find(name) != std::string::npos);
  }
}

}  // namespace lacuna
