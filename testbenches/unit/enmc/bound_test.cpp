// SPDX-License-Identifier: Apache-2.0
// What limits a classification, and that a rank keeps its memory busy.
#include <catch2/catch.hpp>

#include "unit/enmc/system.h"

namespace lacuna {

namespace {

enmc::RankShares shares_of(const test::EnmcSetup& setup, std::uint32_t contexts) {
  test::EnmcSystem system(setup);
  enmc::EnmcClassifier classifier = test::random_classifier(1, 4000 * setup.ranks, 128, 128);
  const enmc::Batch batch = test::random_batch(classifier, 2, contexts, 8);
  system.host.load(classifier, contexts);
  system.host.submit(batch);
  system.run();
  CHECK(system.broken_rules() == "");
  const enmc::RankShares shares = system.dimm.shares();
  INFO("dram " << shares.dram << " screener " << shares.screener << " issue " << shares.issue);
  CHECK(shares.dram <= 1);
  CHECK(shares.screener <= 1);
  CHECK(shares.straggler < 1.2);
  return shares;
}

}  // namespace

TEST_CASE("one context against 128 MACs a rank is bound by its memory") {
  const enmc::RankShares shares = shares_of({}, 1);
  CHECK(shares.bound() == "dram");
  // 25.6 GB/s of multipliers beside 19.2 GB/s of memory, which refreshes (4.5 %) and must be asked.
  CHECK(shares.dram > 0.8);
  CHECK(shares.screener == Approx(shares.dram * 0.75).margin(0.05));
}

TEST_CASE("four contexts are bound by the multipliers") {
  const enmc::RankShares shares = shares_of({}, 4);
  CHECK(shares.bound() == "compute");
  CHECK(shares.screener > 0.8);
}

TEST_CASE("plain instructions to eight ranks of a channel are too many") {
  test::EnmcSetup setup;
  setup.ranks = 8;
  setup.host.issue = enmc::Issue::plain;
  const enmc::RankShares shares = shares_of(setup, 1);
  CHECK(shares.bound() == "issue");
  CHECK(shares.issue > 0.3);
}

}  // namespace lacuna
