// SPDX-License-Identifier: Apache-2.0
#include "baselines/stripes_array_fast.h"

#include <algorithm>
#include <cstring>

#include "engine/array_timing.h"

namespace lacuna::baselines {
namespace {

constexpr std::uint32_t lanes = 8;
constexpr std::uint32_t weight_bits = 8;
/// Fetch, serialize and multiply registers.
constexpr std::uint32_t pipeline_fill = 3;

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

/// A tile's weights, a row for every channel.
struct ChannelRows {
  std::vector<std::int8_t> copy;  ///< unless they lie so in the buffer
  Span<const std::int8_t> rows;
  std::size_t stride = 0;
};

/// Out of whatever the buffer holds; missing bytes are zero.
ChannelRows channel_rows(const engine::TileOperands& operands) {
  const engine::TileStep& step = operands.geometry.step;
  const bool transposed = operands.weight_source == engine::WeightSource::dynamic_transposed;
  const std::size_t alignment =
      operands.weight_source == engine::WeightSource::stream ? stripes_row_alignment : 1;
  const Span<const std::int8_t> buffer(
      reinterpret_cast<const std::int8_t*>(operands.weights.data()), operands.weights.size());
  ChannelRows result;
  result.stride = (step.elements + alignment - 1) / alignment * alignment;
  if (!transposed && buffer.size() >= step.channels * result.stride) {
    result.rows = buffer;
    return result;
  }
  const std::size_t from_channel = transposed ? 1 : result.stride;
  const std::size_t from_element = transposed ? step.channels : 1;
  result.copy.resize(step.channels * result.stride);
  for (std::size_t channel = 0; channel < step.channels; ++channel) {
    for (std::size_t e = 0; e < step.elements; ++e) {
      const std::size_t offset = channel * from_channel + e * from_element;
      result.copy[channel * result.stride + e] = offset < buffer.size() ? buffer[offset] : 0;
    }
  }
  result.rows = result.copy;
  return result;
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
    const ChannelRows weights = channel_rows(operands);
    for (std::size_t channel = 0; channel < step.channels; ++channel) {
      cached_->ones += count_ones(weights.rows.data() + channel * weights.stride, step.elements);
    }
    cached_->panel.reset(step.channels, step.elements, false);
    cached_->panel.set(0, step.channels, weights.rows, weights.stride);
  }
  return *cached_;
}

engine::ArrayResult FastStripesArray::timing(const engine::TileOperands& operands,
                                             Span<const engine::ColumnBatch> batches) const {
  const engine::TileStep& step = operands.geometry.step;
  engine::ArrayPipeline pipeline;
  pipeline.overheads = options_.overheads;
  pipeline.fill = pipeline_fill;
  pipeline.output_stage_latency = options_.output_latency;
  pipeline.partial_sum_latency = stripes_partial_sum_latency;
  const std::vector<std::uint64_t> block_cycles(step.blocks, passes_of(step) * weight_bits);
  engine::ArrayResult result =
      engine::array_timing(block_cycles, batches, step.last_chunk, pipeline);
  const std::uint64_t turning = turner_cycles(operands);
  result.fill_cycles += turning;
  result.cycles += turning;
  return result;
}

std::uint64_t FastStripesArray::turner_cycles(const engine::TileOperands& operands) const {
  const engine::TileStep& step = operands.geometry.step;
  if (!options_.overheads || !step.load_weights ||
      operands.weight_source != engine::WeightSource::dynamic_transposed) {
    return 0;
  }
  const std::uint64_t words = (step.elements + stripes_row_alignment - 1) / stripes_row_alignment;
  return options_.turner_latency + step.blocks * words;
}

}  // namespace lacuna::baselines
