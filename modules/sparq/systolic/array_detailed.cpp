// SPDX-License-Identifier: Apache-2.0
#include "sparq/systolic/array_detailed.h"

#include <algorithm>

namespace lacuna::sparq {

DetailedSystolicArray::DetailedSystolicArray(const SystolicOptions& options)
    : options_(options), trimmer_(options.pe, options.format), controller_(options) {}

engine::ArrayResult DetailedSystolicArray::compute(const engine::TileOperands& operands,
                                                   Span<std::int32_t> accumulators) {
  begin(operands, accumulators);
  while (step()) {
  }
  return result();
}

void DetailedSystolicArray::begin(const engine::TileOperands& operands,
                                  Span<std::int32_t> accumulators) {
  controller_.begin(operands);
  outlet_.begin(operands.geometry.step, accumulators);
  rows_ = operands.geometry.array_rows;
  columns_ = operands.geometry.array_columns;
  pes_.assign(std::size_t{rows_} * columns_, SystolicPe());
  Injection nothing;
  nothing.weights.resize(rows_);
  nothing.activations.resize(columns_);
  edge_.assign(std::max(rows_, columns_), trimmed(nothing));
}

bool DetailedSystolicArray::step() {
  if (controller_.turn()) {
    return true;
  }
  const auto ended = [this] {
    const PassTag& last = pes_.back().row().tag;
    return last.valid && last.ends;
  };
  while (const Injection* next = controller_.offer(ended())) {
    if (controller_.sums_wait() && any_sum_leaves(next->tag)) {
      controller_.hold();
      return true;
    }
    array_clock(*next);
    if (controller_.taken()) {
      return true;
    }
  }
  return controller_.wait_for_outputs();
}

DetailedSystolicArray::EdgeOperands DetailedSystolicArray::trimmed(const Injection& next) const {
  EdgeOperands edge = {next.tag, next.weights, std::vector<ColumnOperand>(next.activations.size())};
  if (!next.tag.valid) {
    return edge;
  }
  for (std::size_t c = 0; c < edge.columns.size(); ++c) {
    ColumnOperand& column = edge.columns[c];
    if (!controller_.rule().pairs) {
      column.lanes = trimmer_.split(next.activations[c][0], next.part);
      continue;
    }
    column.raw = {static_cast<std::uint8_t>(next.activations[c][0]),
                  static_cast<std::uint8_t>(next.activations[c][1])};
    column.untrimmed = options_.pe == PeKind::sysmt;
    if (!column.untrimmed) {
      column.lanes = trimmer_.trim(column.raw[0], column.raw[1]);
    }
  }
  return edge;
}

bool DetailedSystolicArray::any_sum_leaves(const PassTag& next) const {
  for (unsigned r = 0; r < rows_; ++r) {
    for (unsigned c = 0; c < columns_; ++c) {
      const PassTag& tag =
          c == 0 ? control_of(r, next) : pes_[std::size_t{r} * columns_ + c - 1].row().tag;
      if (tag.drains(c)) {
        return true;
      }
    }
  }
  return false;
}

// From the last PE to the first, so that each finds what its neighbours' registers held before.
void DetailedSystolicArray::array_clock(const Injection& next) {
  edge_.push_front(trimmed(next));
  edge_.pop_back();
  for (unsigned r = rows_; r-- > 0;) {
    for (unsigned c = columns_; c-- > 0;) {
      SystolicPe& pe = pes_[std::size_t{r} * columns_ + c];
      const RowOperand row =
          c == 0 ? RowOperand{edge_[r].tag, edge_[r].weights[r]} : (&pe - 1)->row();
      const ColumnOperand column = r == 0 ? edge_[c].columns[c] : (&pe - columns_)->column();
      if (row.tag.drains(c)) {
        const engine::ResultPlace& place = controller_.place(row.tag.drain_tile);
        if (SumOutlet::belongs(place, r, c)) {
          outlet_.take(place, r, c, pe.second());
        }
      }
      pe.clock(row, column, trimmer_, options_.array.accumulator_bits);
    }
  }
}

}  // namespace lacuna::sparq
