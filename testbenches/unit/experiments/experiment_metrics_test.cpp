// SPDX-License-Identifier: Apache-2.0
// Means of ratios over workloads and rungs.
#include "platform/experiment_metrics.h"

#include <catch2/catch.hpp>

namespace lacuna {

namespace {

platform::Measurement classified(const std::string& side, const std::string& workload,
                                 double time_ns, std::uint64_t bytes, double gbps) {
  platform::Measurement measured;
  measured.side = side;
  measured.workload = workload;
  measured.draw = "gaussian-1";
  measured.time_ns = time_ns;
  measured.classifier.emplace();
  measured.classifier->moved_bytes = bytes;
  measured.classifier->peak_gbps = gbps;
  measured.classifier->static_pj = time_ns;
  return measured;
}

std::vector<platform::RungResult> two_rungs() {
  platform::RungResult one;
  one.name = "one";
  one.measurements = {classified("base", "a", 100, 1000, 10), classified("own", "a", 10, 100, 50)};
  platform::RungResult two;
  two.name = "two";
  two.measurements = {classified("base", "a", 160, 1000, 10), classified("own", "a", 4, 100, 50)};
  return {one, two};
}

}  // namespace

TEST_CASE("means over every rung, geometric and arithmetic") {
  const auto all = platform::all_rungs(two_rungs());
  const auto geometric = platform::compare_sides(all, "speedup_geomean", "own", "base");
  CHECK(geometric.mean == Approx(20));  // 10 and 40
  CHECK(geometric.least == Approx(10));
  CHECK(geometric.most == Approx(40));
  CHECK(geometric.draws == 2);
  const auto arithmetic = platform::compare_sides(all, "speedup_mean", "own", "base");
  CHECK(arithmetic.mean == Approx(25));
  CHECK(platform::compare_sides(all, "dram_static_geomean", "own", "base").mean == Approx(20));
}

TEST_CASE("a ceiling is bytes over the peak of the buses") {
  const auto rungs = two_rungs();
  CHECK(platform::compare_sides(rungs[0], "streaming_geomean", "own", "base").mean == Approx(50));
}

}  // namespace lacuna
