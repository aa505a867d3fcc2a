// SPDX-License-Identifier: Apache-2.0
#include "noc/latency_record.h"

#include <algorithm>

namespace lacuna::noc {

void LatencyRecord::add(Cycle latency) {
  ++count_;
  sum_ += static_cast<std::uint64_t>(latency);
  max_ = std::max(max_, latency);
  if (latency < dense) {
    ++short_[static_cast<std::size_t>(latency)];
  } else {
    ++long_[latency];
  }
}

double LatencyRecord::mean() const {
  return count_ == 0 ? 0.0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

Cycle LatencyRecord::percentile(double share) const {
  const double wanted = share * static_cast<double>(count_);
  std::uint64_t seen = 0;
  for (Cycle latency = 0; latency < dense; ++latency) {
    seen += short_[static_cast<std::size_t>(latency)];
    if (seen != 0 && static_cast<double>(seen) >= wanted) {
      return latency;
    }
  }
  for (const auto& [latency, packets] : long_) {
    seen += packets;
    if (static_cast<double>(seen) >= wanted) {
      return latency;
    }
  }
  return max_;
}

void LatencyRecord::summarise(Summary& summary) const {
  summary.add("mean", mean());
  summary.add("p50", static_cast<std::uint64_t>(percentile(0.50)));
  summary.add("p95", static_cast<std::uint64_t>(percentile(0.95)));
  summary.add("p99", static_cast<std::uint64_t>(percentile(0.99)));
  summary.add("max", static_cast<std::uint64_t>(max_));
}

}  // namespace lacuna::noc
