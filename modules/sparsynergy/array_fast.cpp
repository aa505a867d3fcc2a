// SPDX-License-Identifier: Apache-2.0
#include "sparsynergy/array_fast.h"

#include <array>

#include "engine/array_options.h"
#include "engine/array_timing.h"
#include "engine/im2col.h"
#include "sparsynergy/turning.h"

namespace lacuna::sparsynergy {
namespace {

/// A signed number of `bits` bits.
std::int32_t cut(std::uint32_t value, unsigned bits) {
  return static_cast<std::int32_t>(value << (32 - bits)) >> (32 - bits);
}

/// A column's sum over the lanes, in place, as it goes into the partial sum.
std::uint32_t column_sum(const DecodedVector& vector, unsigned column,
                         const std::array<std::int16_t, lanes>& activations, Numerics numerics) {
  const bool published = numerics == Numerics::published_rtl;
  std::int32_t sum = 0;
  for (unsigned lane = 0; lane < lanes; ++lane) {
    if ((vector.column[column] >> lane & 1) == 0) {
      continue;
    }
    int product = published ? static_cast<std::int8_t>(activations[lane]) : activations[lane];
    if ((vector.sign >> lane & 1) != 0) {
      product = published && product == -128 ? -128 : -product;
    }
    sum += product;
  }
  const std::uint32_t bits = static_cast<std::uint32_t>(sum) & (published ? 0x7FFu : ~0u);
  return bits << vector.significance[column];
}

}  // namespace

engine::ArrayResult FastArray::compute(const engine::TileOperands& operands,
                                       Span<std::int32_t> accumulators) {
  const Cached& weights = prepared(operands);
  const engine::TileGeometry& geometry = operands.geometry;
  engine::ArrayResult result = timing(operands, weights);
  sums_.assign(std::size_t{geometry.positions()} * geometry.step.channels, 0);
  if (weights.tile.regular && options_.numerics == Numerics::intended) {
    multiply(operands, weights.panel, 32, sums_);
    result.effective_macs = engine::effective_macs(activations(), weights.panel);
  } else {
    result.effective_macs = add_columns(operands, weights.tile);
  }
  const unsigned bits = options_.wrapped_sum_bits();
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    accumulators[i] = cut(
        static_cast<std::uint32_t>(accumulators[i]) + static_cast<std::uint32_t>(sums_[i]), bits);
  }
  return result;
}

const FastArray::Cached& FastArray::prepared(const engine::TileOperands& operands) {
  const engine::TileGeometry& geometry = operands.geometry;
  const WeightKey key = key_of(operands);
  if (cached_ && cached_->key == key && cached_->array_rows == geometry.array_rows) {
    return *cached_;
  }
  cached_ = std::make_unique<Cached>();
  cached_->key = key;
  cached_->array_rows = geometry.array_rows;
  cached_->tile = decode_tile(operands);
  const std::uint32_t groups = geometry.array_rows / fedp_channels;
  for (std::uint32_t block = 0; block < geometry.step.blocks; ++block) {
    cached_->blocks.push_back(block_timing(cached_->tile, options_, block * groups, groups));
  }
  if (cached_->tile.regular) {
    cached_->panel.reset(geometry.step.channels, geometry.step.elements, false);
    cached_->panel.set(0, geometry.step.channels, cached_->tile.rows, cached_->tile.stride);
  }
  return *cached_;
}

engine::ArrayResult FastArray::timing(const engine::TileOperands& operands, const Cached& weights) {
  const engine::TileGeometry& geometry = operands.geometry;
  const std::vector<engine::ColumnBatch> batches = engine::column_batches(
      geometry.step.height, geometry.step.width, geometry.array_columns, geometry.spread);
  std::vector<std::uint64_t> block_cycles;
  BlockTiming sum;
  for (const BlockTiming& block : weights.blocks) {
    block_cycles.push_back(block.cycles);
    sum.loads += block.loads;
    sum.second_loads += block.second_loads;
    sum.hazard_stalls += block.hazard_stalls;
    sum.fedp_loads += block.fedp_loads;
  }
  const engine::ArrayPipeline pipeline{options_.overheads, engine::pipeline_fill,
                                       options_.output_latency, engine::partial_sum_latency};
  engine::ArrayResult result =
      engine::array_timing(block_cycles, batches, geometry.step.last_chunk, pipeline);
  if (options_.overheads) {
    const std::uint64_t turning = bank_turning_cycles(operands, options_.turner_latency);
    result.fill_cycles += turning;
    result.cycles += turning;
  }
  const std::uint64_t positions = geometry.positions();
  loads_.hazard_stall_cycles = sum.hazard_stalls * batches.size();
  loads_.feed_stall_cycles = sum.loads * (options_.feed_interval - 1) * batches.size();
  loads_.second_loads = sum.second_loads * batches.size();
  loads_.fedp_loads = sum.fedp_loads * positions;
  result.busy_cycles = sum.loads * batches.size();

  const std::uint64_t fedp_lanes = std::uint64_t{fedp_columns} * lanes;
  result.pe_cycles =
      result.busy_cycles * (geometry.array_rows / fedp_channels) * geometry.array_columns;
  result.lane_cycles = result.pe_cycles * fedp_lanes;
  result.effectual_lane_cycles = weights.tile.ones * positions;
  result.intra_pe_idle = loads_.fedp_loads * fedp_lanes - result.effectual_lane_cycles;
  result.inter_pe_idle = result.lane_cycles - loads_.fedp_loads * fedp_lanes;
  result.passes = std::uint64_t{weights.tile.segments} * geometry.step.blocks * batches.size();
  return result;
}

std::uint64_t FastArray::add_columns(const engine::TileOperands& operands,
                                     const DecodedTile& tile) {
  const engine::TileGeometry& geometry = operands.geometry;
  const engine::TileStep& step = geometry.step;
  const std::size_t stride = engine::gemm_stride(step.elements);
  activations_.resize(geometry.positions() * stride);
  engine::gather_activations(geometry.shape, geometry.window, step, operands.activations,
                             Span<std::int16_t>(activations_), stride);
  std::uint64_t effective = 0;
  for (const DecodedVector& vector : tile.vectors) {
    if (vector.channel >= step.channels) {
      continue;
    }
    unsigned used = 0;  // lanes with a weight
    for (const std::uint8_t column : vector.column) {
      used |= column;
    }
    for (std::size_t position = 0; position < geometry.positions(); ++position) {
      std::array<std::int16_t, lanes> selected{};
      for (unsigned lane = 0; lane < lanes; ++lane) {
        const std::size_t element =
            std::size_t{vector.segment} * tile.segment_elements + vector.place[lane];
        const bool there = vector.place[lane] < tile.segment_elements && element < step.elements;
        selected[lane] = there ? activations_[position * stride + element] : std::int16_t{0};
        effective += (used >> lane & 1) != 0 && selected[lane] != 0 ? 1 : 0;
      }
      std::uint32_t sum = 0;
      for (unsigned column = 0; column < lanes; ++column) {
        sum += column_sum(vector, column, selected, options_.numerics);
      }
      std::int32_t& total = sums_[position * step.channels + vector.channel];
      total = static_cast<std::int32_t>(static_cast<std::uint32_t>(total) + sum);
    }
  }
  return effective;
}

}  // namespace lacuna::sparsynergy
