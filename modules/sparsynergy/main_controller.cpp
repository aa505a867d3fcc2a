// SPDX-License-Identifier: Apache-2.0
#include "sparsynergy/main_controller.h"

#include <algorithm>

namespace lacuna::sparsynergy {

std::uint64_t effective_products(const Issued& issued) {
  if (!issued.first_columns) {
    return 0;
  }
  const engine::ResultPlace& place = issued.tag.place;
  std::uint64_t effective = 0;
  for (unsigned group = 0; group < issued.weights.size(); ++group) {
    const WeightLoad& weights = issued.weights[group];
    if (!weights.valid || group * fedp_channels + weights.row >= place.channels) {
      continue;
    }
    for (unsigned column = 0; column < place.positions; ++column) {
      const LaneOperands operands = select_operands(issued.activations[column], weights);
      for (unsigned lane = 0; lane < lanes; ++lane) {
        effective += (issued.used[group] >> lane & 1) != 0 && operands[lane] != 0 ? 1 : 0;
      }
    }
  }
  return effective;
}

void MainController::begin(const engine::TileOperands& operands) {
  geometry_ = operands.geometry;
  reader_.emplace(*geometry_, operands.activations);
  feeder_ = WeightFeeder(operands, options_.turner_latency);
  turning_ = options_.overheads && geometry_->step.load_weights;
  if (!turning_) {
    feeder_.finish_turning();
  }
  groups_ = geometry_->array_rows / fedp_channels;
  sequencer_ = engine::PassSequencer(*geometry_, feeder_.segment_elements());
  control_ = IssueControl(groups_, options_.feed_interval, options_.sum_interval);
}

bool MainController::turn() {
  turning_ = turning_ && feeder_.turn();
  return turning_;
}

void MainController::issue(Issued& issued) {
  issued.tag = {};
  if (sequencer_.done()) {
    return;
  }
  issued.weights.resize(groups_);
  issued.used.resize(groups_);
  issued.activations.resize(geometry_->array_columns);
  control_.clock();
  const Wait wait = next_load(issued);
  engine::ColumnTag& tag = issued.tag;
  if (wait != Wait::none) {
    tag.idle_reason = static_cast<std::uint8_t>(wait);
    return;
  }
  tag.valid = true;
  tag.starts_pass = sequencer_.starts_pass();
  tag.ends_pass = sequencer_.ends_pass();
  tag.starts_accumulation = sequencer_.starts_accumulation();
  tag.ends_accumulation = sequencer_.ends_accumulation();
  tag.place = sequencer_.place();
  if (tag.starts_pass) {
    load_activations(issued);
  }
  control_.issue();
  sequencer_.advance();
}

/// Brings the next load's weights to the registers, unless it has to wait.
Wait MainController::next_load(Issued& issued) {
  const std::uint32_t first_group = sequencer_.block() * groups_;
  if (sequencer_.starts_pass()) {
    most_kept_ = 0;
    for (unsigned group = 0; group < groups_; ++group) {
      most_kept_ = std::max(most_kept_, feeder_.kept(first_group + group));
    }
    sequencer_.begin_pass(most_kept_ * feeder_.loads());
  }
  if (!control_.fed()) {
    return Wait::feed;
  }
  if (sequencer_.starts_accumulation()) {
    control_.start_sums();
  }
  const unsigned vector = sequencer_.cycle() % most_kept_;
  const unsigned load = sequencer_.cycle() / most_kept_;
  issued.first_columns = load == 0;
  bool ready = true;
  for (unsigned group = 0; group < groups_; ++group) {
    WeightLoad& weights = issued.weights[group];
    weights = feeder_.load(first_group + group, sequencer_.pass(), vector, load);
    ready = ready && (!weights.valid || control_.ready(group, weights.row));
  }
  if (!ready) {
    return Wait::hazard;
  }
  for (unsigned group = 0; group < groups_; ++group) {
    if (issued.weights[group].valid) {
      control_.occupy(group, issued.weights[group].row);
      issued.used[group] = feeder_.used_lanes(first_group + group, sequencer_.pass(), vector);
    }
  }
  return Wait::none;
}

/// A segment's activations: windows of two elements fill one block of each half, longer ones a block each.
void MainController::load_activations(Issued& issued) const {
  const unsigned window = feeder_.segment_elements() / 4;
  const engine::ResultPlace& place = issued.tag.place;
  const std::uint32_t first = sequencer_.pass() * feeder_.segment_elements();
  for (unsigned column = 0; column < issued.activations.size(); ++column) {
    ActivationRegister& activations = issued.activations[column];
    activations.fill(0);
    if (column >= place.positions) {
      continue;
    }
    for (unsigned i = 0; i < feeder_.segment_elements(); ++i) {
      const unsigned in_half = i / window % 2 * (window == 2 ? 2 : 4) + i % window;
      activations[i / window / 2 * 16 + in_half] =
          reader_->read(place.first_position + column, first + i);
    }
  }
}

}  // namespace lacuna::sparsynergy
