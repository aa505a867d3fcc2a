// SPDX-License-Identifier: Apache-2.0
#include "sparq/systolic/stationary_detailed.h"

#include <algorithm>
#include <utility>

namespace lacuna::sparq {

DetailedStationaryArray::DetailedStationaryArray(const SystolicOptions& options, unsigned rows,
                                                 unsigned columns)
    : options_(options), rows_(rows), columns_(columns), controller_(options, rows, columns) {}

engine::ArrayResult DetailedStationaryArray::compute(const engine::TileOperands& operands,
                                                     Span<std::int32_t> accumulators) {
  begin(operands, accumulators);
  while (step()) {
  }
  return result();
}

void DetailedStationaryArray::begin(const engine::TileOperands& operands,
                                    Span<std::int32_t> accumulators) {
  controller_.begin(operands);
  channels_ = operands.geometry.step.channels;
  first_chunk_ = operands.geometry.step.first_chunk;
  accumulators_ = accumulators;
  effective_ = sum_reads_ = sum_writes_ = 0;
  pes_.assign(std::size_t{rows_} * columns_, StationaryPe());
  FoldInjection nothing;
  nothing.kept.resize(columns_);
  nothing.moving.resize(rows_);
  edges_.assign(std::max(rows_, columns_), nothing);
}

bool DetailedStationaryArray::step() {
  if (controller_.turn()) {
    return true;
  }
  while (const FoldInjection* next = controller_.offer()) {
    grid_clock(*next);
    if (controller_.taken()) {
      return true;
    }
  }
  return controller_.wait_for_outputs();
}

MovingOperand DetailedStationaryArray::from_left(unsigned row) const {
  const FoldInjection& then = edges_[row];
  return {then.moves, then.first, then.fold, then.vector, then.moving[row]};
}

KeptOperand DetailedStationaryArray::from_above(unsigned column) const {
  const FoldInjection& then = edges_[column];
  return {then.keeps, then.keeps_row, then.kept[column]};
}

// From the last PE to the first, so that each finds what its neighbours' registers held before.
void DetailedStationaryArray::grid_clock(const FoldInjection& next) {
  edges_.push_front(next);
  edges_.pop_back();
  for (unsigned r = rows_; r-- > 0;) {
    for (unsigned c = columns_; c-- > 0;) {
      StationaryPe& pe = pes_[std::size_t{r} * columns_ + c];
      const MovingOperand moving = c == 0 ? from_left(r) : (&pe - 1)->moving();
      const StationaryPe* above = r == 0 ? nullptr : &pe - columns_;
      pe.clock(moving, above == nullptr ? from_above(c) : above->passing(),
               above == nullptr ? 0 : above->sum());
      effective_ += pe.effective() ? 1 : 0;
      if (r + 1 == rows_ && moving.valid) {
        add_up(c, pe);
      }
    }
  }
}

void DetailedStationaryArray::add_up(unsigned column, const StationaryPe& last) {
  const Fold& fold = controller_.fold(last.moving().fold);
  if (column >= fold.columns) {
    return;
  }
  std::uint32_t position = last.moving().vector;
  std::uint32_t channel = fold.first_column + column;
  if (options_.dataflow == Dataflow::input_stationary) {
    std::swap(position, channel);
  }
  std::int32_t& sum = accumulators_[std::size_t{position} * channels_ + channel];
  sum = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum) +
                                  static_cast<std::uint32_t>(last.sum()));
  sum_reads_ += first_chunk_ && fold.first_element == 0 ? 0 : 1;
  ++sum_writes_;
}

engine::ArrayResult DetailedStationaryArray::result() const {
  engine::ArrayResult result = controller_.result();
  result.effective_macs = result.effectual_lane_cycles = effective_;
  result.intra_pe_idle -= effective_;
  result.sum_reads = sum_reads_;
  result.sum_writes = sum_writes_;
  return result;
}

}  // namespace lacuna::sparq
