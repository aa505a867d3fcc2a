// SPDX-License-Identifier: Apache-2.0
#include "bitvert/pe_array_detailed.h"

namespace lacuna::bitvert {
namespace {

template <unsigned sub_group>
void multiply_all(std::vector<Pe>& pes, const std::vector<RowControl>& rows,
                  const std::vector<PassOperands>& columns) {
  Pe* pe = pes.data();
  for (const RowControl& row : rows) {
    for (const PassOperands& column : columns) {
      (pe++)->multiply<sub_group>(row, column);
    }
  }
}

}  // namespace

engine::ArrayResult DetailedPeArray::compute(const engine::TileOperands& operands,
                                             Span<std::int32_t> accumulators) {
  begin(operands, accumulators);
  while (step()) {
  }
  return result();
}

void DetailedPeArray::begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) {
  feeder_.begin(operands);
  rows_ = operands.geometry.array_rows;
  columns_ = operands.geometry.array_columns;
  result_ = {};
  const engine::TileStep& step = operands.geometry.step;
  schedulers_.assign(rows_, RowScheduler(options_.sub_group));
  pes_.assign(std::size_t{rows_} * columns_, Pe());
  const unsigned latency = step.last_chunk ? options_.output_latency : partial_sum_latency;
  outputs_ = engine::OutputRegisters(rows_, columns_, latency, step.channels, accumulators);
  probe_.emplace(rows_);
  fetched_ = {{}, std::vector<FetchedColumn>(rows_), std::vector<PassOperands>(columns_)};
  scheduled_ = {{}, std::vector<RowControl>(rows_), std::vector<PassOperands>(columns_)};
  multiplied_ = {};
}

bool DetailedPeArray::done() const {
  return feeder_.done() && !fetched_.tag.valid && !scheduled_.tag.valid && !multiplied_.valid &&
         outputs_.empty();
}

bool DetailedPeArray::step() {
  if (feeder_.transpose()) {
    ++result_.fill_cycles;
    ++result_.cycles;
    return true;
  }
  if (done()) {
    return false;
  }
  ++result_.cycles;
  if (options_.overheads) {
    run_pipeline();
  } else {
    run_without_registers();
  }
  return true;
}

// Stages in the order of the oldest data first: each reads the register that its predecessor has
// yet to overwrite.
void DetailedPeArray::run_pipeline() {
  outputs_.clock();
  if (results_blocked()) {
    ++result_.drain_stall_cycles;
    return;
  }
  ++(multiplied_.valid ? result_.busy_cycles : result_.fill_cycles);
  accumulate();
  multiply();
  schedule();
  fetch();
}

// In the opposite order each stage sees what its predecessor has just written: registers without
// delay.
void DetailedPeArray::run_without_registers() {
  fetch();
  schedule();
  multiply();
  accumulate();
  outputs_.flush();
  ++result_.busy_cycles;
}

bool DetailedPeArray::results_blocked() const {
  return multiplied_.valid && multiplied_.ends_accumulation && !outputs_.free();
}

void DetailedPeArray::fetch() {
  result_.passes += feeder_.fetch(fetched_) ? 1 : 0;
}

void DetailedPeArray::schedule() {
  scheduled_.tag = fetched_.tag;
  if (!fetched_.tag.valid) {
    return;
  }
  const ColumnTag& tag = fetched_.tag;
  for (unsigned row = 0; row < rows_; ++row) {
    scheduled_.rows[row] = schedulers_[row].schedule(fetched_.rows[row]);
    probe_->observe(row, fetched_.rows[row], tag.ends_pass);
  }
  if (tag.starts_pass) {
    scheduled_.columns = fetched_.columns;
  }
  if (tag.ends_pass) {
    for (unsigned column = 0; column < tag.place.positions; ++column) {
      result_.effective_macs += probe_->effective(fetched_.columns[column], tag.place.channels);
    }
  }
  fetched_.tag.valid = false;
}

void DetailedPeArray::multiply() {
  multiplied_ = scheduled_.tag;
  if (!scheduled_.tag.valid) {
    return;
  }
  count_lanes(scheduled_);
  if (options_.sub_group == 4) {
    multiply_all<4>(pes_, scheduled_.rows, scheduled_.columns);
  } else if (options_.sub_group == 8) {
    multiply_all<8>(pes_, scheduled_.rows, scheduled_.columns);
  } else {
    multiply_all<16>(pes_, scheduled_.rows, scheduled_.columns);
  }
  scheduled_.tag.valid = false;
}

void DetailedPeArray::accumulate() {
  if (!multiplied_.valid) {
    return;
  }
  for (Pe& pe : pes_) {
    pe.accumulate(multiplied_.starts_accumulation, options_.accumulator_bits);
  }
  if (multiplied_.ends_accumulation) {
    for (unsigned row = 0; row < rows_; ++row) {
      for (unsigned column = 0; column < columns_; ++column) {
        outputs_.values()[column * rows_ + row] = pes_[row * columns_ + column].accumulator();
      }
    }
    outputs_.load(multiplied_.place);
    if (listener_) {
      listener_(multiplied_.place, outputs_.values());
    }
  }
  multiplied_.valid = false;
}

void DetailedPeArray::count_lanes(const Scheduled& column) {
  const engine::ResultPlace& place = column.tag.place;
  const std::uint64_t pes = std::uint64_t{rows_} * columns_;
  const std::uint64_t working = std::uint64_t{place.channels} * place.positions;
  std::uint64_t effectual = 0;
  for (unsigned row = 0; row < place.channels; ++row) {
    const RowControl& control = column.rows[row];
    effectual += static_cast<unsigned>(__builtin_popcount(control.plan.valid)) * place.positions;
    result_.constant_multiplications += control.constant.active ? place.positions : 0;
  }
  result_.pe_cycles += pes;
  result_.lane_cycles += pes * lanes_per_pe;
  result_.effectual_lane_cycles += effectual;
  result_.inter_pe_idle += (pes - working) * lanes_per_pe;
  result_.intra_pe_idle += working * lanes_per_pe - effectual;
}

}  // namespace lacuna::bitvert
