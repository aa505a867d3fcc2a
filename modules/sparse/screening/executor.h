// SPDX-License-Identifier: Apache-2.0
//
// The accurate results of candidates, in the Executor's order of summation, and the output vector
// that mixes them with the screener's. All FP32, rounded to nearest after every operation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/span.h"

namespace lacuna::sparse::screening {

/// FP32 MACs of the Executor [Liu, dissertation, Table 6.3].
inline constexpr std::size_t executor_lanes = 16;
inline constexpr std::size_t most_executor_lanes = 256;

/// Adds lanes in a tree: the upper half to the lower half, until one is left. A power of two of
/// them; overwritten.
float add_lanes(Span<float> lanes);

/// lanes[j % lanes] = lanes[j % lanes] + weights[j] * context[j], for j from 0 up; product and sum are
/// rounded apart.
inline void accumulate_lanes(Span<const float> weights, Span<const float> context,
                             Span<float> lanes) {
  for (std::size_t j = 0; j < weights.size(); ++j) {
    lanes[j % lanes.size()] += weights[j] * context[j];
  }
}

/// lane[j % lanes] = lane[j % lanes] + weights[j] * context[j], for j from 0 up and lanes from 0;
/// product and sum are rounded apart (no fused multiply-add). Lanes keep their sums over all tiles
/// of a row, however it is tiled, and add_lanes ends it.
/// @param lanes  a power of two, at most 256
float lane_dot(Span<const float> weights, Span<const float> context,
               std::size_t lanes = executor_lanes);

/// lane_dot + bias: the accurate result of one candidate.
float accurate_result(Span<const float> weights, Span<const float> context, float bias,
                      std::size_t lanes = executor_lanes);

/// sum (rounded to FP32) * worth.
inline float approximate_result(std::int32_t sum, float worth) {
  return static_cast<float>(sum) * worth;
}

/// The vector before softmax: the accurate results at the candidates, approximate ones elsewhere.
/// @param worth    of one step of a sum
/// @param results  one for each candidate
std::vector<float> mixed_output(Span<const std::int32_t> sums, float worth,
                                Span<const std::uint32_t> candidates, Span<const float> results);

}  // namespace lacuna::sparse::screening
