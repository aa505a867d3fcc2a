// SPDX-License-Identifier: Apache-2.0
#include "sparq/systolic/array_fast.h"

#include "engine/dense_rows.h"
#include "engine/weight_turner.h"
#include "engine/wrapped_sum.h"
#include "sparq/systolic/stream_timing.h"

namespace lacuna::sparq {

FastSystolicArray::FastSystolicArray(const SystolicOptions& options)
    : options_(options), table_(options.pe, options.format) {}

engine::ArrayResult FastSystolicArray::compute(const engine::TileOperands& operands,
                                               Span<std::int32_t> accumulators) {
  const engine::TileGeometry& geometry = operands.geometry;
  const engine::TileStep& step = geometry.step;
  const PassRule rule = pass_rule(options_, operands.reduced_activations);
  const Cached& weights = prepared(operands, rule.pairs);
  activations_.gather(operands);
  const std::vector<std::uint32_t> nonzero = activations_.nonzero();

  sums_.assign(std::size_t{geometry.positions()} * step.channels, 0);
  if (rule.pairs && options_.pe == PeKind::sysmt) {
    activations_.add_product(weights.alone, sums_);
  }
  if (rule.pairs) {
    table_.reduce(activations_.rows(), step.elements);
  }
  activations_.add_product(weights.panel, sums_);
  engine::add_wrapped(sums_, options_.array.accumulator_bits, accumulators);

  const StreamEnd end =
      stream_plan(geometry, options_, rule, first_of_layer(step) ? 0 : drain_left_,
                  engine::turning_cycles(operands, options_.array.turner_latency));
  drain_left_ = end.drain_left;
  engine::ArrayResult result = end.result;
  pass_elements_ = rule.elements;
  result.effective_macs = effective_products(nonzero, weights.nonzero);
  result.effectual_lane_cycles = result.effective_macs;
  result.intra_pe_idle -= result.effective_macs;
  return result;
}

const FastSystolicArray::Cached& FastSystolicArray::prepared(const engine::TileOperands& operands,
                                                             bool pairs) {
  const WeightKey key = key_of(operands);
  if (cached_ && cached_->key == key) {
    return *cached_;
  }
  const engine::TileStep& step = operands.geometry.step;
  cached_ = std::make_unique<Cached>();
  cached_->key = key;
  if (pairs && options_.pe == PeKind::sysmt) {
    split_pairs(operands, *cached_);
    return *cached_;
  }
  const engine::ChannelRows weights(operands);
  cached_->panel.reset(step.channels, step.elements, false);
  cached_->panel.set(0, step.channels, weights.rows(), weights.stride());
  cached_->nonzero = cached_->panel.nonzero();
  return *cached_;
}

void FastSystolicArray::split_pairs(const engine::TileOperands& operands, Cached& to) const {
  const engine::TileStep& step = operands.geometry.step;
  const engine::ChannelRows weights(operands);
  std::vector<std::int8_t> both(std::size_t{step.channels} * step.elements, 0);
  std::vector<std::int8_t> alone = both;
  for (std::size_t channel = 0; channel < step.channels; ++channel) {
    const std::int8_t* row = weights.row(channel);
    for (std::size_t i = 0; i < step.elements; ++i) {
      const std::size_t other = i ^ 1u;
      const bool collides = other < step.elements && row[other] != 0;
      (collides ? both : alone)[channel * step.elements + i] = row[i];
    }
  }
  to.panel.reset(step.channels, step.elements, false);
  to.panel.set(0, step.channels, both, step.elements);
  to.alone.reset(step.channels, step.elements, false);
  to.alone.set(0, step.channels, alone, step.elements);
  to.nonzero = to.panel.nonzero();
  for (std::size_t e = 0; e < step.elements; ++e) {
    to.nonzero[e] += to.alone.nonzero()[e];
  }
}

}  // namespace lacuna::sparq
