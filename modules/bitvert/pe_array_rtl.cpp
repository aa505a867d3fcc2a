// SPDX-License-Identifier: Apache-2.0
#include "bitvert/pe_array_rtl.h"

#include <algorithm>
#include <utility>

#include "core/error.h"

namespace lacuna::bitvert {

RtlPeArray::RtlPeArray(const ArrayOptions& options, unsigned rows, unsigned columns)
    : options_(options), columns_(columns), feeder_(options) {
  if (!options.overheads) {
    throw input_error({},
                      "pe_array.model: rtl counts every cycle; a run without overheads "
                      "(count.overheads: false) needs fast or detailed");
  }
  RtlRows made = make_rtl_rows(rows, columns, options);
  simulation_ = std::move(made.simulation);
  rows_ = std::move(made.rows);
}

void RtlPeArray::record(const tlm::WaveRequest& request, std::function<std::int64_t()> now,
                        std::int64_t period_ps) {
  simulation_->record(request);
  now_ = std::move(now);
  period_ps_ = period_ps;
}

engine::ArrayResult RtlPeArray::compute(const engine::TileOperands& operands,
                                        Span<std::int32_t> accumulators) {
  begin(operands, accumulators);
  while (step()) {
  }
  return result();
}

void RtlPeArray::begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) {
  feeder_.begin(operands);
  const engine::TileStep& step = operands.geometry.step;
  const unsigned latency = step.last_chunk ? options_.output_latency : partial_sum_latency;
  const auto rows = static_cast<unsigned>(rows_.size());
  outputs_ = engine::OutputRegisters(rows, columns_, latency, step.channels, accumulators);
  probe_.emplace(rows);
  offering_ = false;
  next_ = {{}, std::vector<FetchedColumn>(rows), std::vector<PassOperands>(columns_)};
  fetched_ = scheduled_ = multiplied_ = {};
  result_ = {};
  for (const auto& row : rows_) {
    row->reset();
  }
}

engine::ArrayResult RtlPeArray::result() const {
  engine::ArrayResult result = result_;
  result.intra_pe_idle = result.lane_cycles - result.inter_pe_idle - result.effectual_lane_cycles;
  return result;
}

bool RtlPeArray::done() const {
  return feeder_.done() && !next_.tag.valid && !fetched_.valid && !scheduled_.valid &&
         !multiplied_.valid && outputs_.empty();
}

bool RtlPeArray::step() {
  if (feeder_.transpose()) {
    ++result_.fill_cycles;
    ++result_.cycles;
    return true;
  }
  if (done()) {
    return false;
  }
  ++result_.cycles;
  if (now_) {
    time_ps_ = std::max(now_(), time_ps_ + period_ps_);
  }
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

/// The rising edge, at the end of the cycle; in a waveform, where it can be told from what it changes.
void RtlPeArray::clock() {
  if (now_) {
    simulation_->sample(time_ps_);
  }
  for (const auto& row : rows_) {
    row->clock();
  }
  if (now_) {
    simulation_->sample(time_ps_ + period_ps_ / 2);
  }
}

/// Puts the next column at the rows' inputs, unless one is there that they have not taken.
void RtlPeArray::offer_next() {
  if (next_.tag.valid || !feeder_.fetch(next_)) {
    return;
  }
  ++result_.passes;
  for (const auto& row : rows_) {
    row->hold(next_.columns);
  }
}

/// All rows stand still or move on together, as they are given the same tags.
RtlRowStatus RtlPeArray::drive_rows() {
  RtlRowStatus first;
  const unsigned channels = scheduled_.place.channels;
  trace_.clock();
  const bool out_ready = outputs_.free() && trace_.leaves();
  offering_ = offering_ || (next_.tag.valid && trace_.arrives());
  ColumnTag offered = next_.tag;
  offered.valid = offering_;
  for (unsigned row = 0; row < rows_.size(); ++row) {
    rows_[row]->drive(offered, next_.rows[row], out_ready);
    const RtlRowStatus status = rows_[row]->status();
    if (row == 0) {
      first = status;
    } else if (status.in_ready != first.in_ready || status.out_valid != first.out_valid) {
      throw model_error("the rows of an array in SystemVerilog went apart");
    }
    if (status.working && row < channels) {
      const std::uint64_t positions = scheduled_.place.positions;
      result_.effectual_lane_cycles += status.working_lanes * positions;
      result_.constant_multiplications += status.working_constant ? positions : 0;
    }
  }
  return first;
}

void RtlPeArray::take_results() {
  const auto rows = static_cast<unsigned>(rows_.size());
  for (unsigned row = 0; row < rows; ++row) {
    for (unsigned column = 0; column < columns_; ++column) {
      outputs_.values()[column * rows + row] = rows_[row]->result(column);
    }
  }
  outputs_.load(multiplied_.place);
  if (listener_) {
    listener_(multiplied_.place, outputs_.values());
  }
}

void RtlPeArray::count(const RtlRowStatus& status) {
  ++(status.accumulating ? result_.busy_cycles : result_.fill_cycles);
  if (!status.working) {
    return;
  }
  const engine::ResultPlace& place = scheduled_.place;
  const std::uint64_t pes = std::uint64_t{rows_.size()} * columns_;
  const std::uint64_t working = std::uint64_t{place.channels} * place.positions;
  result_.pe_cycles += pes;
  result_.lane_cycles += pes * lanes_per_pe;
  result_.inter_pe_idle += (pes - working) * lanes_per_pe;
}

/// What the rows' registers take over at the coming edge.
void RtlPeArray::move_on() {
  multiplied_ = scheduled_;
  scheduled_ = fetched_;
  fetched_ = offering_ ? next_.tag : ColumnTag();
  if (!offering_) {
    return;
  }
  offering_ = false;
  for (unsigned row = 0; row < rows_.size(); ++row) {
    probe_->observe(row, next_.rows[row], next_.tag.ends_pass);
  }
  if (next_.tag.ends_pass) {
    for (unsigned column = 0; column < next_.tag.place.positions; ++column) {
      result_.effective_macs += probe_->effective(next_.columns[column], next_.tag.place.channels);
    }
  }
  next_.tag.valid = false;
}

}  // namespace lacuna::bitvert
