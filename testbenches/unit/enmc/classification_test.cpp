// SPDX-License-Identifier: Apache-2.0
// Whole classifications, from the host's memory writes to the merged softmax, against a plain reference.
#include <cmath>

#include <catch2/catch.hpp>

#include "unit/enmc/system.h"

namespace lacuna {

namespace {

/// Classifies and compares everything that came back.
void check_classification(test::EnmcSystem& system, enmc::EnmcClassifier& classifier,
                          const enmc::Batch& batch, bool all) {
  system.host.load(classifier, batch.contexts);
  system.host.submit(batch);
  system.run();
  REQUIRE(system.host.results().size() == batch.contexts);
  enmc::ClassifierConstants constants = batch.constants;
  constants.returns_all = all;
  const enmc::ClassifierShape shape = classifier.shape();
  const std::size_t row_bytes = sparse::screening::int4_bytes(shape.length);
  std::uint64_t candidates = 0;
  for (std::uint32_t i = 0; i < batch.contexts; ++i) {
    const enmc::Classification expected = enmc::expected_classification(
        classifier, system.host.layout(), constants,
        Span<const float>(batch.features).subspan(i * shape.dimension, shape.dimension),
        Span<const std::uint8_t>(batch.projected).subspan(i * row_bytes, row_bytes));
    const enmc::Classification& got = system.host.results()[i];
    CAPTURE(i, expected.accurate.size());
    CHECK(got.accurate == expected.accurate);
    CHECK(got.approximate == expected.approximate);
    CHECK(got.normalizer.maximum == expected.normalizer.maximum);
    CHECK(got.normalizer.sum == expected.normalizer.sum);
    CHECK(got.probabilities == expected.probabilities);
    candidates += expected.accurate.size();
    if (all) {
      CHECK(got.accurate.size() + got.approximate.size() == shape.categories);
    }
  }
  CHECK(candidates > 0);
  CHECK(system.bench.value("accelerator.candidates") == candidates);
  CHECK(system.bench.value("accelerator.rows_screened") == shape.categories * batch.contexts);
  CHECK(system.broken_rules() == "");
}

/// One multiply-accumulate takes the host's front end a nanosecond.
test::EnmcSetup slow_host() {
  test::EnmcSetup setup;
  setup.host.front_end.macs_per_ns = 1;
  return setup;
}

/// Three batches with a front end of so many multiply-accumulates each.
void classify_three(test::EnmcSystem& system, std::uint64_t front_end_macs) {
  enmc::EnmcClassifier classifier = test::random_classifier(15, 1000, 128, 32);
  std::vector<enmc::Batch> batches;
  for (std::uint64_t i = 0; i < 3; ++i) {
    batches.push_back(test::random_batch(classifier, 20 + i, 1, 30));
    batches.back().front_end = {{"layer", front_end_macs, 1}};
  }
  system.host.load(classifier, 1);
  for (const enmc::Batch& batch : batches) {
    system.host.submit(batch);
  }
  system.run();
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const enmc::Classification expected =
        enmc::expected_classification(classifier, system.host.layout(), batches[i].constants,
                                      batches[i].features, batches[i].projected);
    CHECK(system.host.results(i).at(0).accurate == expected.accurate);
    CHECK(system.host.results(i).at(0).probabilities == expected.probabilities);
  }
}

}  // namespace

TEST_CASE("a small classifier on two ranks gives the reference's results") {
  test::EnmcSystem system({});
  enmc::EnmcClassifier classifier = test::random_classifier(1, 1000, 128, 32);
  const enmc::Batch batch = test::random_batch(classifier, 2, 1, 30);
  check_classification(system, classifier, batch, false);
  CHECK(system.host.elapsed() > Time(0));
}

TEST_CASE("everything comes back where asked for") {
  test::EnmcSetup setup;
  setup.host.returns_all = true;
  test::EnmcSystem system(setup);
  enmc::EnmcClassifier classifier = test::random_classifier(3, 777, 96, 24);
  const enmc::Batch batch = test::random_batch(classifier, 4, 3, 20);
  check_classification(system, classifier, batch, true);
}

TEST_CASE("several passes, channels, and plain instructions") {
  test::EnmcSetup setup;
  setup.channels = 2;
  setup.host.issue = enmc::Issue::plain;
  test::EnmcSystem system(setup);
  enmc::EnmcClassifier classifier = test::random_classifier(5, 1531, 300, 250);
  const enmc::Batch batch = test::random_batch(classifier, 6, 5, 12);
  CHECK(batch.projected.size() == 5 * 125);  // two contexts a pass
  check_classification(system, classifier, batch, false);
}

TEST_CASE("instructions broadcast to the ranks of a channel") {
  test::EnmcSetup setup;
  setup.ranks = 4;
  setup.host.issue = enmc::Issue::broadcast;
  test::EnmcSystem system(setup);
  enmc::EnmcClassifier classifier = test::random_classifier(7, 1030, 160, 128);
  const enmc::Batch batch = test::random_batch(classifier, 8, 2, 25);
  check_classification(system, classifier, batch, false);
}

TEST_CASE("sigmoids need no normalizer of all ranks") {
  test::EnmcSystem system({});
  enmc::EnmcClassifier classifier = test::random_classifier(13, 900, 96, 24);
  enmc::Batch batch = test::random_batch(classifier, 14, 2, 25);
  batch.constants.normalizer = workload::Normalizer::sigmoid;
  check_classification(system, classifier, batch, false);
  for (const enmc::Classification& result : system.host.results()) {
    CHECK(result.normalizer.sum == 0);
    for (std::size_t i = 0; i < result.accurate.size(); ++i) {
      CHECK(result.probabilities[i] ==
            Approx(1 / (1 + std::exp(-result.accurate[i].value))).epsilon(1e-4));
    }
  }
}

TEST_CASE("short front ends are hidden behind the ranks' work") {
  test::EnmcSystem system(slow_host());
  classify_three(system, 100);
  // The first only is waited for.
  CHECK(test::summary_number(system.host, "front_end_ns") == Approx(300));
  CHECK(test::summary_number(system.host, "elapsed_ns") ==
        Approx(100 + test::summary_number(system.host, "classification_ns")).margin(0.01));
}

TEST_CASE("long front ends hide the ranks' work") {
  test::EnmcSystem system(slow_host());
  classify_three(system, 1000000);
  const double all = test::summary_number(system.host, "classification_ns");
  // One after the other, and the last batch's classification.
  const double last = test::summary_number(system.host, "elapsed_ns") - 3e6;
  CHECK(last > all / 4);
  CHECK(last < all / 2);
}

TEST_CASE("loads of 256 bytes give the same results as long ones") {
  test::EnmcSetup setup;
  setup.rank.request = 256_B;
  setup.rank.requests = 4;
  setup.host.returns_all = true;
  test::EnmcSystem system(setup);
  enmc::EnmcClassifier classifier = test::random_classifier(9, 600, 200, 50);
  const enmc::Batch batch = test::random_batch(classifier, 10, 2, 40);
  check_classification(system, classifier, batch, true);
}

}  // namespace lacuna
