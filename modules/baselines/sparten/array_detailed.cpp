// SPDX-License-Identifier: Apache-2.0
#include "baselines/sparten/array_detailed.h"

#include <algorithm>

namespace lacuna::baselines {

void DetailedSpartenArray::begin(const engine::TileOperands& operands,
                                 Span<std::int32_t> accumulators) {
  geometry_ = operands.geometry;
  const engine::TileStep& step = geometry_->step;
  reset(*geometry_, step.last_chunk ? options_.array.output_latency : engine::partial_sum_latency,
        accumulators);
  activations_.emplace(*geometry_, operands.activations);
  weights_ = WeightVectors(operands, options_.array.turner_latency);
  turning_ = options_.array.overheads && step.load_weights;
  if (!turning_) {
    weights_.finish_turning();
  }
  sequencer_ = engine::PassSequencer(*geometry_, sparten_chunk);
  joining_.rows.assign(rows(), {});
  joining_.columns.assign(columns(), {});
  reading_ = joining_;
  pes_.assign(std::size_t{rows()} * columns(), SpartenPe());
  joined_ = {};
  read_ = {};
  pairs_ = 0;
}

bool DetailedSpartenArray::turn_weights() {
  turning_ = turning_ && weights_.turn();
  return turning_;
}

void DetailedSpartenArray::fetch() {
  joined_.valid = false;
  if (sequencer_.done()) {
    return;
  }
  if (sequencer_.starts_pass()) {
    fetch_chunk();
  }
  for (SpartenPe& pe : pes_) {
    pe.join();
  }
  // Whether this is the chunk's last cycle shows only now.
  const std::uint32_t cycle = sequencer_.cycle();
  const bool last = cycle + 1 >= options_.chunk_floor && all_done();
  sequencer_.begin_pass(last ? cycle + 1 : cycle + 2);
  joined_.valid = true;
  joined_.starts_pass = sequencer_.starts_pass();
  joined_.ends_pass = sequencer_.ends_pass();
  joined_.starts_accumulation = sequencer_.starts_accumulation();
  joined_.ends_accumulation = sequencer_.ends_accumulation();
  joined_.place = sequencer_.place();
  sequencer_.advance();
}

void DetailedSpartenArray::fetch_chunk() {
  const engine::ResultPlace place = sequencer_.place();
  const std::uint32_t chunk = sequencer_.pass();
  for (unsigned row = 0; row < rows(); ++row) {
    joining_.rows[row] = weights_.read(place.first_channel + row, chunk);
  }
  for (unsigned column = 0; column < columns(); ++column) {
    joining_.columns[column] = {};
    for (unsigned e = 0; column < place.positions && e < sparten_chunk; ++e) {
      append(joining_.columns[column], e,
             activations_->read(place.first_position + column, chunk * sparten_chunk + e));
    }
  }
  SpartenPe* pe = pes_.data();
  for (const SparseVector<std::int8_t>& row : joining_.rows) {
    for (const SparseVector<std::int16_t>& column : joining_.columns) {
      (pe++)->start(row.mask, column.mask);
    }
  }
  ++counted().passes;
}

bool DetailedSpartenArray::all_done() const {
  return std::all_of(pes_.begin(), pes_.end(), [](const SpartenPe& pe) { return pe.done(); });
}

void DetailedSpartenArray::prepare() {
  read_ = joined_;
  if (!joined_.valid) {
    return;
  }
  if (joined_.starts_pass) {
    reading_ = joining_;
  }
  pairs_ = 0;
  SpartenPe* pe = pes_.data();
  for (const SparseVector<std::int8_t>& row : reading_.rows) {
    for (const SparseVector<std::int16_t>& column : reading_.columns) {
      pairs_ += (pe++)->read(row, column) ? 1 : 0;
    }
  }
  joined_.valid = false;
}

engine::ColumnTag DetailedSpartenArray::multiply() {
  const engine::ColumnTag tag = read_;
  if (!tag.valid) {
    return tag;
  }
  for (SpartenPe& pe : pes_) {
    pe.multiply();
  }
  count_lanes(tag.place, pairs_);
  counted().effective_macs += pairs_;
  counted().pe_cycles = counted().effective_macs;  // a PE without a pair draws nothing
  read_.valid = false;
  return tag;
}

void DetailedSpartenArray::add_products(bool starts_accumulation) {
  for (SpartenPe& pe : pes_) {
    pe.accumulate(starts_accumulation, options_.array.accumulator_bits);
  }
}

void DetailedSpartenArray::read_sums(std::vector<std::int32_t>& values) const {
  for (unsigned row = 0; row < rows(); ++row) {
    for (unsigned column = 0; column < columns(); ++column) {
      values[column * rows() + row] = pes_[row * columns() + column].accumulator();
    }
  }
}

}  // namespace lacuna::baselines
