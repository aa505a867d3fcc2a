// SPDX-License-Identifier: Apache-2.0
#include "core/statistics.h"

#include <catch2/catch.hpp>

#include "core/error.h"

using namespace lacuna;

TEST_CASE("a counter keeps its place however many follow") {
  Statistics statistics;
  Counter& first = statistics.add("dram.reads", Measure::count, "column reads");
  for (int i = 0; i < 1000; ++i) {
    statistics.add("other." + std::to_string(i), Measure::cycles, "");
  }
  first += 3;
  ++first;
  CHECK(statistics.value("dram.reads") == 4);
  CHECK(&statistics.entries().front().counter == &first);
  CHECK(statistics.entries().size() == 1001);
}

TEST_CASE("entries keep description and measure in the order of registration") {
  Statistics statistics;
  statistics.add("b", Measure::bytes, "second letter");
  statistics.add("a", Measure::cycles, "first letter");
  CHECK(statistics.entries()[0].path == "b");
  CHECK(statistics.entries()[0].description == "second letter");
  CHECK(statistics.entries()[1].measure == Measure::cycles);
}

TEST_CASE("two counters of one path are an error of the model") {
  Statistics statistics;
  statistics.add("dram.reads", Measure::count, "");
  try {
    statistics.add("dram.reads", Measure::count, "");
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.fault() == Fault::stuck);
    CHECK(std::string(error.what()).find("dram.reads") != std::string::npos);
  }
}

TEST_CASE("a path without a counter reads as zero") {
  CHECK(Statistics().value("nowhere") == 0);
}

TEST_CASE("a difference of snapshots is what was counted in between") {
  Statistics statistics;
  Counter& old = statistics.add("old", Measure::count, "");
  old += 10;
  const StatisticsSnapshot before = statistics.snapshot();
  old += 5;
  statistics.add("new", Measure::count, "") += 7;
  const StatisticsSnapshot after = statistics.snapshot();
  CHECK(difference(after, before) == StatisticsSnapshot{{"new", 7}, {"old", 5}});
}

TEST_CASE("differences of consecutive intervals add up to the total") {
  Statistics statistics;
  Counter& counter = statistics.add("c", Measure::cycles, "");
  const StatisticsSnapshot start = statistics.snapshot();
  std::uint64_t sum = 0;
  StatisticsSnapshot last = start;
  for (std::uint64_t n : {1U, 0U, 17U, 1000U}) {
    counter += n;
    const StatisticsSnapshot now = statistics.snapshot();
    sum += difference(now, last).at("c");
    last = now;
  }
  CHECK(sum == difference(last, start).at("c"));
  CHECK(sum == 1018);
}

TEST_CASE("measures have units") {
  CHECK(unit_of(Measure::count).empty());
  CHECK(unit_of(Measure::ratio).empty());
  CHECK(unit_of(Measure::cycles) == "cycles");
  CHECK(unit_of(Measure::bytes) == "B");
  CHECK(unit_of(Measure::time_ns) == "ns");
  CHECK(unit_of(Measure::energy_pj) == "pJ");
}
