// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/summary.h"
#include "noc/packet_network.h"

namespace lacuna::noc {

/// Latencies of packets, kept exactly.
class LatencyRecord {
 public:
  void add(Cycle latency);

  std::uint64_t count() const { return count_; }
  double mean() const;
  Cycle max() const { return max_; }
  /// The smallest latency that at least this share of the packets does not exceed; 0 without packets.
  Cycle percentile(double share) const;
  /// mean, p50, p95, p99, max.
  void summarise(Summary& summary) const;

 private:
  static constexpr Cycle dense = 4096;  // latencies below are counted in a table

  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  Cycle max_ = 0;
  std::vector<std::uint64_t> short_ = std::vector<std::uint64_t>(dense);
  std::map<Cycle, std::uint64_t> long_;
};

}  // namespace lacuna::noc
