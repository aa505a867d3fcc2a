// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include "core/latency_histogram.h"

namespace lacuna {

TEST_CASE("small latencies are exact") {
  LatencyHistogram histogram;
  for (int i = 1; i <= 100; ++i) {
    histogram.add(Time(i));
  }
  CHECK(histogram.count() == 100);
  CHECK(histogram.mean_ns() == Approx(0.0505));
  CHECK(histogram.percentile_ns(0.5) == Approx(0.050));
  CHECK(histogram.percentile_ns(0.99) == Approx(0.099));
  CHECK(histogram.max_ns() == Approx(0.100));
}

TEST_CASE("percentiles are within a percent of those of the sorted list") {
  std::mt19937_64 random(1);
  LatencyHistogram histogram;
  std::vector<double> all;
  double sum = 0;
  for (int i = 0; i < 100000; ++i) {
    const std::int64_t value = std::int64_t{1} << (random() % 40);
    const std::int64_t latency = value + static_cast<std::int64_t>(random()) % value;
    histogram.add(Time(std::abs(latency)));
    all.push_back(static_cast<double>(std::abs(latency)) * 1e-3);
    sum += all.back();
  }
  std::sort(all.begin(), all.end());
  for (const double share : {0.01, 0.5, 0.95, 0.99, 0.999}) {
    const auto rank = static_cast<std::size_t>(std::ceil(share * 100000)) - 1;
    CHECK(histogram.percentile_ns(share) == Approx(all[rank]).epsilon(0.01));
  }
  CHECK(histogram.mean_ns() == Approx(sum / 100000));
  CHECK(histogram.max_ns() == Approx(all.back()));
}

TEST_CASE("an empty histogram summarises to nothing") {
  Summary summary;
  LatencyHistogram().summarise(summary, "read_latency_ns");
  CHECK(summary.empty());
}

}  // namespace lacuna
