// SPDX-License-Identifier: Apache-2.0
#include "core/latency_histogram.h"

#include <algorithm>
#include <cmath>

namespace lacuna {
inline namespace core {

double LatencyHistogram::mean_ns() const {
  return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_) * 1e-3;
}

double LatencyHistogram::percentile_ns(double share) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < bucket_count; ++i) {
    seen += buckets_[i];
    if (seen >= wanted && buckets_[i] != 0) {
      const std::uint64_t octave = i / linear;
      const std::uint64_t shift = octave == 0 ? 0 : octave - 1;
      const std::uint64_t least = (octave == 0 ? i : linear + i % linear) << shift;
      const std::uint64_t most = least + (std::uint64_t{1} << shift) - 1;
      return std::min(static_cast<double>(least + most) / 2, static_cast<double>(max_)) * 1e-3;
    }
  }
  return max_ns();
}

void LatencyHistogram::summarise(Summary& summary, const std::string& name) const {
  if (count_ == 0) {
    return;
  }
  Summary& part = summary.part(name);
  part.add("mean", mean_ns());
  part.add("p50", percentile_ns(0.50));
  part.add("p95", percentile_ns(0.95));
  part.add("p99", percentile_ns(0.99));
  part.add("max", max_ns());
}

}  // namespace core
}  // namespace lacuna
