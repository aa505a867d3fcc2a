// SPDX-License-Identifier: Apache-2.0
#include "baselines/serial/array_fast.h"

#include <algorithm>
#include <numeric>

#include "baselines/serial/pe.h"
#include "core/error.h"
#include "core/rounding.h"
#include "engine/array_timing.h"
#include "engine/dense_rows.h"

namespace lacuna::baselines {
std::uint64_t serial_block_cycles(Span<const std::uint8_t> pe_cycles, std::size_t rows,
                                  std::size_t row_stride, std::uint32_t row_pes) {
  std::vector<std::uint8_t> most(row_stride, 0);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::uint8_t* from = pe_cycles.data() + row * row_stride;
    std::transform(most.begin(), most.end(), from, most.begin(),
                   [](std::uint8_t a, std::uint8_t b) { return std::max(a, b); });
  }
  std::uint64_t cycles = 0;
  for (std::size_t pe = 0; pe < row_stride; pe += row_pes) {
    const auto first = most.begin() + static_cast<std::ptrdiff_t>(pe);
    const auto count = static_cast<std::ptrdiff_t>(std::min<std::size_t>(row_pes, row_stride - pe));
    cycles += std::max<std::uint64_t>(1, *std::max_element(first, first + count));
  }
  return cycles;
}

engine::ArrayResult FastSerialArray::compute(const engine::TileOperands& operands,
                                             Span<std::int32_t> accumulators) {
  const engine::TileGeometry& geometry = operands.geometry;
  const engine::TileStep& step = geometry.step;
  layout_ = layout_of(geometry);
  const Cached& cached = prepared(operands);
  multiply(operands, cached.weights.panel, options_.accumulator_bits, accumulators);

  const std::vector<engine::ColumnBatch> batches =
      engine::column_batches(step.height, step.width, geometry.array_columns, geometry.spread);
  engine::ArrayResult result =
      engine::array_timing(cached.block_cycles, batches, options_, operands);
  const std::uint64_t positions = geometry.positions();
  const std::uint64_t working_lanes = cached.pe_cycles * positions * serial_lanes;
  result.pe_cycles = result.busy_cycles * layout_.pes;
  result.lane_cycles = result.pe_cycles * serial_lanes;
  result.effectual_lane_cycles = cached.weights.effectual * positions;
  result.inter_pe_idle = result.lane_cycles - working_lanes;
  result.intra_pe_idle = working_lanes - result.effectual_lane_cycles;
  result.passes = ceil_div(std::uint64_t{step.elements}, layout_.pass_elements()) * step.blocks *
                  batches.size();
  result.effective_macs = engine::effective_macs(activations(), cached.weights.panel);
  return result;
}

const FastSerialArray::Cached& FastSerialArray::prepared(const engine::TileOperands& operands) {
  const engine::TileStep& step = operands.geometry.step;
  const WeightKey key = key_of(operands);
  if (!cached_ || !(cached_->key == key)) {
    cached_ = std::make_unique<Cached>();
    cached_->key = key;
    cached_->weights.pe_cycles.assign(step.channels * ceil_div(step.elements, layout_.pe_elements),
                                      0);
    decode(operands, cached_->weights);
    sum_blocks(operands.geometry, *cached_);
  }
  return *cached_;
}

void FastSerialArray::sum_blocks(const engine::TileGeometry& geometry, Cached& cached) const {
  const engine::TileStep& step = geometry.step;
  const std::vector<std::uint8_t>& cycles = cached.weights.pe_cycles;
  const std::size_t stride = ceil_div(step.elements, layout_.pe_elements);
  for (std::uint32_t block = 0; block < step.blocks; ++block) {
    const std::uint32_t first = std::min(block * geometry.array_rows, step.channels);
    const std::uint32_t rows = std::min(geometry.array_rows, step.channels - first);
    cached.block_cycles.push_back(serial_block_cycles(
        Span<const std::uint8_t>(cycles).subspan(first * stride), rows, stride, layout_.row_pes));
  }
  cached.pe_cycles = std::accumulate(cycles.begin(), cycles.end(), std::uint64_t{0});
}

void FastSerialArray::decode(const engine::TileOperands& operands, SerialWeights& weights) const {
  const engine::TileStep& step = operands.geometry.step;
  const engine::ChannelRows rows(operands);
  const std::size_t stride = ceil_div(step.elements, layout_.pe_elements);
  for (std::size_t channel = 0; channel < step.channels; ++channel) {
    weights.effectual +=
        measure(rows.row(channel), step.elements, weights.pe_cycles.data() + channel * stride);
  }
  weights.panel.reset(step.channels, step.elements, false);
  weights.panel.set(0, step.channels, rows.rows(), rows.stride());
}

std::uint64_t FastSerialArray::measure(const std::int8_t*, std::uint32_t, std::uint8_t*) const {
  throw model_error("an array that decodes its own weights was asked to measure a row");
}

}  // namespace lacuna::baselines
