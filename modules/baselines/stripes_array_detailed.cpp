// SPDX-License-Identifier: Apache-2.0
#include "baselines/stripes_array_detailed.h"

#include <algorithm>

namespace lacuna::baselines {

engine::ArrayResult DetailedStripesArray::compute(const engine::TileOperands& operands,
                                                  Span<std::int32_t> accumulators) {
  begin(operands, accumulators);
  while (step()) {
  }
  return result();
}

void DetailedStripesArray::begin(const engine::TileOperands& operands,
                                 Span<std::int32_t> accumulators) {
  geometry_ = operands.geometry;
  rows_ = geometry_->array_rows;
  columns_ = geometry_->array_columns;
  result_ = {};
  activations_.emplace(*geometry_, operands.activations);
  weights_ = StripesTurner(operands, options_.turner_latency);
  turning_ = options_.overheads && geometry_->step.load_weights;
  if (!turning_) {
    weights_.finish();
  }
  sequencer_ = StripesSequencer(*geometry_);
  pes_.assign(std::size_t{rows_} * columns_, StripesPe());
  const unsigned latency =
      geometry_->step.last_chunk ? options_.output_latency : stripes_partial_sum_latency;
  outputs_ =
      engine::OutputRegisters(rows_, columns_, latency, geometry_->step.channels, accumulators);
  fetched_ = {{}, std::vector<RowWeights>(rows_), std::vector<StripesOperands>(columns_)};
  serialized_ = {{}, std::vector<StripesColumn>(rows_), std::vector<StripesOperands>(columns_)};
  multiplied_ = {};
}

bool DetailedStripesArray::done() const {
  return sequencer_.done() && !fetched_.tag.valid && !serialized_.tag.valid && !multiplied_.valid &&
         outputs_.empty();
}

bool DetailedStripesArray::step() {
  if (turning_) {
    turning_ = weights_.step();
    if (turning_) {
      ++result_.fill_cycles;
      ++result_.cycles;
      return true;
    }
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
void DetailedStripesArray::run_pipeline() {
  outputs_.clock();
  if (multiplied_.valid && multiplied_.ends_accumulation && !outputs_.free()) {
    ++result_.drain_stall_cycles;
    return;
  }
  ++(multiplied_.valid ? result_.busy_cycles : result_.fill_cycles);
  accumulate();
  multiply();
  serialize();
  fetch();
}

// In the opposite order each stage sees what its predecessor has just written: registers without
// delay.
void DetailedStripesArray::run_without_registers() {
  fetch();
  serialize();
  multiply();
  accumulate();
  outputs_.flush();
  ++result_.busy_cycles;
}

std::uint32_t DetailedStripesArray::valid_rows(std::uint32_t block) const {
  const std::uint32_t before = block * rows_;
  const std::uint32_t channels = geometry_->step.channels;
  return before < channels ? std::min(rows_, channels - before) : 0;
}

void DetailedStripesArray::fetch() {
  fetched_.tag.valid = false;
  if (sequencer_.done()) {
    return;
  }
  Tag& tag = fetched_.tag;
  tag.valid = true;
  tag.bit = static_cast<std::uint8_t>(sequencer_.bit());
  tag.starts_pass = sequencer_.bit() == 0;
  tag.starts_accumulation = sequencer_.starts_accumulation();
  tag.ends_accumulation = sequencer_.ends_accumulation();
  tag.place = {sequencer_.first_position(), sequencer_.positions(), sequencer_.block() * rows_,
               valid_rows(sequencer_.block())};
  if (tag.starts_pass) {
    fetch_pass();
  }
  sequencer_.advance();
}

void DetailedStripesArray::fetch_pass() {
  const engine::ResultPlace& place = fetched_.tag.place;
  const std::uint32_t first = sequencer_.pass() * stripes_lanes;
  for (unsigned row = 0; row < rows_; ++row) {
    for (unsigned lane = 0; lane < stripes_lanes; ++lane) {
      fetched_.rows[row][lane] = weights_.weight(place.first_channel + row, first + lane);
    }
  }
  for (unsigned column = 0; column < columns_; ++column) {
    const bool has_position = column < place.positions;
    for (unsigned lane = 0; lane < stripes_lanes; ++lane) {
      fetched_.columns[column][lane] =
          has_position ? activations_->read(place.first_position + column, first + lane)
                       : std::int16_t{0};
    }
  }
  ++result_.passes;
}

void DetailedStripesArray::serialize() {
  serialized_.tag = fetched_.tag;
  if (!fetched_.tag.valid) {
    return;
  }
  const unsigned significance = stripes_weight_bits - 1 - fetched_.tag.bit;
  for (unsigned row = 0; row < rows_; ++row) {
    unsigned bits = 0;
    for (unsigned lane = 0; lane < stripes_lanes; ++lane) {
      bits |= ((fetched_.rows[row][lane] >> significance) & 1u) << lane;
    }
    serialized_.rows[row] = {static_cast<std::uint8_t>(bits),
                             static_cast<std::uint8_t>(significance), fetched_.tag.bit == 0};
  }
  if (fetched_.tag.starts_pass) {
    serialized_.columns = fetched_.columns;
    count_effective(fetched_);
  }
  fetched_.tag.valid = false;
}

void DetailedStripesArray::multiply() {
  multiplied_ = serialized_.tag;
  if (!serialized_.tag.valid) {
    return;
  }
  count_lanes(serialized_);
  StripesPe* pe = pes_.data();
  for (const StripesColumn& row : serialized_.rows) {
    for (const StripesOperands& column : serialized_.columns) {
      (pe++)->multiply(row, column);
    }
  }
  serialized_.tag.valid = false;
}

void DetailedStripesArray::accumulate() {
  if (!multiplied_.valid) {
    return;
  }
  for (StripesPe& pe : pes_) {
    pe.accumulate(multiplied_.starts_accumulation, options_.accumulator_bits);
  }
  if (multiplied_.ends_accumulation) {
    for (unsigned row = 0; row < rows_; ++row) {
      for (unsigned column = 0; column < columns_; ++column) {
        outputs_.values()[column * rows_ + row] = pes_[row * columns_ + column].accumulator();
      }
    }
    outputs_.load(multiplied_.place);
  }
  multiplied_.valid = false;
}

void DetailedStripesArray::count_effective(const Fetched& pass) {
  for (unsigned row = 0; row < pass.tag.place.channels; ++row) {
    for (unsigned column = 0; column < pass.tag.place.positions; ++column) {
      for (unsigned lane = 0; lane < stripes_lanes; ++lane) {
        const bool both = pass.rows[row][lane] != 0 && pass.columns[column][lane] != 0;
        result_.effective_macs += both ? 1 : 0;
      }
    }
  }
}

void DetailedStripesArray::count_lanes(const Serialized& column) {
  const engine::ResultPlace& place = column.tag.place;
  const std::uint64_t pes = std::uint64_t{rows_} * columns_;
  const std::uint64_t working = std::uint64_t{place.channels} * place.positions;
  std::uint64_t effectual = 0;
  for (unsigned row = 0; row < place.channels; ++row) {
    const auto ones = static_cast<unsigned>(__builtin_popcount(column.rows[row].bits));
    effectual += std::uint64_t{ones} * place.positions;
  }
  result_.pe_cycles += pes;
  result_.lane_cycles += pes * stripes_lanes;
  result_.effectual_lane_cycles += effectual;
  result_.inter_pe_idle += (pes - working) * stripes_lanes;
  result_.intra_pe_idle += working * stripes_lanes - effectual;
}

}  // namespace lacuna::baselines
