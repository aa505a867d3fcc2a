// SPDX-License-Identifier: Apache-2.0
#include "sparq/tensor_core/array_fast.h"

#include "engine/array_timing.h"
#include "engine/dense_rows.h"
#include "engine/structured_rows.h"
#include "engine/wrapped_sum.h"

namespace lacuna::sparq {

FastDotProductArray::FastDotProductArray(const DotProductOptions& options)
    : options_(options),
      table_(options.pe, options.format),
      values_(reduced_values(options.format)) {}

engine::ArrayResult FastDotProductArray::compute(const engine::TileOperands& operands,
                                                 Span<std::int32_t> accumulators) {
  const engine::TileGeometry& geometry = operands.geometry;
  const engine::TileStep& step = geometry.step;
  const IssueRule rule =
      issue_rule(options_, operands.reduced_activations, !operands.metadata.empty());
  const std::uint64_t effective = add_products(operands, rule, accumulators);

  const std::vector<engine::ColumnBatch> batches =
      engine::column_batches(step.height, step.width, geometry.array_columns, geometry.spread);
  const std::uint64_t issues = rule.issues(step.elements);
  const std::vector<std::uint64_t> block_cycles(step.blocks, issues * rule.clocks);
  engine::ArrayResult result =
      engine::array_timing(block_cycles, batches, options_.array, operands);
  issue_elements_ = rule.elements();
  result.passes = issues * step.blocks * batches.size();
  result.pe_cycles =
      result.busy_cycles * std::uint64_t{geometry.array_rows} * geometry.array_columns;
  result.lane_cycles = result.pe_cycles * rule.weights();
  result.effective_macs = effective;
  result.effectual_lane_cycles = effective;
  const std::uint64_t working =
      issues * rule.clocks * rule.weights() * step.channels * geometry.positions();
  result.inter_pe_idle = result.lane_cycles - working;
  result.intra_pe_idle = working - effective;
  return result;
}

std::uint64_t FastDotProductArray::add_products(const engine::TileOperands& operands,
                                                const IssueRule& rule,
                                                Span<std::int32_t> accumulators) {
  prepare(operands, rule);
  const unsigned bits = options_.array.accumulator_bits;
  if (!rule.pairs) {
    multiply(operands, cached_->panel, bits, accumulators);
    return engine::effective_macs(activations(), cached_->panel);
  }
  rows_.gather(operands);
  const std::vector<std::uint32_t> nonzero = rows_.nonzero();
  sums_.assign(accumulators.size(), 0);
  const bool selected = pairs_selected(rule);
  if (selected) {
    cached_->selected.multiply_add(rows_.rows(), values_, sums_);
  } else {
    table_.reduce(rows_.rows(), rows_.elements());
    rows_.add_product(cached_->panel, sums_);
  }
  engine::add_wrapped(sums_, bits, accumulators);
  return effective_products(nonzero,
                            selected ? cached_->selected.nonzero() : cached_->panel.nonzero());
}

void FastDotProductArray::prepare(const engine::TileOperands& operands, const IssueRule& rule) {
  const WeightKey key = key_of(operands);
  if (cached_ && cached_->key == key) {
    return;
  }
  const engine::TileStep& step = operands.geometry.step;
  cached_ = std::make_unique<Cached>();
  cached_->key = key;
  if (!rule.selects) {
    const engine::ChannelRows rows(operands);
    cached_->panel.reset(step.channels, step.elements, false);
    cached_->panel.set(0, step.channels, rows.rows(), rows.stride());
    return;
  }
  const engine::StructuredRows rows(operands);
  if (pairs_selected(rule)) {
    cached_->selected.set(step.channels, step.elements, rows.rows(), rows.stride());
    return;
  }
  cached_->panel.reset(step.channels, step.elements, false);
  cached_->panel.set(0, step.channels, rows.rows(), rows.stride());
}

}  // namespace lacuna::sparq
