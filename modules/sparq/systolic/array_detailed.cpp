// SPDX-License-Identifier: Apache-2.0
#include "sparq/systolic/array_detailed.h"

namespace lacuna::sparq {

DetailedSystolicArray::DetailedSystolicArray(const SystolicOptions& options)
    : options_(options), trimmer_(options.pe, options.format) {}

engine::ArrayResult DetailedSystolicArray::compute(const engine::TileOperands& operands,
                                                   Span<std::int32_t> accumulators) {
  begin(operands, accumulators);
  while (step()) {
  }
  return result();
}

void DetailedSystolicArray::begin(const engine::TileOperands& operands,
                                  Span<std::int32_t> accumulators) {
  geometry_ = operands.geometry;
  rule_ = pass_rule(options_, operands.reduced_activations);
  accumulators_ = accumulators;
  rows_ = geometry_->array_rows;
  columns_ = geometry_->array_columns;
  activations_.emplace(*geometry_, operands.activations);
  weights_ = engine::WeightTurner(operands, options_.array.turner_latency);
  turning_ = options_.array.overheads && geometry_->step.load_weights;
  if (!turning_) {
    weights_.finish();
  }
  sequencer_ = engine::PassSequencer(*geometry_, rule_.elements);
  places_.clear();
  pes_.assign(std::size_t{rows_} * columns_, SystolicPe());
  const Injection nothing = {std::vector<RowOperand>(rows_), std::vector<ColumnOperand>(columns_)};
  edge_.assign(std::max(rows_, columns_), nothing);
  clocks_until_empty_ = 0;
  latency_left_ =
      geometry_->step.last_chunk ? options_.array.output_latency : engine::partial_sum_latency;
  waits_for_wave_ = false;
  // What the step before left to drain still occupies the way out.
  drain_groups_ = first_of_layer(geometry_->step) ? 0 : drain_left_;
  drain_group_ = 0;
  drain_taken_ = true;
  drain_left_ = 0;
  result_ = {};
}

bool DetailedSystolicArray::step() {
  if (turning_ && weights_.step()) {
    drain_group_ += commands_left() ? 1 : 0;
    ++result_.fill_cycles;
    ++result_.cycles;
    return true;
  }
  turning_ = false;
  const PassTag& last = pes_.back().row().tag;
  waits_for_wave_ = waits_for_wave_ && !(last.valid && last.ends);
  if (!sequencer_.done() || waits_for_wave_) {
    Injection next = {std::vector<RowOperand>(rows_), std::vector<ColumnOperand>(columns_)};
    command_drain(next);
    advance(next);
    array_clock(next);
    ++result_.cycles;
    return true;
  }
  return empty_array();
}

/// The tag of a row's operand tells its PEs, one after another, that a group of columns hands its sums over.
void DetailedSystolicArray::command_drain(Injection& to) {
  if (!commands_left()) {
    return;
  }
  if (!drain_taken_) {
    for (RowOperand& row : to.rows) {
      row.tag.drain_group = static_cast<std::int32_t>(drain_group_);
      row.tag.drain_tile = drain_tile_;
    }
    clocks_until_empty_ = rows_ + columns_ - 1;
  }
  ++drain_group_;
}

void DetailedSystolicArray::advance(Injection& to) {
  if (waits_for_wave_) {
    ++result_.fill_cycles;
    return;
  }
  if (sequencer_.starts_pass()) {
    sequencer_.begin_pass(rule_.clocks(sequencer_.place().positions));
  }
  if (sequencer_.ends_accumulation() && commands_left()) {
    ++result_.drain_stall_cycles;
    return;
  }
  count_clock();
  const bool ends = sequencer_.ends_accumulation();
  if (!rule_.pairs || sequencer_.ends_pass()) {
    inject(to);
  }
  if (ends) {
    places_.push_back(sequencer_.place());
    const unsigned together = options_.array.overheads ? options_.drain_columns : columns_;
    drain_groups_ = (sequencer_.place().positions + together - 1) / together;
    drain_group_ = 0;
    drain_tile_ = static_cast<std::uint32_t>(places_.size() - 1);
    drain_taken_ = false;
    waits_for_wave_ = options_.array.overheads && options_.skew == Skew::array_tile;
  }
  sequencer_.advance();
}

void DetailedSystolicArray::inject(Injection& to) {
  const engine::ResultPlace place = sequencer_.place();
  const std::uint32_t first = sequencer_.pass() * rule_.elements;
  for (unsigned r = 0; r < rows_; ++r) {
    RowOperand& row = to.rows[r];
    row.tag.valid = true;
    row.tag.starts = sequencer_.pass() == 0 && (rule_.pairs || sequencer_.starts_pass());
    row.tag.ends = sequencer_.ends_accumulation();
    for (unsigned e = 0; e < rule_.elements; ++e) {
      row.weights[e] =
          static_cast<std::int8_t>(weights_.weight(place.first_channel + r, first + e));
    }
  }
  for (unsigned c = 0; c < place.positions; ++c) {
    ColumnOperand& column = to.columns[c];
    const std::int16_t activation = activations_->read(place.first_position + c, first);
    if (!rule_.pairs) {
      column.lanes = trimmer_.split(activation, sequencer_.cycle());
      continue;
    }
    column.raw = {
        static_cast<std::uint8_t>(activation),
        static_cast<std::uint8_t>(activations_->read(place.first_position + c, first + 1))};
    column.untrimmed = options_.pe == PeKind::sysmt;
    if (!column.untrimmed) {
      column.lanes = trimmer_.trim(column.raw[0], column.raw[1]);
    }
  }
  count_operands(to, place, first);
  clocks_until_empty_ = rows_ + columns_ - 1;
}

void DetailedSystolicArray::count_clock() {
  const std::uint64_t pes = std::uint64_t{rows_} * columns_;
  ++result_.busy_cycles;
  result_.pe_cycles += pes;
  result_.lane_cycles += pes * rule_.elements;
  result_.inter_pe_idle += pes * rule_.elements;
}

/// Products of a pass whose operands are both non-zero before any is trimmed. An instrument, not hardware.
void DetailedSystolicArray::count_operands(const Injection& pass, const engine::ResultPlace& place,
                                           std::uint32_t first_element) {
  const std::uint64_t working = std::uint64_t{place.channels} * place.positions * rule_.elements;
  result_.inter_pe_idle -= working;
  result_.intra_pe_idle += working;
  if (!sequencer_.ends_pass()) {
    return;
  }
  ++result_.passes;
  std::uint64_t effective = 0;
  for (unsigned e = 0; e < rule_.elements; ++e) {
    std::uint64_t weights = 0;
    for (unsigned r = 0; r < place.channels; ++r) {
      weights += pass.rows[r].weights[e] != 0 ? 1 : 0;
    }
    for (unsigned c = 0; c < place.positions; ++c) {
      effective +=
          activations_->read(place.first_position + c, first_element + e) != 0 ? weights : 0;
    }
  }
  result_.effective_macs += effective;
  result_.effectual_lane_cycles += effective;
  result_.intra_pe_idle -= effective;
}

// From the last PE to the first, so that each finds what its neighbours' registers held before.
void DetailedSystolicArray::array_clock(const Injection& next) {
  edge_.push_front(next);
  edge_.pop_back();
  const unsigned together = options_.array.overheads ? options_.drain_columns : columns_;
  for (unsigned r = rows_; r-- > 0;) {
    for (unsigned c = columns_; c-- > 0;) {
      SystolicPe& pe = pes_[std::size_t{r} * columns_ + c];
      const RowOperand row = c == 0 ? edge_[r].rows[r] : (&pe - 1)->row();
      const ColumnOperand column = r == 0 ? edge_[c].columns[c] : (&pe - columns_)->column();
      if (row.tag.drain_group == static_cast<std::int32_t>(c / together)) {
        take_out(r, c, places_[row.tag.drain_tile], pe.second());
      }
      pe.clock(row, column, trimmer_, options_.array.accumulator_bits);
    }
  }
  clocks_until_empty_ -= clocks_until_empty_ != 0 ? 1 : 0;
}

void DetailedSystolicArray::take_out(unsigned row, unsigned column,
                                     const engine::ResultPlace& place, std::int32_t sum) {
  if (row >= place.channels || column >= place.positions) {
    return;
  }
  const std::size_t offset = std::size_t{place.first_position + column} * geometry_->step.channels +
                             place.first_channel + row;
  std::int32_t& accumulator = accumulators_[offset];
  accumulator = static_cast<std::int32_t>(static_cast<std::uint32_t>(accumulator) +
                                          static_cast<std::uint32_t>(sum));
}

/// After the last pass. Where another step follows at once, its first clocks are those in which this wavefront leaves.
bool DetailedSystolicArray::empty_array() {
  const bool takes_time = options_.array.overheads && empties_array(options_, *geometry_);
  if (!takes_time && options_.array.overheads && !drain_taken_) {
    drain_left_ = drain_groups_ - drain_group_;
  }
  while (commands_left() || clocks_until_empty_ != 0) {
    Injection bubble = {std::vector<RowOperand>(rows_), std::vector<ColumnOperand>(columns_)};
    command_drain(bubble);
    array_clock(bubble);
    if (takes_time) {
      ++result_.fill_cycles;
      ++result_.cycles;
      return true;
    }
  }
  drain_taken_ = true;
  if (takes_time && latency_left_ != 0) {
    --latency_left_;
    ++result_.fill_cycles;
    ++result_.cycles;
    return true;
  }
  return false;
}

}  // namespace lacuna::sparq
