// SPDX-License-Identifier: Apache-2.0
#include "baselines/sparten/array_fast.h"

#include <algorithm>
#include <cstring>

#include "engine/array_timing.h"
#include "engine/dense_rows.h"
#include "engine/im2col.h"

namespace lacuna::baselines {
namespace {

std::size_t chunks_of(const engine::TileStep& step) {
  return (step.elements + sparten_chunk - 1) / sparten_chunk;
}

/// The rows of a compressed tile as dense ones, [channels, elements].
std::vector<std::int8_t> expand(const engine::TileOperands& operands) {
  const engine::TileStep& step = operands.geometry.step;
  const std::size_t row_masks = chunks_of(step) * sparten_mask_bytes;
  std::vector<std::int8_t> rows(std::size_t{step.channels} * step.elements, 0);
  std::size_t at = 0;  // of the next value
  for (std::size_t channel = 0; channel < step.channels; ++channel) {
    const std::size_t first = at;
    for (std::size_t bit = 0; bit < row_masks * 8; ++bit) {
      const std::size_t byte = channel * row_masks + bit / 8;
      if (byte >= operands.metadata.size() || (operands.metadata[byte] >> bit % 8 & 1u) == 0) {
        continue;
      }
      if (bit < step.elements && at < operands.weights.size()) {
        rows[channel * step.elements + bit] = static_cast<std::int8_t>(operands.weights[at]);
      }
      ++at;
    }
    at = first +
         (at - first + engine::row_alignment - 1) / engine::row_alignment * engine::row_alignment;
  }
  return rows;
}

}  // namespace

engine::ArrayResult FastSpartenArray::compute(const engine::TileOperands& operands,
                                              Span<std::int32_t> accumulators) {
  const Cached& weights = prepared(operands);
  multiply(operands, weights.panel, options_.array.accumulator_bits, accumulators);
  mask_activations(operands);

  const engine::TileGeometry& geometry = operands.geometry;
  const engine::TileStep& step = geometry.step;
  const std::vector<engine::ColumnBatch> batches =
      engine::column_batches(step.height, step.width, geometry.array_columns, geometry.spread);
  const std::size_t chunks = chunks_of(step);
  std::vector<std::uint64_t> tile_cycles;
  std::uint64_t pairs = 0;
  std::uint64_t working = 0;  // PE-cycles of PEs with a channel and a position
  for (std::uint32_t block = 0; block < step.blocks; ++block) {
    const MaskPlane rows{weights.masks.data() + block * chunks * 2 * weights.stride,
                         weights.stride};
    const std::uint32_t channels =
        std::min(geometry.array_rows, step.channels - block * geometry.array_rows);
    for (const engine::ColumnBatch& batch : batches) {
      const JoinCount join =
          join_masks(rows, channels, {activations_masks_.data(), geometry.positions()}, batch.first,
                     batch.count, chunks, options_.chunk_floor);
      tile_cycles.push_back(join.cycles);
      pairs += join.pairs;
      working += join.cycles * channels * batch.count;
    }
  }
  engine::ArrayResult result =
      engine::uneven_array_timing(tile_cycles, batches, options_.array, operands);
  result.lane_cycles =
      result.busy_cycles * std::uint64_t{geometry.array_rows} * geometry.array_columns;
  result.pe_cycles = pairs;
  result.effectual_lane_cycles = pairs;
  result.effective_macs = pairs;
  result.inter_pe_idle = result.lane_cycles - working;
  result.intra_pe_idle = working - pairs;
  result.passes = chunks * step.blocks * batches.size();
  return result;
}

const FastSpartenArray::Cached& FastSpartenArray::prepared(const engine::TileOperands& operands) {
  const engine::TileStep& step = operands.geometry.step;
  const WeightKey key = key_of(operands);
  if (cached_ && cached_->key == key) {
    return *cached_;
  }
  cached_ = std::make_unique<Cached>();
  cached_->key = key;
  cached_->panel.reset(step.channels, step.elements, false);
  if (operands.weight_source == engine::WeightSource::stream) {
    const std::vector<std::int8_t> rows = expand(operands);
    cached_->panel.set(0, step.channels, rows, step.elements);
    mask_weights(operands.geometry, rows, step.elements, *cached_);
  } else {
    const engine::ChannelRows rows(operands);
    cached_->panel.set(0, step.channels, rows.rows(), rows.stride());
    mask_weights(operands.geometry, rows.rows(), rows.stride(), *cached_);
  }
  return *cached_;
}

void FastSpartenArray::mask_weights(const engine::TileGeometry& geometry,
                                    Span<const std::int8_t> rows, std::size_t stride,
                                    Cached& to) const {
  const engine::TileStep& step = geometry.step;
  const std::size_t chunks = chunks_of(step);
  to.stride = (geometry.array_rows + mask_lanes - 1) / mask_lanes * mask_lanes;
  to.masks.assign(step.blocks * chunks * 2 * to.stride, 0);
  for (std::size_t channel = 0; channel < step.channels; ++channel) {
    const std::size_t block = channel / geometry.array_rows;
    std::uint64_t* const first =
        to.masks.data() + block * chunks * 2 * to.stride + channel % geometry.array_rows;
    nonzero_words(
        {reinterpret_cast<const std::uint8_t*>(rows.data()) + channel * stride, step.elements},
        [&](std::size_t word, std::uint64_t bits) { first[word * to.stride] = bits; });
  }
}

void FastSpartenArray::mask_activations(const engine::TileOperands& operands) {
  const engine::TileGeometry& geometry = operands.geometry;
  const engine::TileStep& step = geometry.step;
  const std::size_t positions = geometry.positions();
  gathered_.resize(positions * step.elements);
  engine::gather_activations(geometry.shape, geometry.window, step, operands.activations,
                             Span<std::uint8_t>(gathered_), step.elements);
  activations_masks_.assign(chunks_of(step) * 2 * positions, 0);
  for (std::size_t position = 0; position < positions; ++position) {
    std::uint64_t* const first = activations_masks_.data() + position;
    nonzero_words({gathered_.data() + position * step.elements, step.elements},
                  [&](std::size_t word, std::uint64_t bits) { first[word * positions] = bits; });
  }
}

}  // namespace lacuna::baselines
