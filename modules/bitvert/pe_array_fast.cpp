// SPDX-License-Identifier: Apache-2.0
#include "bitvert/pe_array_fast.h"

#include <algorithm>

#include "engine/array_timing.h"

namespace lacuna::bitvert {
namespace {

constexpr std::uint32_t lanes = 8;
constexpr std::uint32_t pass_weights = 16;
/// Fetch, schedule and multiply registers.
constexpr std::uint32_t pipeline_fill = 3;

}  // namespace

std::uint32_t FastPeArray::pass_bytes() const {
  return pass_weights;
}

engine::ArrayResult FastPeArray::compute(const engine::TileOperands& operands,
                                         Span<std::int32_t> accumulators) {
  const Cached& weights = decoded(operands);
  multiply(operands, weights.panel, options_.accumulator_bits, accumulators);
  engine::ArrayResult result = timing(operands, weights.tile);

  const engine::TileGeometry& geometry = operands.geometry;
  const std::uint64_t positions = geometry.positions();
  const std::uint64_t pes = std::uint64_t{geometry.array_rows} * geometry.array_columns;
  std::uint64_t busy_pe_cycles = 0;  // of PEs that have a channel and a position
  for (std::size_t block = 0; block < weights.tile.block_cycles.size(); ++block) {
    const std::uint64_t before = block * geometry.array_rows;
    const std::uint64_t rows =
        std::min<std::uint64_t>(geometry.array_rows, geometry.step.channels - before);
    busy_pe_cycles += rows * positions * weights.tile.block_cycles[block];
  }
  const std::uint64_t batches = engine::column_batches(geometry.step.height, geometry.step.width,
                                                       geometry.array_columns, geometry.spread)
                                    .size();
  result.pe_cycles = result.busy_cycles * pes;
  result.lane_cycles = result.pe_cycles * lanes;
  result.effectual_lane_cycles = weights.tile.effectual_lanes * positions;
  result.inter_pe_idle = result.lane_cycles - busy_pe_cycles * lanes;
  result.intra_pe_idle = busy_pe_cycles * lanes - result.effectual_lane_cycles;
  result.passes = std::uint64_t{geometry.step.blocks} * batches * geometry.step.groups * 2;
  result.constant_multiplications = weights.tile.constant_multiplications * positions;
  result.effective_macs = engine::effective_macs(activations(), weights.panel);
  return result;
}

const FastPeArray::Cached& FastPeArray::decoded(const engine::TileOperands& operands) {
  const engine::TileStep& step = operands.geometry.step;
  const WeightKey key = key_of(operands);
  if (!cached_ || !(cached_->key == key)) {
    if (!cached_) {
      cached_ = std::make_unique<Cached>();
    }
    cached_->key = key;
    cached_->tile = decode_tile(operands, options_.sub_group);
    const DecodedTile& tile = cached_->tile;
    cached_->panel.reset(step.channels, step.elements, !tile.constants.empty());
    cached_->panel.set(0, step.channels, tile.stored, tile.stride, tile.constants);
  }
  return *cached_;
}

engine::ArrayResult FastPeArray::timing(const engine::TileOperands& operands,
                                        const DecodedTile& tile) const {
  const engine::TileGeometry& geometry = operands.geometry;
  engine::ArrayPipeline pipeline;
  pipeline.overheads = options_.overheads;
  pipeline.fill = pipeline_fill;
  pipeline.output_stage_latency = options_.output_latency;
  pipeline.partial_sum_latency = partial_sum_latency;
  const std::vector<engine::ColumnBatch> batches = engine::column_batches(
      geometry.step.height, geometry.step.width, geometry.array_columns, geometry.spread);
  engine::ArrayResult result =
      engine::array_timing(tile.block_cycles, batches, geometry.step.last_chunk, pipeline);
  const std::uint64_t transposing = transposer_cycles(operands);
  result.fill_cycles += transposing;
  result.cycles += transposing;
  return result;
}

std::uint64_t FastPeArray::transposer_cycles(const engine::TileOperands& operands) const {
  const engine::TileStep& step = operands.geometry.step;
  if (!options_.overheads || !step.load_weights ||
      operands.weight_source == engine::WeightSource::stream) {
    return 0;
  }
  const std::uint64_t turns =
      operands.weight_source == engine::WeightSource::dynamic_transposed ? 2 : 1;
  return options_.transposer_latency + turns * step.blocks * step.groups * 2;
}

}  // namespace lacuna::bitvert
