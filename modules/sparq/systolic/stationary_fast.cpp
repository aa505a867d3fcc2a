// SPDX-License-Identifier: Apache-2.0
#include "sparq/systolic/stationary_fast.h"

#include "engine/dense_rows.h"
#include "engine/weight_turner.h"
#include "sparq/systolic/fold_timing.h"

namespace lacuna::sparq {

engine::ArrayResult FastStationaryArray::compute(const engine::TileOperands& operands,
                                                 Span<std::int32_t> accumulators) {
  const engine::WeightPanel& weights = prepared(operands);
  multiply(operands, weights, options_.array.accumulator_bits, accumulators);
  engine::ArrayResult result =
      fold_plan(operands.geometry, options_, rows_, columns_,
                engine::turning_cycles(operands, options_.array.turner_latency));
  result.effective_macs = engine::effective_macs(activations(), weights);
  result.effectual_lane_cycles = result.effective_macs;
  result.intra_pe_idle -= result.effective_macs;
  return result;
}

const engine::WeightPanel& FastStationaryArray::prepared(const engine::TileOperands& operands) {
  const WeightKey key = key_of(operands);
  if (!prepared_ || !(prepared_->key == key)) {
    const engine::TileStep& step = operands.geometry.step;
    const engine::ChannelRows rows(operands);
    prepared_.emplace();
    prepared_->key = key;
    prepared_->panel.reset(step.channels, step.elements, false);
    prepared_->panel.set(0, step.channels, rows.rows(), rows.stride());
  }
  return prepared_->panel;
}

}  // namespace lacuna::sparq
