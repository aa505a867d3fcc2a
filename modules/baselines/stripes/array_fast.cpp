// SPDX-License-Identifier: Apache-2.0
#include "baselines/stripes/array_fast.h"

#include <algorithm>
#include <cstring>

#include "engine/array_timing.h"
#include "engine/dense_rows.h"

namespace lacuna::baselines {
namespace {

constexpr std::uint32_t lanes = 8;
constexpr std::uint32_t weight_bits = 8;

std::uint64_t passes_of(const engine::TileStep& step) {
  return (step.elements + lanes - 1) / lanes;
}

/// Ones of all bits.
std::uint64_t count_ones(const std::int8_t* bytes, std::size_t count) {
  std::uint64_t ones = 0;
  for (std::size_t i = 0; i < count; i += 8) {
    std::uint64_t x = 0;
    std::memcpy(&x, bytes + i, std::min<std::size_t>(8, count - i));
    x -= (x >> 1) & 0x5555555555555555;
    x = (x & 0x3333333333333333) + ((x >> 2) & 0x3333333333333333);
    x = (x + (x >> 4)) & 0x0F0F0F0F0F0F0F0F;
    ones += (x * 0x0101010101010101) >> 56;
  }
  return ones;
}

}  // namespace

std::uint32_t FastStripesArray::pass_bytes() const {
  return lanes;
}

engine::ArrayResult FastStripesArray::compute(const engine::TileOperands& operands,
                                              Span<std::int32_t> accumulators) {
  const Cached& weights = prepared(operands);
  multiply(operands, weights.panel, options_.accumulator_bits, accumulators);

  const engine::TileGeometry& geometry = operands.geometry;
  const engine::TileStep& step = geometry.step;
  const std::vector<engine::ColumnBatch> batches =
      engine::column_batches(step.height, step.width, geometry.array_columns, geometry.spread);
  engine::ArrayResult result = timing(operands, batches);
  const std::uint64_t positions = geometry.positions();
  const std::uint64_t working_lanes =
      passes_of(step) * weight_bits * step.channels * positions * lanes;
  result.pe_cycles =
      result.busy_cycles * std::uint64_t{geometry.array_rows} * geometry.array_columns;
  result.lane_cycles = result.pe_cycles * lanes;
  result.effectual_lane_cycles = weights.ones * positions;
  result.inter_pe_idle = result.lane_cycles - working_lanes;
  result.intra_pe_idle = working_lanes - result.effectual_lane_cycles;
  result.passes = passes_of(step) * step.blocks * batches.size();
  result.effective_macs = engine::effective_macs(activations(), weights.panel);
  return result;
}

const FastStripesArray::Cached& FastStripesArray::prepared(const engine::TileOperands& operands) {
  const engine::TileStep& step = operands.geometry.step;
  const WeightKey key = key_of(operands);
  if (!cached_ || !(cached_->key == key)) {
    cached_ = std::make_unique<Cached>();
    cached_->key = key;
    const engine::ChannelRows weights(operands);
    for (std::size_t channel = 0; channel < step.channels; ++channel) {
      cached_->ones += count_ones(weights.row(channel), step.elements);
    }
    cached_->panel.reset(step.channels, step.elements, false);
    cached_->panel.set(0, step.channels, weights.rows(), weights.stride());
  }
  return *cached_;
}

engine::ArrayResult FastStripesArray::timing(const engine::TileOperands& operands,
                                             Span<const engine::ColumnBatch> batches) const {
  const engine::TileStep& step = operands.geometry.step;
  const std::vector<std::uint64_t> block_cycles(step.blocks, passes_of(step) * weight_bits);
  return engine::array_timing(block_cycles, batches, options_, operands);
}

}  // namespace lacuna::baselines
