// SPDX-License-Identifier: Apache-2.0
//
// Whole classifications with the Screeners in SystemVerilog, from the host's memory writes to the merged softmax.
#include <catch2/catch.hpp>

#include "core/error.h"
#include "enmc/screener_slice.h"
#include "unit/enmc/system.h"

namespace lacuna::enmc::test {
namespace {

using lacuna::test::EnmcSetup;
using lacuna::test::EnmcSystem;

EnmcSetup setup_with(ScreenerModel model) {
  EnmcSetup setup;
  setup.rank.screener.model = model;
  setup.rank.int4_macs = 16;
  setup.rank.comparators = 8;
  return setup;
}

/// Rows of 53 values, three contexts a pass.
EnmcClassifier ragged_classifier() {
  return lacuna::test::random_classifier(7, 611, 96, 53);
}

void check_results(EnmcSystem& system, EnmcClassifier& classifier) {
  const Batch batch = lacuna::test::random_batch(classifier, 8, 11, 25);
  system.host.load(classifier, batch.contexts);
  system.host.submit(batch);
  system.run();
  REQUIRE(system.host.results().size() == batch.contexts);
  const ClassifierShape shape = classifier.shape();
  const std::size_t row_bytes = sparse::screening::int4_bytes(shape.length);
  for (std::uint32_t i = 0; i < batch.contexts; ++i) {
    const Classification expected = expected_classification(
        classifier, system.host.layout(), batch.constants,
        Span<const float>(batch.features).subspan(i * shape.dimension, shape.dimension),
        Span<const std::uint8_t>(batch.projected).subspan(i * row_bytes, row_bytes));
    CHECK(!expected.accurate.empty());
    CHECK(system.host.results()[i].accurate == expected.accurate);
    CHECK(system.host.results()[i].probabilities == expected.probabilities);
  }
  CHECK(system.broken_rules() == "");
}

bool without_classification_rtl() {
  if (ScreenerSlice::built().empty()) {
    WARN("skipped: built without Verilator");
  }
  return ScreenerSlice::built().empty();
}

}  // namespace

TEST_CASE("a classification with Screeners in SystemVerilog gives the reference's results") {
  if (without_classification_rtl()) {
    return;
  }
  EnmcClassifier classifier = ragged_classifier();
  EnmcSystem system(setup_with(ScreenerModel::rtl));
  check_results(system, classifier);
}

TEST_CASE("a classification with Screeners in lockstep gives the reference's results") {
  if (without_classification_rtl()) {
    return;
  }
  EnmcClassifier classifier = ragged_classifier();
  EnmcSystem system(setup_with(ScreenerModel::lockstep));
  check_results(system, classifier);
}

TEST_CASE("throttled handshakes of Screeners in lockstep change no result") {
  if (without_classification_rtl()) {
    return;
  }
  EnmcClassifier classifier = ragged_classifier();
  EnmcSetup setup = setup_with(ScreenerModel::lockstep);
  setup.rank.screener.lockstep.contract = engine::LockstepContract::elastic;
  setup.rank.screener.lockstep.throttle = 40;
  EnmcSystem system(setup);
  check_results(system, classifier);
}

}  // namespace lacuna::enmc::test
