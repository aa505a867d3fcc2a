// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/summary.h"

namespace lacuna {
inline namespace core {

/// How durations are distributed. Count, mean and maximum are exact; percentiles come from buckets
/// whose width is below 1 % of the value: 128 to each doubling.
class LatencyHistogram {
 public:
  /// @param picoseconds not negative
  void add(std::int64_t picoseconds);

  std::uint64_t count() const { return count_; }
  double mean() const;  ///< picoseconds; 0 when there is nothing
  std::int64_t max() const { return max_; }
  /// The duration that a share of all does not exceed, in picoseconds: the middle of its bucket, at
  /// most the maximum. @param share from 0 to 1
  double percentile(double share) const;

  /// {mean, p50, p95, p99, max} in nanoseconds.
  void summarise(Summary& summary) const;

 private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;  // 2^64 ps are 213 days of waiting
  std::int64_t max_ = 0;
};

}  // namespace core
}  // namespace lacuna
