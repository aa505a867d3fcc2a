// SPDX-License-Identifier: Apache-2.0
#include "sparse/bbs_group.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::sparse {
namespace {

constexpr int max_magnitude = 127;

/// Columns directly below the sign column that equal it in every weight, at most three.
unsigned redundant_columns(Span<const std::int8_t> group) {
  unsigned count = 0;
  while (count < max_redundant_columns) {
    const unsigned column = weight_bits - 2 - count;
    for (const std::int8_t weight : group) {
      const bool bit = (weight >> column & 1) != 0;
      if (bit != (weight < 0)) {
        return count;
      }
    }
    ++count;
  }
  return count;
}

/// sum / count to the nearest integer, ties to even.
int rounded_mean(int sum, int count) {
  const int floor = sum / count;
  const int twice_rest = 2 * (sum % count);
  const bool up = twice_rest > count || (twice_rest == count && floor % 2 != 0);
  return floor + (up ? 1 : 0);
}

/// Magnitude columns, from the top of seven, that are zero in every weight.
unsigned zero_magnitude_columns(int largest_magnitude) {
  unsigned columns = weight_bits - 1;
  while (largest_magnitude != 0) {
    largest_magnitude >>= 1;
    --columns;
  }
  return columns;
}

/// The nearest multiple of 2^low, ties toward zero, that needs no column above those in use.
int round_magnitude(int magnitude, unsigned low, unsigned columns) {
  if (low == 0) {
    return magnitude;
  }
  const int largest = (1 << (weight_bits - 1 - columns)) - 1;
  const int nearest = (magnitude + (1 << (low - 1)) - 1) >> low;
  return std::min(nearest, largest) << low;
}

std::uint32_t squared_error(Span<const std::int8_t> group, Span<const std::int16_t> weights) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < group.size(); ++i) {
    const int error = weights[i] - group[i];
    sum += static_cast<std::uint32_t>(error * error);
  }
  return sum;
}

void check_range(const char* name, unsigned value, unsigned low, unsigned high) {
  if (value < low || value > high) {
    throw input_error({}, name, fmt::format("{} is not in {}..{}", value, low, high));
  }
}

}  // namespace

void check(const BbsPruning& pruning) {
  check_range("columns", pruning.columns, 0, max_pruned_columns);
  check_range("constant_bits", pruning.constant_bits, 1, max_constant_bits);
}

CompressedGroup average_group(unsigned columns, Span<const std::int8_t> group,
                              Span<std::int16_t> reconstructed) {
  const unsigned redundant = redundant_columns(group);
  const unsigned low = columns > redundant ? columns - redundant : 0;
  const int mask = (1 << low) - 1;
  int sum = 0;
  for (const std::int8_t weight : group) {
    sum += weight & mask;
  }
  const int average = rounded_mean(sum, static_cast<int>(group.size()));
  for (std::size_t i = 0; i < group.size(); ++i) {
    reconstructed[i] = static_cast<std::int16_t>((group[i] & ~mask) + average);
  }
  return {{static_cast<std::int8_t>(redundant), static_cast<std::int8_t>(low),
           static_cast<std::int8_t>(average)},
          squared_error(group, reconstructed)};
}

CompressedGroup shift_group_by(int offset, unsigned columns, Span<const std::int8_t> group,
                               Span<std::int16_t> reconstructed) {
  int largest = 0;
  for (std::size_t i = 0; i < group.size(); ++i) {
    const int shifted = std::clamp(group[i] + offset, -max_magnitude, max_magnitude);
    reconstructed[i] = static_cast<std::int16_t>(shifted);
    largest = std::max(largest, std::abs(shifted));
  }
  const unsigned zero = zero_magnitude_columns(largest);
  const unsigned low = columns > zero ? columns - zero : 0;
  for (std::int16_t& value : reconstructed) {
    const int magnitude = round_magnitude(std::abs(value), low, columns);
    value = static_cast<std::int16_t>((value < 0 ? -magnitude : magnitude) - offset);
  }
  return {{static_cast<std::int8_t>(zero), static_cast<std::int8_t>(low),
           static_cast<std::int8_t>(offset)},
          squared_error(group, reconstructed)};
}

CompressedGroup shift_group(unsigned columns, unsigned constant_bits, Span<const std::int8_t> group,
                            Span<std::int16_t> reconstructed) {
  const int limit = 1 << (constant_bits - 1);
  std::array<std::int16_t, max_group> candidate{};
  const Span<std::int16_t> weights(candidate.data(), group.size());
  CompressedGroup best = shift_group_by(-limit, columns, group, reconstructed);
  for (int offset = -limit + 1; offset < limit; ++offset) {
    const CompressedGroup result = shift_group_by(offset, columns, group, weights);
    if (result.squared_error < best.squared_error) {
      best = result;
      std::copy(weights.begin(), weights.end(), reconstructed.begin());
    }
  }
  return best;
}

CompressedGroup compress_group(const BbsPruning& pruning, Span<const std::int8_t> group,
                               Span<std::int16_t> reconstructed) {
  check(pruning);
  if (group.empty() || group.size() > max_group || reconstructed.size() != group.size()) {
    throw input_error({}, "group", fmt::format("{} weights are not a group", group.size()));
  }
  return pruning.method == BbsMethod::rounded_averaging
             ? average_group(pruning.columns, group, reconstructed)
             : shift_group(pruning.columns, pruning.constant_bits, group, reconstructed);
}

}  // namespace lacuna::sparse
