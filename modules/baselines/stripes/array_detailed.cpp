// SPDX-License-Identifier: Apache-2.0
#include "baselines/stripes/array_detailed.h"

namespace lacuna::baselines {

void DetailedStripesArray::begin(const engine::TileOperands& operands,
                                 Span<std::int32_t> accumulators) {
  geometry_ = operands.geometry;
  const engine::TileStep& step = geometry_->step;
  reset(*geometry_, step.last_chunk ? options_.output_latency : engine::partial_sum_latency,
        accumulators);
  activations_.emplace(*geometry_, operands.activations);
  weights_ = engine::WeightTurner(operands, options_.turner_latency);
  turning_ = options_.overheads && step.load_weights;
  if (!turning_) {
    weights_.finish();
  }
  sequencer_ = engine::PassSequencer(*geometry_, stripes_lanes);
  pes_.assign(std::size_t{rows()} * columns(), StripesPe());
  fetched_ = {{}, 0, std::vector<RowWeights>(rows()), std::vector<StripesOperands>(columns())};
  serialized_ = {{}, std::vector<StripesColumn>(rows()), std::vector<StripesOperands>(columns())};
}

bool DetailedStripesArray::turn_weights() {
  turning_ = turning_ && weights_.step();
  return turning_;
}

void DetailedStripesArray::fetch() {
  fetched_.tag.valid = false;
  if (sequencer_.done()) {
    return;
  }
  engine::ColumnTag& tag = fetched_.tag;
  tag.valid = true;
  if (sequencer_.starts_pass()) {
    sequencer_.begin_pass(stripes_weight_bits);
  }
  fetched_.bit = static_cast<std::uint8_t>(sequencer_.cycle());
  tag.starts_pass = sequencer_.starts_pass();
  tag.ends_pass = sequencer_.ends_pass();
  tag.starts_accumulation = sequencer_.starts_accumulation();
  tag.ends_accumulation = sequencer_.ends_accumulation();
  tag.place = sequencer_.place();
  if (tag.starts_pass) {
    fetch_pass();
  }
  sequencer_.advance();
}

void DetailedStripesArray::fetch_pass() {
  const engine::ResultPlace& place = fetched_.tag.place;
  const std::uint32_t first = sequencer_.pass() * stripes_lanes;
  for (unsigned row = 0; row < rows(); ++row) {
    for (unsigned lane = 0; lane < stripes_lanes; ++lane) {
      fetched_.rows[row][lane] = weights_.weight(place.first_channel + row, first + lane);
    }
  }
  for (unsigned column = 0; column < columns(); ++column) {
    const bool has_position = column < place.positions;
    for (unsigned lane = 0; lane < stripes_lanes; ++lane) {
      fetched_.columns[column][lane] =
          has_position ? activations_->read(place.first_position + column, first + lane)
                       : std::int16_t{0};
    }
  }
  ++counted().passes;
}

void DetailedStripesArray::prepare() {
  serialized_.tag = fetched_.tag;
  if (!fetched_.tag.valid) {
    return;
  }
  const unsigned significance = stripes_weight_bits - 1 - fetched_.bit;
  for (unsigned row = 0; row < rows(); ++row) {
    unsigned bits = 0;
    for (unsigned lane = 0; lane < stripes_lanes; ++lane) {
      bits |= ((fetched_.rows[row][lane] >> significance) & 1u) << lane;
    }
    serialized_.rows[row] = {static_cast<std::uint8_t>(bits),
                             static_cast<std::uint8_t>(significance), fetched_.bit == 0};
  }
  if (fetched_.tag.starts_pass) {
    serialized_.columns = fetched_.columns;
    count_effective(fetched_);
  }
  fetched_.tag.valid = false;
}

engine::ColumnTag DetailedStripesArray::multiply() {
  const engine::ColumnTag tag = serialized_.tag;
  if (!tag.valid) {
    return tag;
  }
  std::uint64_t effectual = 0;
  for (unsigned row = 0; row < tag.place.channels; ++row) {
    const auto ones = static_cast<unsigned>(__builtin_popcount(serialized_.rows[row].bits));
    effectual += std::uint64_t{ones} * tag.place.positions;
  }
  count_lanes(tag.place, effectual);
  StripesPe* pe = pes_.data();
  for (const StripesColumn& row : serialized_.rows) {
    for (const StripesOperands& column : serialized_.columns) {
      (pe++)->multiply(row, column);
    }
  }
  serialized_.tag.valid = false;
  return tag;
}

void DetailedStripesArray::add_products(bool starts_accumulation) {
  for (StripesPe& pe : pes_) {
    pe.accumulate(starts_accumulation, options_.accumulator_bits);
  }
}

void DetailedStripesArray::read_sums(std::vector<std::int32_t>& values) const {
  for (unsigned row = 0; row < rows(); ++row) {
    for (unsigned column = 0; column < columns(); ++column) {
      values[column * rows() + row] = pes_[row * columns() + column].accumulator();
    }
  }
}

void DetailedStripesArray::count_effective(const Fetched& pass) {
  for (unsigned row = 0; row < pass.tag.place.channels; ++row) {
    for (unsigned column = 0; column < pass.tag.place.positions; ++column) {
      for (unsigned lane = 0; lane < stripes_lanes; ++lane) {
        const bool both = pass.rows[row][lane] != 0 && pass.columns[column][lane] != 0;
        counted().effective_macs += both ? 1 : 0;
      }
    }
  }
}

}  // namespace lacuna::baselines
