// SPDX-License-Identifier: Apache-2.0
// Whole classifications by units near memory and by a processor, against a plain reference.
#include <cmath>

#include <catch2/catch.hpp>

#include "near_memory/reference.h"
#include "unit/near_memory/system.h"

namespace lacuna {

namespace {

constexpr std::uint64_t all_categories = std::uint64_t{1} << 20;

near_memory::NearMemoryParams units_in(std::uint32_t ranks) {
  near_memory::NearMemoryParams params;
  params.ranks = ranks;
  return params;
}

/// What must hold of every classification with screening.
template <class System>
void check_candidates(System& system, const workload::ClassifierBatch& batch,
                      const std::string& module) {
  CHECK(system.machine.find_difference(all_categories) == "");
  REQUIRE(system.machine.results().size() == batch.contexts);
  std::uint64_t candidates = 0;
  for (const workload::Classification& result : system.machine.results()) {
    candidates += result.accurate.size();
    CHECK(result.normalizer.sum > 0);
  }
  CHECK(candidates > 0);
  CHECK(system.bench.value(module + ".candidates") == candidates);
}

/// Classifies two batches with a front end of so many multiply-accumulates each.
/// @return nanoseconds beside those of classifying
template <class System>
double waited_for_front_ends(System& system, std::uint64_t macs) {
  const auto rows = std::make_shared<test::RandomRows>(8, 1001, 128, 32);
  auto batch = test::contexts_for(*rows, 1, 30);
  batch.front_end = {{"layer", macs, 1}};
  system.machine.submit(batch);
  system.classify(rows, batch);
  CHECK(system.machine.find_difference(all_categories, 0) == "");
  CHECK(system.machine.find_difference(all_categories, 1) == "");
  return test::summary_number(system.machine, "elapsed_ns") -
         test::summary_number(system.machine, "classification_ns");
}

}  // namespace

TEST_CASE("units in two ranks screen and give the reference's results") {
  test::NearMemorySystem system(units_in(2));
  const auto rows = std::make_shared<test::RandomRows>(1, 1001, 128, 32);
  const auto batch = test::contexts_for(*rows, 1, 30);
  system.classify(rows, batch);
  check_candidates(system, batch, "accelerator");
  CHECK(system.bench.value("accelerator.macs") ==
        1001 * 32 + system.bench.value("accelerator.candidates") * 128);
  CHECK(system.broken_rules() == "");
}

TEST_CASE("units without screening give an output for every category") {
  near_memory::NearMemoryParams params = units_in(2);
  params.screening = false;
  test::NearMemorySystem system(params);
  const auto rows = std::make_shared<test::RandomRows>(2, 777, 200, 50);
  const auto batch = test::contexts_for(*rows, 3, 10);
  system.classify(rows, batch);
  CHECK(system.machine.find_difference(all_categories) == "");
  CHECK(system.machine.results()[2].accurate.size() == 777);
  CHECK(system.bench.value("accelerator.macs") == 777 * 200 * 3);
  CHECK(system.bench.value("accelerator.candidates") == 0);
}

TEST_CASE("sums of tiles that spill come back, as outputs do") {
  near_memory::NearMemoryParams params = units_in(2);
  params.unit.feature_buffer = 256_B;
  params.unit.sum_buffer = 256_B;
  params.unit.sums = near_memory::Sums::spill;
  test::NearMemorySystem system(params);
  const auto rows = std::make_shared<test::RandomRows>(3, 1200, 160, 70);
  const auto batch = test::contexts_for(*rows, 2, 25);
  system.classify(rows, batch);
  check_candidates(system, batch, "accelerator");
  // 600 rows of a rank, both contexts: outputs go and come; so do sums between tiles of 32: two of
  // three times for the screener, candidates' besides.
  const std::uint64_t of_all = 2 * 1200 * 4 * 2;
  CHECK(system.bench.value("accelerator.spilled_bytes") >= 3 * of_all);
  CHECK(system.broken_rules() == "");
}

TEST_CASE("sums that stay make the contexts' tiles come again") {
  near_memory::NearMemoryParams params = units_in(1);
  params.unit.feature_buffer = 256_B;
  params.unit.sum_buffer = 256_B;
  params.unit.output_buffer = 65536_B;
  test::NearMemorySystem system(params);
  const auto rows = std::make_shared<test::RandomRows>(4, 600, 160, 70);
  const auto batch = test::contexts_for(*rows, 2, 25);
  system.classify(rows, batch);
  check_candidates(system, batch, "accelerator");
  CHECK(system.bench.value("accelerator.spilled_bytes") == 0);
}

TEST_CASE("a packed screener moves an eighth of the bytes") {
  near_memory::NearMemoryParams params = units_in(2);
  params.unit.screener = near_memory::ScreenerFormat::int4;
  params.unit.rows = 4;  // a systolic array of rows by contexts
  params.unit.values = 1;
  params.unit.contexts = 4;
  test::NearMemorySystem system(params);
  const auto rows = std::make_shared<test::RandomRows>(5, 900, 96, 33);
  const auto batch = test::contexts_for(*rows, 3, 12);
  system.classify(rows, batch);
  check_candidates(system, batch, "accelerator");
}

TEST_CASE("units hide the next batch's front end") {
  near_memory::NearMemoryParams params = units_in(2);
  params.front_end.macs_per_ns = 1;
  test::NearMemorySystem system(params);
  CHECK(waited_for_front_ends(system, 1000) == Approx(1000).margin(0.01));
}

TEST_CASE("a processor works out the next batch's contexts after it has classified") {
  near_memory::CpuParams params;
  params.channels = 1;
  params.screening = true;
  params.front_end.macs_per_ns = 1;
  test::CpuSystem system(params);
  CHECK(waited_for_front_ends(system, 1000) == Approx(2000).margin(0.01));
}

TEST_CASE("a unit's results may be sigmoids") {
  test::NearMemorySystem system(units_in(2));
  const auto rows = std::make_shared<test::RandomRows>(9, 700, 64, 16);
  auto batch = test::contexts_for(*rows, 2, 30);
  batch.constants.normalizer = workload::Normalizer::sigmoid;
  system.classify(rows, batch);
  CHECK(system.machine.find_difference(all_categories) == "");
  for (const workload::Classification& result : system.machine.results()) {
    CHECK(result.normalizer.sum == 0);
    REQUIRE(!result.accurate.empty());
    CHECK(result.probabilities.front() ==
          Approx(1 / (1 + std::exp(-result.accurate.front().value))).epsilon(1e-4));
  }
}

TEST_CASE("a processor with three channels screens") {
  near_memory::CpuParams params;
  params.channels = 3;
  params.screening = true;
  test::CpuSystem system(params);
  const auto rows = std::make_shared<test::RandomRows>(6, 1500, 100, 25);
  const auto batch = test::contexts_for(*rows, 2, 40);
  system.classify(rows, batch);
  check_candidates(system, batch, "cpu");
}

TEST_CASE("a processor without screening, at half of the bandwidth, takes twice as long") {
  near_memory::CpuParams params;
  params.channels = 2;
  params.bandwidth_share = 0.5;
  test::CpuSystem system(params);
  const auto rows = std::make_shared<test::RandomRows>(7, 3000, 512, 128);
  const auto batch = test::contexts_for(*rows, 1, 40);
  system.classify(rows, batch);
  CHECK(system.machine.find_difference(all_categories) == "");
  const double bytes = 3000.0 * 512 * 4;
  const double least_ns = bytes / (0.5 * 2 * 19.2);
  const auto ns = static_cast<double>(system.machine.elapsed().value()) * 1e-3;
  CHECK(ns > least_ns);
  CHECK(ns < 1.05 * least_ns);
  CHECK(system.machine.shares().dram > 0.45);
}

TEST_CASE("the comparison finds a wrong value, a missing and an additional category") {
  const auto rows = std::make_shared<test::RandomRows>(8, 300, 64, 16);
  auto batch = test::contexts_for(*rows, 1, 20);
  const near_memory::UnitParams unit;
  const near_memory::UnitLayout layout =
      near_memory::lay_out(rows->of, 1, true, 2, 1U << 30, 64, unit);
  const auto right = near_memory::expected_classification(*rows, layout, unit, batch, 0);
  REQUIRE(right.accurate.size() > 5);
  CHECK(near_memory::find_difference(layout, unit, batch, {right}, all_categories) == "");
  CHECK(near_memory::find_difference(layout, unit, batch, {right}, 256) == "");
  for (const std::uint64_t most : {all_categories, std::uint64_t{16} * 299}) {
    auto wrong = right;
    wrong.accurate[0].value += 1;
    CHECK(near_memory::find_difference(layout, unit, batch, {wrong}, most) != "");
    wrong = right;
    wrong.accurate.erase(wrong.accurate.begin() + 2);
    CHECK(near_memory::find_difference(layout, unit, batch, {wrong}, most) != "");
  }
  auto wrong = right;
  wrong.normalizer.sum *= 1.0001F;
  CHECK(near_memory::find_difference(layout, unit, batch, {wrong}, all_categories) != "");
}

}  // namespace lacuna
