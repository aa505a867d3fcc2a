// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "core/summary.h"
#include "core/units.h"

namespace lacuna {
inline namespace core {

/// Latencies of many transactions: exact count, mean and maximum, percentiles from buckets no wider
/// than 1 % of their value. Adding one costs a few instructions.
class LatencyHistogram {
 public:
  void add(Time latency) {
    const auto value = static_cast<std::uint64_t>(latency.value() < 0 ? 0 : latency.value());
    ++count_;
    sum_ += value;
    max_ = value > max_ ? value : max_;
    ++buckets_[bucket(value)];
  }

  std::uint64_t count() const { return count_; }
  double mean_ns() const;
  double max_ns() const { return static_cast<double>(max_) * 1e-3; }
  /// At least this share (0 .. 1) of the latencies are no greater. The middle of its bucket.
  double percentile_ns(double share) const;

  /// Adds a part {mean, p50, p95, p99, max}, if there is anything to tell.
  void summarise(Summary& summary, const std::string& name) const;

 private:
  // 128 buckets for each power of two: a bucket is at most 1/128 of its value wide.
  static constexpr unsigned bits = 7;
  static constexpr std::uint64_t linear = std::uint64_t{1} << bits;
  static constexpr std::size_t bucket_count = (48 - bits) * linear;  // up to 2^47 ps, 140 s

  static std::size_t bucket(std::uint64_t value) {
    if (value < linear) {
      return static_cast<std::size_t>(value);
    }
    const auto exponent = 63U - static_cast<unsigned>(__builtin_clzll(value));
    const std::size_t index = (exponent - bits) * linear + (value >> (exponent - bits));
    return index < bucket_count ? index : bucket_count - 1;
  }

  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;  // picoseconds
  std::uint64_t max_ = 0;
  std::array<std::uint64_t, bucket_count> buckets_{};
};

}  // namespace core
}  // namespace lacuna
