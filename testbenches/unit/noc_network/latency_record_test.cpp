// SPDX-License-Identifier: Apache-2.0
#include "noc/latency_record.h"

#include <algorithm>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

namespace lacuna {

using noc::Cycle;
using noc::LatencyRecord;

TEST_CASE("percentiles of latencies are those of the sorted list") {
  std::mt19937 random(9);
  for (const Cycle most : {Cycle{3}, Cycle{300}, Cycle{4097}, Cycle{100000}}) {
    LatencyRecord record;
    CHECK(record.percentile(0.5) == 0);
    CHECK(record.mean() == 0);
    std::vector<Cycle> sorted;
    double sum = 0;
    for (int i = 0; i < 1000; ++i) {
      const Cycle latency = most - static_cast<Cycle>(random()) % std::min<Cycle>(most + 1, 5000);
      record.add(latency);
      sorted.push_back(latency);
      sum += static_cast<double>(latency);
    }
    std::sort(sorted.begin(), sorted.end());
    CHECK(record.count() == 1000);
    CHECK(record.mean() == Approx(sum / 1000));
    CHECK(record.max() == sorted.back());
    // Shares that binary numbers hold exactly: of 1000, 1, 500, 750, 875, 1000.
    CHECK(record.percentile(0) == sorted.front());
    CHECK(record.percentile(0.5) == sorted[499]);
    CHECK(record.percentile(0.75) == sorted[749]);
    CHECK(record.percentile(0.875) == sorted[874]);
    CHECK(record.percentile(1) == sorted.back());
  }
}

}  // namespace lacuna
