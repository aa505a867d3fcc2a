// SPDX-License-Identifier: Apache-2.0
#include "sparq/systolic/edge_controller.h"

#include <algorithm>

namespace lacuna::sparq {

void EdgeController::begin(const engine::TileOperands& operands) {
  geometry_ = operands.geometry;
  rule_ = pass_rule(options_, operands.reduced_activations);
  rows_ = geometry_->array_rows;
  columns_ = geometry_->array_columns;
  activations_.emplace(*geometry_, operands.activations);
  weights_ = engine::WeightTurner(operands, options_.array.turner_latency);
  turning_ = options_.times_outputs() && geometry_->step.load_weights;
  if (!turning_) {
    weights_.finish();
  }
  sequencer_ = engine::PassSequencer(*geometry_, rule_.elements);
  places_.clear();
  held_ = arrived_ = emptying_ = waits_for_wave_ = false;
  timed_ = true;
  leaves_one_out_ = sparq::leaves_one_out(options_, *geometry_);
  clocks_until_empty_ = 0;
  // The clock in which the last sums leave is one of the drain.
  untimed_clocks_ = options_.clocks == CountedClocks::all ? 0 : 1;
  latency_left_ =
      geometry_->step.last_chunk ? options_.array.output_latency : engine::partial_sum_latency;
  // What the step before left to drain still occupies the way out.
  drain_groups_ = first_of_layer(geometry_->step) ? 0 : drain_left_;
  drain_group_ = 0;
  drain_taken_ = true;
  drain_left_ = 0;
  result_ = {};
}

bool EdgeController::turn() {
  turning_ = turning_ && weights_.step();
  if (turning_) {
    drain_group_ += commands_left() ? 1 : 0;
    ++result_.fill_cycles;
    ++result_.cycles;
  }
  return turning_;
}

const Injection* EdgeController::offer(bool wave_ended) {
  if (!held_) {
    waits_for_wave_ = waits_for_wave_ && !wave_ended;
    if (!streams()) {
      start_emptying();
      if (!commands_left() && clocks_until_empty_ == 0) {
        return nullptr;
      }
    }
  }
  if (timed_) {
    trace_.clock();
    arrived_ = arrived_ || trace_.arrives();
  }
  if (!held_) {
    next_.tag = {};
    next_.weights.assign(rows_, {});
    next_.activations.assign(columns_, {});
    command_drain();
    if (emptying_) {
      timed_ = timed_ && clocks_until_empty_ > untimed_clocks_;
      result_.fill_cycles += timed_ ? 1 : 0;
    } else {
      advance();
    }
  }
  return &next_;
}

void EdgeController::hold() {
  held_ = true;
  ++result_.drain_stall_cycles;
  ++result_.cycles;
}

bool EdgeController::taken() {
  held_ = false;
  clocks_until_empty_ -= clocks_until_empty_ != 0 ? 1 : 0;
  if (leaves_one_out_) {
    leaves_one_out_ = false;
    --result_.fill_cycles;
    return false;
  }
  result_.cycles += timed_ ? 1 : 0;
  return timed_;
}

bool EdgeController::wait_for_outputs() {
  drain_taken_ = true;
  if (!timed_ || !options_.times_outputs() || latency_left_ == 0) {
    return false;
  }
  --latency_left_;
  ++result_.fill_cycles;
  ++result_.cycles;
  return true;
}

/// After the last pass. Where another step follows at once, its first clocks are those in which this wavefront leaves.
void EdgeController::start_emptying() {
  if (emptying_) {
    return;
  }
  emptying_ = true;
  timed_ = options_.array.overheads && empties_array(options_, *geometry_);
  if (!timed_ && options_.array.overheads && !drain_taken_) {
    drain_left_ = drain_groups_ - drain_group_;
  }
}

/// Control tells the PEs, one after another, that a group of columns hands its sums over.
void EdgeController::command_drain() {
  if (!commands_left()) {
    return;
  }
  if (!drain_taken_) {
    next_.tag.drain_first = drain_group_ * drained_together();
    next_.tag.drain_end =
        std::min(next_.tag.drain_first + drained_together(), places_[drain_tile_].positions);
    next_.tag.drain_tile = drain_tile_;
    clocks_until_empty_ = rows_ + columns_ - 1;
  }
  ++drain_group_;
}

void EdgeController::advance() {
  if (waits_for_wave_ || !arrived_) {
    ++result_.fill_cycles;
    return;
  }
  if (sequencer_.starts_pass()) {
    sequencer_.begin_pass(rule_.clocks(sequencer_.place().positions));
  }
  const bool ends = sequencer_.ends_accumulation();
  if (ends && commands_left()) {
    ++result_.drain_stall_cycles;
    return;
  }
  arrived_ = false;
  count_clock();
  if (!rule_.pairs || sequencer_.ends_pass()) {
    inject();
  }
  if (ends) {
    start_drain();
  }
  sequencer_.advance();
}

void EdgeController::start_drain() {
  places_.push_back(sequencer_.place());
  drain_groups_ = (sequencer_.place().positions + drained_together() - 1) / drained_together();
  drain_group_ = 0;
  drain_tile_ = static_cast<std::uint32_t>(places_.size() - 1);
  drain_taken_ = false;
  waits_for_wave_ = options_.array.overheads && options_.skew == Skew::array_tile;
}

void EdgeController::inject() {
  const engine::ResultPlace place = sequencer_.place();
  const std::uint32_t first = sequencer_.pass() * rule_.elements;
  next_.tag.valid = true;
  next_.tag.starts = sequencer_.pass() == 0 && (rule_.pairs || sequencer_.starts_pass());
  next_.tag.ends = sequencer_.ends_accumulation();
  next_.part = sequencer_.cycle();
  for (unsigned e = 0; e < rule_.elements; ++e) {
    for (unsigned r = 0; r < rows_; ++r) {
      next_.weights[r][e] =
          static_cast<std::int8_t>(weights_.weight(place.first_channel + r, first + e));
    }
    for (unsigned c = 0; c < place.positions; ++c) {
      next_.activations[c][e] = activations_->read(place.first_position + c, first + e);
    }
  }
  count_operands(place, first);
  clocks_until_empty_ = rows_ + columns_ - 1;
}

void EdgeController::count_clock() {
  const std::uint64_t pes = std::uint64_t{rows_} * columns_;
  ++result_.busy_cycles;
  result_.pe_cycles += pes;
  result_.lane_cycles += pes * rule_.elements;
  result_.inter_pe_idle += pes * rule_.elements;
}

/// Products of a pass whose operands are both non-zero before any is trimmed. An instrument, not hardware.
void EdgeController::count_operands(const engine::ResultPlace& place, std::uint32_t first_element) {
  if (sequencer_.ends_pass()) {
    const std::uint64_t elements =
        std::min(rule_.elements, geometry_->step.elements - first_element);
    result_.weight_reads += elements * place.channels;
    result_.activation_reads += elements * place.positions;
  }
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
      weights += next_.weights[r][e] != 0 ? 1 : 0;
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

}  // namespace lacuna::sparq
