// SPDX-License-Identifier: Apache-2.0
#include "sparse/screening/candidates.h"

#include <algorithm>
#include <functional>
#include <limits>

namespace lacuna::sparse::screening {
namespace {

/// The count-th largest of the sums; count in 1 .. sums.size().
std::int32_t nth_largest(Span<const std::int32_t> sums, std::size_t count) {
  std::vector<std::int32_t> copy(sums.begin(), sums.end());
  const auto nth = copy.begin() + static_cast<std::ptrdiff_t>(count - 1);
  std::nth_element(copy.begin(), nth, copy.end(), std::greater<>());
  return *nth;
}

}  // namespace

std::vector<std::uint32_t> filter_candidates(Span<const std::int32_t> sums,
                                             std::int32_t threshold) {
  std::vector<std::uint32_t> candidates;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (sums[i] > threshold) {
      candidates.push_back(static_cast<std::uint32_t>(i));
    }
  }
  return candidates;
}

std::vector<std::uint32_t> top_candidates(Span<const std::int32_t> sums, std::size_t count) {
  std::vector<std::uint32_t> candidates;
  if (count == 0 || sums.empty()) {
    return candidates;
  }
  count = std::min(count, sums.size());
  const std::int32_t least = nth_largest(sums, count);
  const auto greater = static_cast<std::size_t>(
      std::count_if(sums.begin(), sums.end(), [&](std::int32_t sum) { return sum > least; }));
  std::size_t ties = count - greater;
  candidates.reserve(count);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (sums[i] < least || (sums[i] == least && ties == 0)) {
      continue;
    }
    ties -= sums[i] == least ? 1 : 0;
    candidates.push_back(static_cast<std::uint32_t>(i));
  }
  return candidates;
}

std::int32_t tune_threshold(Span<const std::int32_t> sums, std::size_t count) {
  if (sums.empty() || count == 0) {
    return std::numeric_limits<std::int32_t>::max();
  }
  return nth_largest(sums, std::min(count, sums.size())) - 1;
}

}  // namespace lacuna::sparse::screening
