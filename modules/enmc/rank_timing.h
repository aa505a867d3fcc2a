// SPDX-License-Identifier: Apache-2.0
//
// Clocks of the logic in a rank, by count of operations. Pure functions.
#pragma once

#include <cstdint>

#include "enmc/rank_params.h"

namespace lacuna::enmc {

constexpr std::uint64_t divide_up(std::uint64_t a, std::uint64_t b) {
  return (a + b - 1) / b;
}

/// So many bytes of INT4 weights, two a byte, against each of the contexts.
constexpr std::uint64_t screening_clocks(const RankParams& params, std::uint64_t bytes,
                                         std::uint64_t contexts) {
  return contexts * divide_up(2 * bytes, params.int4_macs);
}

/// The comparators see every sum; each index takes a clock on its way to the buffer.
constexpr std::uint64_t filter_clocks(const RankParams& params, std::uint64_t sums,
                                      std::uint64_t candidates) {
  return divide_up(sums, params.comparators) + candidates;
}

/// So many bytes of FP32 weights.
constexpr std::uint64_t accurate_clocks(const RankParams& params, std::uint64_t bytes) {
  return divide_up(bytes / 4, params.fp32_macs);
}

/// The lanes of a candidate added in a tree, a level a clock, and its bias.
constexpr std::uint64_t reduction_clocks(const RankParams& params) {
  std::uint64_t levels = 0;
  while ((1U << levels) < params.fp32_macs) {
    ++levels;
  }
  return levels + 1;
}

constexpr std::uint64_t special_clocks(const RankParams& params, std::uint64_t values) {
  return divide_up(values, params.special_values);
}

}  // namespace lacuna::enmc
