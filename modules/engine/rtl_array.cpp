// SPDX-License-Identifier: Apache-2.0
#include "engine/rtl_array.h"

#include <algorithm>

#include "core/error.h"

namespace lacuna::engine {

ArrayResult RtlArray::compute(const TileOperands& operands, Span<std::int32_t> accumulators) {
  begin(operands, accumulators);
  while (step()) {
  }
  return result();
}

void RtlArray::reset(const TileGeometry& geometry, unsigned latency,
                     Span<std::int32_t> accumulators, unsigned sum_bits) {
  columns_ = geometry.array_columns;
  outputs_ = OutputRegisters(geometry.array_rows, columns_, latency, geometry.step.channels,
                             accumulators, sum_bits);
  status_.assign(rows_.size(), {});
  next_ = {};
  fetched_ = false;
  offering_ = false;
  std::fill(in_rows_.begin(), in_rows_.end(), ColumnTag());
  result_ = {};
  for (RtlRow* row : rows_) {
    row->reset();
  }
}

ArrayResult RtlArray::result() const {
  ArrayResult result = result_;
  result.intra_pe_idle = result.lane_cycles - result.inter_pe_idle - result.effectual_lane_cycles;
  return result;
}

bool RtlArray::done() const {
  const bool rows_empty = std::none_of(in_rows_.begin(), in_rows_.end(),
                                       [](const ColumnTag& tag) { return tag.valid; });
  return columns_done() && !fetched_ && rows_empty && outputs_.empty();
}

bool RtlArray::step() {
  if (turn_weights()) {
    ++result_.fill_cycles;
    ++result_.cycles;
    return true;
  }
  if (done()) {
    return false;
  }
  ++result_.cycles;
  begin_cycle();
  outputs_.clock();
  offer_next();
  const RtlRowStatus status = drive_rows();
  if (status.in_ready) {
    count(status);
    if (status.out_valid) {
      take_results();
    }
    move_on();
  } else {
    ++result_.drain_stall_cycles;
  }
  clock();
  return true;
}

/// Puts the next column at the rows' inputs, unless one is there that they have not taken.
void RtlArray::offer_next() {
  if (fetched_ || columns_done()) {
    return;
  }
  next_ = fetch();
  fetched_ = true;
  result_.passes += next_.valid && next_.starts_pass ? 1 : 0;
}

/// All rows stand still or move on together, as they are given the same tags.
RtlRowStatus RtlArray::drive_rows() {
  trace_.clock();
  const bool out_ready = outputs_.free() && trace_.leaves();
  offering_ = offering_ || (fetched_ && trace_.arrives());
  ColumnTag offered = next_;
  offered.valid = offering_ && next_.valid;
  for (unsigned row = 0; row < rows(); ++row) {
    rows_[row]->drive(offered, out_ready);
    status_[row] = rows_[row]->status();
    if (status_[row].in_ready != status_[0].in_ready ||
        status_[row].out_valid != status_[0].out_valid) {
      throw model_error("the rows of an array in SystemVerilog went apart");
    }
  }
  return status_[0];
}

void RtlArray::count(const RtlRowStatus& status) {
  if (status.accumulating) {
    ++result_.busy_cycles;
  } else {
    count_idle(in_rows_.back());
  }
  if (status.working) {
    count_lanes(multiplied(), status_);
  }
}

void RtlArray::count_idle(const ColumnTag& /*tag*/) {
  ++result_.fill_cycles;
}

void RtlArray::count_lanes(const ColumnTag& tag, const std::vector<RtlRowStatus>& status) {
  const std::uint64_t pes = std::uint64_t{rows_.size()} * columns_;
  const std::uint64_t positions = tag.place.positions;
  const std::uint64_t working = tag.place.channels * positions;
  result_.pe_cycles += pes;
  result_.lane_cycles += pes * lanes_;
  result_.inter_pe_idle += (pes - working) * lanes_;
  for (unsigned row = 0; row < tag.place.channels; ++row) {
    result_.effectual_lane_cycles += status[row].working_lanes * positions;
    result_.constant_multiplications += status[row].working_constant ? positions : 0;
  }
}

void RtlArray::read_sums(std::vector<std::int32_t>& values) const {
  for (unsigned row = 0; row < rows(); ++row) {
    for (unsigned column = 0; column < columns_; ++column) {
      values[column * rows() + row] = rows_[row]->result(column);
    }
  }
}

void RtlArray::take_results() {
  read_sums(outputs_.values());
  inject(outputs_.values());
  const ResultPlace& place = in_rows_.back().place;
  outputs_.load(place);
  if (listener_) {
    listener_(place, outputs_.values());
  }
}

/// What the rows' registers take over at the coming edge.
void RtlArray::move_on() {
  std::rotate(in_rows_.begin(), in_rows_.end() - 1, in_rows_.end());
  in_rows_.front() = offering_ ? next_ : ColumnTag();
  if (offering_) {
    offering_ = false;
    fetched_ = false;
    if (next_.valid) {
      taken(next_);
    }
  }
}

void RtlArray::clock() {
  clock_edge([this] {
    for (RtlRow* row : rows_) {
      row->clock();
    }
  });
}

}  // namespace lacuna::engine
