// SPDX-License-Identifier: Apache-2.0
//
// Clocks of the logic in a rank, by count of operations. Pure functions.
#pragma once

#include <cstdint>

#include "core/rounding.h"
#include "enmc/rank_params.h"

namespace lacuna::enmc {

/// So many bytes of INT4 weights, two a byte, against each of the contexts.
constexpr std::uint64_t screening_clocks(const RankParams& params, std::uint64_t bytes,
                                         std::uint64_t contexts) {
  return contexts * ceil_div(2 * bytes, params.int4_macs);
}

/// The same for rows of so many bytes, `from` bytes behind a block's first. The products of a clock go
/// into the sums of two rows at most, one adder tree each (rtl/enmc_mac_slice.sv); rows shorter than
/// the multipliers are many can have more of them in a slice, which then takes longer.
constexpr std::uint64_t screening_clocks(const RankParams& params, std::uint64_t bytes,
                                         std::uint64_t contexts, std::uint64_t row_bytes,
                                         std::uint64_t from) {
  if (2 * row_bytes >= params.int4_macs) {
    return screening_clocks(params, bytes, contexts);
  }
  std::uint64_t clocks = 0;
  const std::uint64_t end = 2 * (from + bytes);
  for (std::uint64_t at = 2 * from; at < end; at += params.int4_macs) {
    const std::uint64_t last = (at + params.int4_macs < end ? at + params.int4_macs : end) - 1;
    clocks += ceil_div(last / (2 * row_bytes) - at / (2 * row_bytes) + 1, 2U);
  }
  return contexts * clocks;
}

/// The comparators see every sum; each index takes a clock on its way to the buffer.
constexpr std::uint64_t filter_clocks(const RankParams& params, std::uint64_t sums,
                                      std::uint64_t candidates) {
  return ceil_div(sums, params.comparators) + candidates;
}

/// So many bytes of FP32 weights.
constexpr std::uint64_t accurate_clocks(const RankParams& params, std::uint64_t bytes) {
  return ceil_div(bytes / 4, params.fp32_macs);
}

/// The lanes of a candidate added in a tree, a level a clock, and its bias.
constexpr std::uint64_t reduction_clocks(const RankParams& params) {
  std::uint64_t levels = 0;
  while ((1U << levels) < params.fp32_macs) {
    ++levels;
  }
  return levels + 1;
}

/// From one buffer to another, as many bytes a clock as the FP32 MACs take from one (ours).
constexpr std::uint64_t move_clocks(const RankParams& params, std::uint64_t bytes) {
  return ceil_div(bytes / 4, params.fp32_macs);
}

constexpr std::uint64_t special_clocks(const RankParams& params, std::uint64_t values) {
  return ceil_div(values, params.special_values);
}

}  // namespace lacuna::enmc
