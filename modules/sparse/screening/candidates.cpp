// SPDX-License-Identifier: Apache-2.0
#include "sparse/screening/candidates.h"

#include <algorithm>
#include <functional>
#include <limits>

namespace lacuna::sparse::screening {
namespace {

/// The count-th largest of the values; count in 1 .. values.size().
template <class T>
T nth_largest(Span<const T> values, std::size_t count) {
  std::vector<T> copy(values.begin(), values.end());
  const auto nth = copy.begin() + static_cast<std::ptrdiff_t>(count - 1);
  std::nth_element(copy.begin(), nth, copy.end(), std::greater<>());
  return *nth;
}

template <class T>
std::vector<std::uint32_t> top(Span<const T> values, std::size_t count) {
  std::vector<std::uint32_t> chosen;
  count = std::min(count, values.size());
  if (count == 0) {
    return chosen;
  }
  const T least = nth_largest(values, count);
  const auto greater = static_cast<std::size_t>(
      std::count_if(values.begin(), values.end(), [&](T value) { return value > least; }));
  std::size_t ties = count - greater;
  chosen.reserve(count);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] < least || (values[i] == least && ties == 0)) {
      continue;
    }
    ties -= values[i] == least ? 1 : 0;
    chosen.push_back(static_cast<std::uint32_t>(i));
  }
  return chosen;
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
  return top(sums, count);
}

std::vector<std::uint32_t> top_outputs(Span<const float> outputs, std::size_t count) {
  return top(outputs, count);
}

std::int32_t tune_threshold(Span<const std::int32_t> sums, std::size_t count) {
  if (sums.empty() || count == 0) {
    return std::numeric_limits<std::int32_t>::max();
  }
  return nth_largest(sums, std::min(count, sums.size())) - 1;
}

}  // namespace lacuna::sparse::screening
