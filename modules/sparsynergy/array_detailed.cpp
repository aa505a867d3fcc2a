// SPDX-License-Identifier: Apache-2.0
#include "sparsynergy/array_detailed.h"

#include <algorithm>

#include "engine/array_options.h"

namespace lacuna::sparsynergy {

void DetailedArray::begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) {
  geometry_ = operands.geometry;
  const engine::TileStep& step = geometry_->step;
  reset(*geometry_, step.last_chunk ? options_.output_latency : engine::partial_sum_latency,
        accumulators, sum_bits());
  reader_.emplace(*geometry_, operands.activations);
  feeder_ = WeightFeeder(operands, options_.turner_latency);
  turning_ = options_.overheads && step.load_weights;
  if (!turning_) {
    feeder_.finish_turning();
  }
  groups_ = rows() / fedp_channels;
  sequencer_ = engine::PassSequencer(*geometry_, feeder_.segment_elements());
  control_ = IssueControl(groups_, options_.feed_interval, options_.sum_interval);
  fedps_.assign(std::size_t{groups_} * columns(), Fedp());
  loaded_ = {{}, std::vector<WeightLoad>(groups_), std::vector<ActivationRegister>(columns())};
  selected_ = {{}, loaded_.weights, std::vector<LaneOperands>(fedps_.size())};
  loads_ = {};
}

bool DetailedArray::turn_weights() {
  turning_ = turning_ && feeder_.turn();
  return turning_;
}

unsigned DetailedArray::sum_bits() const {
  return options_.numerics == Numerics::intended ? options_.sum_bits : published_sum_bits;
}

void DetailedArray::fetch() {
  loaded_.tag = {};
  if (sequencer_.done()) {
    return;
  }
  control_.clock();
  const Wait wait = next_load();
  engine::ColumnTag& tag = loaded_.tag;
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
    load_activations();
  }
  control_.issue();
  count_load(tag.place);
  sequencer_.advance();
}

/// Brings the next load's weights to the registers, unless it has to wait.
Wait DetailedArray::next_load() {
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
  bool ready = true;
  for (unsigned group = 0; group < groups_; ++group) {
    WeightLoad& load = loaded_.weights[group];
    load = feeder_.load(first_group + group, sequencer_.pass(), sequencer_.cycle() % most_kept_,
                        sequencer_.cycle() / most_kept_);
    ready = ready && (!load.valid || control_.ready(group, load.row));
  }
  if (!ready) {
    return Wait::hazard;
  }
  for (unsigned group = 0; group < groups_; ++group) {
    if (loaded_.weights[group].valid) {
      control_.occupy(group, loaded_.weights[group].row);
    }
  }
  return Wait::none;
}

/// A segment's activations: windows of two elements fill one block of each half, longer ones a block each.
void DetailedArray::load_activations() {
  const unsigned window = feeder_.segment_elements() / 4;
  const engine::ResultPlace& place = loaded_.tag.place;
  const std::uint32_t first = sequencer_.pass() * feeder_.segment_elements();
  for (unsigned column = 0; column < columns(); ++column) {
    ActivationRegister& activations = loaded_.activations[column];
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
  ++counted().passes;
}

void DetailedArray::count_load(const engine::ResultPlace& place) {
  const std::uint32_t first_group = sequencer_.block() * groups_;
  const unsigned load = sequencer_.cycle() / most_kept_;
  engine::ArrayResult& result = counted();
  std::uint64_t working = 0;
  std::uint64_t effectual = 0;
  for (unsigned group = 0; group < groups_; ++group) {
    const WeightLoad& weights = loaded_.weights[group];
    if (!weights.valid) {
      continue;
    }
    working += place.positions;
    for (const std::uint8_t column : weights.column) {
      effectual += static_cast<std::uint64_t>(__builtin_popcount(column)) * place.positions;
    }
    if (load != 0 || group * fedp_channels + weights.row >= place.channels) {
      continue;
    }
    const unsigned used =
        feeder_.used_lanes(first_group + group, sequencer_.pass(), sequencer_.cycle() % most_kept_);
    for (unsigned column = 0; column < place.positions; ++column) {
      const LaneOperands operands = select_operands(loaded_.activations[column], weights);
      for (unsigned lane = 0; lane < lanes; ++lane) {
        result.effective_macs += (used >> lane & 1) != 0 && operands[lane] != 0 ? 1 : 0;
      }
    }
  }
  loads_.second_loads += load != 0 ? 1 : 0;
  loads_.fedp_loads += working;
  const std::uint64_t fedp_lanes = std::uint64_t{fedp_columns} * lanes;
  result.pe_cycles += fedps_.size();
  result.lane_cycles += fedps_.size() * fedp_lanes;
  result.effectual_lane_cycles += effectual;
  result.inter_pe_idle += (fedps_.size() - working) * fedp_lanes;
  result.intra_pe_idle += working * fedp_lanes - effectual;
}

void DetailedArray::prepare() {
  selected_.tag = loaded_.tag;
  loaded_.tag = {};
  if (!selected_.tag.valid) {
    return;
  }
  selected_.weights = loaded_.weights;
  LaneOperands* operands = selected_.operands.data();
  for (const WeightLoad& load : loaded_.weights) {
    for (const ActivationRegister& activations : loaded_.activations) {
      *operands++ = select_operands(activations, load);
    }
  }
}

engine::ColumnTag DetailedArray::multiply() {
  const engine::ColumnTag tag = selected_.tag;
  selected_.tag = {};
  if (!tag.valid) {
    return tag;
  }
  for (unsigned group = 0; group < groups_; ++group) {
    for (unsigned column = 0; column < columns(); ++column) {
      const std::size_t at = std::size_t{group} * columns() + column;
      fedps_[at].multiply(selected_.weights[group], selected_.operands[at], options_.numerics);
    }
  }
  return tag;
}

void DetailedArray::add_products(bool starts_accumulation) {
  for (Fedp& fedp : fedps_) {
    fedp.accumulate(starts_accumulation, sum_bits());
  }
}

void DetailedArray::read_sums(std::vector<std::int32_t>& values) const {
  for (unsigned group = 0; group < groups_; ++group) {
    for (unsigned column = 0; column < columns(); ++column) {
      const Fedp& fedp = fedps_[std::size_t{group} * columns() + column];
      for (unsigned row = 0; row < fedp_channels; ++row) {
        values[std::size_t{column} * rows() + group * fedp_channels + row] = fedp.sum(row);
      }
    }
  }
}

void DetailedArray::count_idle(const engine::ColumnTag& tag) {
  switch (static_cast<Wait>(tag.idle_reason)) {
    case Wait::feed:
      ++loads_.feed_stall_cycles;
      return;
    case Wait::hazard:
      ++loads_.hazard_stall_cycles;
      return;
    case Wait::none:
      ClockedArray::count_idle(tag);
  }
}

}  // namespace lacuna::sparsynergy
