// SPDX-License-Identifier: Apache-2.0
#include "engine/clocked_array.h"

namespace lacuna::engine {

ArrayResult ClockedArray::compute(const TileOperands& operands, Span<std::int32_t> accumulators) {
  begin(operands, accumulators);
  while (step()) {
  }
  return result();
}

void ClockedArray::reset(const TileGeometry& geometry, unsigned latency,
                         Span<std::int32_t> accumulators, unsigned sum_bits,
                         unsigned drain_columns) {
  rows_ = geometry.array_rows;
  columns_ = geometry.array_columns;
  outputs_ = OutputRegisters(rows_, columns_, latency, geometry.step.channels, accumulators,
                             sum_bits, drain_columns);
  multiplied_ = {};
  arrived_ = false;
  result_ = {};
}

bool ClockedArray::step() {
  if (turn_weights()) {
    ++result_.fill_cycles;
    ++result_.cycles;
    return true;
  }
  if (columns_done() && !multiplied_.valid && outputs_.empty()) {
    return false;
  }
  ++result_.cycles;
  if (overheads_) {
    run_pipeline();
  } else {
    run_without_registers();
  }
  return true;
}

// Stages in the order of the oldest data first: each reads the register that its predecessor has
// yet to overwrite.
void ClockedArray::run_pipeline() {
  outputs_.clock();
  trace_.clock();
  arrived_ = arrived_ || trace_.arrives();
  if (results_blocked()) {
    ++result_.drain_stall_cycles;
    return;
  }
  count_clock();
  accumulate();
  multiplied_ = multiply();
  prepare();
  if (arrived_) {
    fetch();
    arrived_ = false;
  }
}

// In the opposite order each stage sees what its predecessor has just written: registers without
// delay.
void ClockedArray::run_without_registers() {
  fetch();
  prepare();
  multiplied_ = multiply();
  count_clock();
  accumulate();
  outputs_.flush();
}

void ClockedArray::count_clock() {
  if (multiplied_.valid) {
    ++result_.busy_cycles;
  } else {
    count_idle(multiplied_);
  }
}

void ClockedArray::count_idle(const ColumnTag& /*tag*/) {
  ++result_.fill_cycles;
}

bool ClockedArray::results_blocked() const {
  return multiplied_.valid && multiplied_.ends_accumulation &&
         !(outputs_.free() && trace_.leaves());
}

void ClockedArray::accumulate() {
  if (!multiplied_.valid) {
    return;
  }
  add_products(multiplied_.starts_accumulation);
  if (multiplied_.ends_accumulation) {
    read_sums(outputs_.values());
    outputs_.load(multiplied_.place);
    if (listener_) {
      listener_(multiplied_.place, outputs_.values());
    }
  }
  multiplied_.valid = false;
}

void ClockedArray::count_lanes(const ResultPlace& place, std::uint64_t effectual) {
  count_lanes(std::uint64_t{rows_} * columns_, std::uint64_t{place.channels} * place.positions,
              effectual);
}

void ClockedArray::count_lanes(std::uint64_t pes, std::uint64_t working, std::uint64_t effectual) {
  result_.pe_cycles += pes;
  result_.lane_cycles += pes * lanes_;
  result_.effectual_lane_cycles += effectual;
  result_.inter_pe_idle += (pes - working) * lanes_;
  result_.intra_pe_idle += working * lanes_ - effectual;
}

}  // namespace lacuna::engine
