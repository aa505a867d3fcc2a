// SPDX-License-Identifier: Apache-2.0
#include "baselines/tensor_core/array_fast.h"

#include <algorithm>

#include "baselines/tensor_core/structured_tile.h"
#include "engine/array_timing.h"
#include "engine/dense_rows.h"
#include "sparse/hss_row.h"

namespace lacuna::baselines {
namespace {

Span<const std::uint8_t> row_of(Span<const std::uint8_t> bytes, std::size_t first,
                                std::size_t size) {
  const std::size_t start = std::min(first, bytes.size());
  return bytes.subspan(start, std::min(size, bytes.size() - start));
}

/// The rows of a structured tile as dense ones, [channels, phase + elements].
std::vector<std::int8_t> decode_rows(const engine::TileOperands& operands,
                                     const StructuredLayout& layout) {
  const engine::TileStep& step = operands.geometry.step;
  const std::size_t stride = std::size_t{layout.phase} + step.elements;
  std::vector<std::int8_t> rows(step.channels * stride);
  for (std::size_t channel = 0; channel < step.channels; ++channel) {
    const Span<const std::uint8_t> values =
        row_of(operands.weights, channel * layout.value_row_bytes, layout.value_row_bytes);
    const Span<const std::uint8_t> indices =
        row_of(operands.metadata, structured_header_bytes + channel * layout.index_row_bytes,
               layout.index_row_bytes);
    const sparse::HssRow row =
        sparse::unpack_hss({reinterpret_cast<const std::int8_t*>(values.data()), values.size()},
                           indices, layout.windows, layout.format);
    sparse::decode_hss(row, layout.format,
                       Span<std::int8_t>(rows).subspan(channel * stride, stride));
  }
  return rows;
}

}  // namespace

engine::ArrayResult FastFragmentArray::compute(const engine::TileOperands& operands,
                                               Span<std::int32_t> accumulators) {
  const Cached& weights = prepared(operands);
  multiply(operands, weights.panel, options_.array.accumulator_bits, accumulators);

  const engine::TileGeometry& geometry = operands.geometry;
  const engine::TileStep& step = geometry.step;
  const std::vector<engine::ColumnBatch> batches =
      engine::column_batches(step.height, step.width, geometry.array_columns, geometry.spread);
  const std::vector<std::uint64_t> block_cycles(step.blocks,
                                                weights.passes * options_.controller.period);
  engine::ArrayResult result =
      engine::array_timing(block_cycles, batches, options_.array, operands);
  const std::uint64_t fedps = fedps_of(geometry.array_rows, geometry.array_columns);
  result.passes = weights.passes * step.blocks * batches.size();
  result.pe_cycles = result.passes * fragment_steps * fedps;
  result.lane_cycles = result.busy_cycles * fedps * fedp_lanes;
  const std::uint64_t working =
      weights.passes * fragment_values * step.channels * geometry.positions();
  result.effective_macs = engine::effective_macs(activations(), weights.panel);
  result.effectual_lane_cycles = result.effective_macs;
  result.inter_pe_idle = result.lane_cycles - working;
  result.intra_pe_idle = working - result.effectual_lane_cycles;
  return result;
}

const FastFragmentArray::Cached& FastFragmentArray::prepared(const engine::TileOperands& operands) {
  const WeightKey key = key_of(operands);
  if (!cached_ || !(cached_->key == key)) {
    cached_ = std::make_unique<Cached>();
    cached_->key = key;
    decode(operands, *cached_);
  }
  return *cached_;
}

void FastFragmentArray::decode(const engine::TileOperands& operands, Cached& to) const {
  const engine::TileStep& step = operands.geometry.step;
  to.panel.reset(step.channels, step.elements, false);
  if (options_.window_slots == 0 || operands.metadata.empty()) {
    const engine::ChannelRows rows(operands);
    to.panel.set(0, step.channels, rows.rows(), rows.stride());
    to.passes = (step.elements + fragment_values - 1) / fragment_values;
    return;
  }
  const StructuredLayout layout =
      structured_layout(structured_format(operands.metadata), step.first_element, step.elements);
  const std::vector<std::int8_t> rows = decode_rows(operands, layout);
  to.panel.set(0, step.channels, Span<const std::int8_t>(rows).subspan(layout.phase),
               std::size_t{layout.phase} + step.elements);
  to.passes = structured_passes(layout, options_.window_slots);
  to.pass_elements = fragment_values / options_.window_slots * layout.format.window_elements();
}

}  // namespace lacuna::baselines
