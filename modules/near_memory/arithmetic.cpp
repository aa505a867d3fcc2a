// SPDX-License-Identifier: Apache-2.0
#include "near_memory/arithmetic.h"

#include <algorithm>
#include <cstring>

#include "sparse/screening/executor.h"
#include "sparse/screening/int4.h"

namespace lacuna::near_memory {

using sparse::screening::SoftmaxPart;

double multiply_clocks(const UnitParams& params, std::uint32_t rows, std::uint32_t values,
                       std::uint32_t contexts) {
  const std::uint64_t steps = (values + params.values - 1) / params.values;
  const std::uint64_t rounds = (contexts + params.contexts - 1) / params.contexts;
  return static_cast<double>(rows * steps * rounds) / params.rows;
}

void widen(Span<const std::uint8_t> bytes, std::uint32_t bits, Span<float> values) {
  if (bits == 32) {
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
    return;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = sparse::screening::int4_at(bytes, i);
  }
}

float tiled_output(Span<const float> weights, Span<const float> context, float bias,
                   std::uint32_t tile, std::uint32_t lanes) {
  float sum = 0;
  for (std::size_t at = 0; at < weights.size(); at += tile) {
    const std::size_t count = std::min<std::size_t>(tile, weights.size() - at);
    const float part =
        sparse::screening::lane_dot(weights.subspan(at, count), context.subspan(at, count), lanes);
    sum = at == 0 ? part : sum + part;
  }
  return sum + bias;
}

std::uint32_t split_outputs(Span<const float> outputs, const UnitLayout& layout,
                            const workload::ClassifierConstants& constants, std::uint32_t context,
                            std::uint32_t first, std::vector<float>& kept,
                            std::vector<std::uint32_t>& chosen) {
  kept.clear();
  const std::size_t before = chosen.size();
  const auto threshold = static_cast<float>(constants.threshold);
  const std::size_t rows = outputs.size() / layout.contexts;
  for (std::size_t i = 0; i < rows; ++i) {
    const float value = outputs[i * layout.contexts + context];
    if (!layout.screening) {
      kept.push_back(value);
    } else if (value > threshold) {
      chosen.push_back(first + static_cast<std::uint32_t>(i));
    } else {
      kept.push_back(value * constants.worth);
    }
  }
  return static_cast<std::uint32_t>(chosen.size() - before);
}

void merge_part(std::optional<SoftmaxPart>& whole, Span<const float> values) {
  if (values.empty()) {
    return;
  }
  const SoftmaxPart part = sparse::screening::softmax_part(values);
  if (!whole) {
    whole = part;
    return;
  }
  const std::vector<SoftmaxPart> both = {*whole, part};
  whole = sparse::screening::merge_softmax(both);
}

void merge_candidate(std::optional<SoftmaxPart>& whole, float value) {
  const std::vector<SoftmaxPart> both = {whole.value_or(SoftmaxPart{value, 0}), {value, 1.0F}};
  whole = sparse::screening::merge_softmax(both);
}

}  // namespace lacuna::near_memory
