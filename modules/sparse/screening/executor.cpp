// SPDX-License-Identifier: Apache-2.0
#include "sparse/screening/executor.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::sparse::screening {
namespace {

bool is_power_of_two(std::size_t value) {
  return value != 0 && (value & (value - 1)) == 0;
}

/// The usual number of lanes, known when this is compiled: they become vector registers.
float dot_in_executor_lanes(const float* weights, const float* context, std::size_t count) {
  std::array<float, executor_lanes> lane{};
  std::size_t j = 0;
  for (; j + executor_lanes <= count; j += executor_lanes) {
    for (std::size_t i = 0; i < executor_lanes; ++i) {
      lane[i] += weights[j + i] * context[j + i];
    }
  }
  for (std::size_t i = 0; j < count; ++i, ++j) {
    lane[i] += weights[j] * context[j];
  }
  return add_lanes(lane);
}

}  // namespace

float add_lanes(Span<float> lanes) {
  if (!is_power_of_two(lanes.size())) {
    throw model_error(fmt::format("a tree of {} lanes", lanes.size()));
  }
  for (std::size_t half = lanes.size() / 2; half != 0; half /= 2) {
    for (std::size_t i = 0; i < half; ++i) {
      lanes[i] = lanes[i] + lanes[i + half];
    }
  }
  return lanes[0];
}

float lane_dot(Span<const float> weights, Span<const float> context, std::size_t lanes) {
  if (weights.size() != context.size() || !is_power_of_two(lanes) || lanes > most_executor_lanes) {
    throw model_error(fmt::format("a dot product of {} weights and {} values in {} lanes",
                                  weights.size(), context.size(), lanes));
  }
  if (lanes == executor_lanes) {
    return dot_in_executor_lanes(weights.data(), context.data(), weights.size());
  }
  std::array<float, most_executor_lanes> lane{};
  const Span<float> used(lane.data(), lanes);
  accumulate_lanes(weights, context, used);
  return add_lanes(used);
}

float accurate_result(Span<const float> weights, Span<const float> context, float bias,
                      std::size_t lanes) {
  return lane_dot(weights, context, lanes) + bias;
}

std::vector<float> mixed_output(Span<const std::int32_t> sums, float worth,
                                Span<const std::uint32_t> candidates, Span<const float> results) {
  if (candidates.size() != results.size()) {
    throw model_error(
        fmt::format("{} results for {} candidates", results.size(), candidates.size()));
  }
  std::vector<float> output(sums.size());
  for (std::size_t i = 0; i < sums.size(); ++i) {
    output[i] = approximate_result(sums[i], worth);
  }
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i] >= output.size()) {
      throw model_error(fmt::format("candidate {} of {}", candidates[i], output.size()));
    }
    output[candidates[i]] = results[i];
  }
  return output;
}

}  // namespace lacuna::sparse::screening
