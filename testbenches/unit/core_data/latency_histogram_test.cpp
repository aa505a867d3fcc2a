// SPDX-License-Identifier: Apache-2.0
#include "core/latency_histogram.h"

#include <catch2/catch.hpp>

namespace lacuna {

TEST_CASE("mean and maximum of durations are exact, percentiles within one percent") {
  LatencyHistogram histogram;
  constexpr std::int64_t count = 1000003;
  for (std::int64_t i = 1; i < count; ++i) {
    histogram.add(Time(i));
  }
  CHECK(histogram.count() == count - 1);
  CHECK(histogram.max_ns() == Approx((count - 1) * 1e-3).epsilon(1e-12));
  CHECK(histogram.mean_ns() == Approx(count / 2.0 * 1e-3).epsilon(1e-12));
  for (const double share : {0.01, 0.5, 0.95, 0.99, 1.0}) {
    CHECK(histogram.percentile_ns(share) == Approx(share * count * 1e-3).epsilon(0.005));
  }
}

TEST_CASE("short durations have buckets of their own, and the longest counts all the same") {
  LatencyHistogram histogram;
  histogram.add(Time(0));
  histogram.add(Time(0));
  histogram.add(Time(255));
  histogram.add(Time(std::int64_t{1} << 60));
  CHECK(histogram.percentile_ns(0.5) == 0);
  CHECK(histogram.percentile_ns(0.75) == Approx(0.255));
  CHECK(histogram.max_ns() == Approx(static_cast<double>(std::int64_t{1} << 60) * 1e-3));
}

TEST_CASE("no durations tell nothing") {
  const LatencyHistogram histogram;
  Summary summary;
  histogram.summarise(summary, "latency_ns");
  CHECK(summary.empty());
  CHECK(histogram.mean_ns() == 0);
}

}  // namespace lacuna
