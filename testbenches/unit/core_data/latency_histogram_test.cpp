// SPDX-License-Identifier: Apache-2.0
#include "core/latency_histogram.h"

#include <catch2/catch.hpp>

namespace lacuna {

TEST_CASE("mean and maximum of durations are exact, percentiles within one percent") {
  LatencyHistogram histogram;
  constexpr std::int64_t count = 1000003;
  for (std::int64_t i = 1; i < count; ++i) {
    histogram.add(i);
  }
  CHECK(histogram.count() == count - 1);
  CHECK(histogram.max() == count - 1);
  CHECK(histogram.mean() == Approx(count / 2.0).epsilon(1e-12));
  for (const double share : {0.01, 0.5, 0.95, 0.99, 1.0}) {
    CHECK(histogram.percentile(share) == Approx(share * count).epsilon(0.005));
  }
}

TEST_CASE("short durations have buckets of their own, long ones are not cut") {
  LatencyHistogram histogram;
  histogram.add(0);
  histogram.add(0);
  histogram.add(255);
  histogram.add(std::int64_t{1} << 62);
  CHECK(histogram.percentile(0.0) == 0);
  CHECK(histogram.percentile(0.5) == 0);
  CHECK(histogram.percentile(0.75) == 255);
  CHECK(histogram.percentile(1.0) ==
        Approx(static_cast<double>(std::int64_t{1} << 62)).epsilon(0.01));
}

TEST_CASE("no durations have no mean") {
  const LatencyHistogram histogram;
  CHECK(histogram.mean() == 0);
  CHECK(histogram.percentile(0.99) == 0);
}

}  // namespace lacuna
