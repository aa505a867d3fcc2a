// SPDX-License-Identifier: Apache-2.0
#include "core/latency_histogram.h"

#include <algorithm>
#include <cmath>

namespace lacuna {
inline namespace core {

namespace {

// Below 2^7 every value has a bucket; above, the seven bits behind the leading one choose it.
constexpr int fraction_bits = 7;
constexpr std::uint64_t per_octave = std::uint64_t{1} << fraction_bits;

std::size_t bucket_of(std::uint64_t value) {
  if (value < per_octave) {
    return value;
  }
  const int octave = 63 - __builtin_clzll(value) - fraction_bits;
  return ((static_cast<std::uint64_t>(octave) << fraction_bits) + (value >> octave));
}

double middle_of(std::size_t bucket) {
  if (bucket < 2 * per_octave) {
    return static_cast<double>(bucket);
  }
  const std::uint64_t octave = (bucket >> fraction_bits) - 1;
  const std::uint64_t first = (per_octave + (bucket & (per_octave - 1))) << octave;
  return static_cast<double>(first) + (static_cast<double>(std::uint64_t{1} << octave) - 1) / 2;
}

}  // namespace

void LatencyHistogram::add(std::int64_t picoseconds) {
  const auto value = static_cast<std::uint64_t>(picoseconds);
  const std::size_t bucket = bucket_of(value);
  if (bucket >= buckets_.size()) {
    buckets_.resize(bucket + per_octave);
  }
  ++buckets_[bucket];
  ++count_;
  sum_ += value;
  max_ = std::max(max_, picoseconds);
}

double LatencyHistogram::mean() const {
  return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

double LatencyHistogram::percentile(double share) const {
  const auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen != 0 && seen >= rank) {
      return std::min(middle_of(bucket), static_cast<double>(max_));
    }
  }
  return 0;
}

void LatencyHistogram::summarise(Summary& summary) const {
  summary.add("mean", mean() * 1e-3);
  summary.add("p50", percentile(0.50) * 1e-3);
  summary.add("p95", percentile(0.95) * 1e-3);
  summary.add("p99", percentile(0.99) * 1e-3);
  summary.add("max", static_cast<double>(max_) * 1e-3);
}

}  // namespace core
}  // namespace lacuna
