// SPDX-License-Identifier: Apache-2.0
#include "baselines/tensor_core/array_fast.h"

#include "engine/array_timing.h"
#include "engine/dense_rows.h"
#include "engine/structured_rows.h"

namespace lacuna::baselines {
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
  const engine::StructuredRows rows(operands);
  const engine::StructuredLayout& layout = rows.layout();
  const unsigned windows = fragment_values / options_.window_slots;
  to.panel.set(0, step.channels, rows.rows(), rows.stride());
  to.passes = structured_passes(layout, windows);
  to.pass_elements = windows * layout.format.window_elements();
}

}  // namespace lacuna::baselines
