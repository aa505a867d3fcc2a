// SPDX-License-Identifier: Apache-2.0
#include "baselines/stripes/feeder.h"

namespace lacuna::baselines {

std::uint64_t effective_products(const StripesFetched& pass) {
  std::uint64_t effective = 0;
  for (unsigned row = 0; row < pass.tag.place.channels; ++row) {
    for (unsigned column = 0; column < pass.tag.place.positions; ++column) {
      for (unsigned lane = 0; lane < stripes_lanes; ++lane) {
        const bool both = pass.rows[row][lane] != 0 && pass.columns[column][lane] != 0;
        effective += both ? 1 : 0;
      }
    }
  }
  return effective;
}

void StripesFeeder::begin(const engine::TileOperands& operands) {
  geometry_ = operands.geometry;
  activations_.emplace(*geometry_, operands.activations);
  weights_ = engine::WeightTurner(operands, options_.turner_latency);
  turning_ = options_.overheads && geometry_->step.load_weights;
  if (!turning_) {
    weights_.finish();
  }
  sequencer_ = engine::PassSequencer(*geometry_, stripes_lanes);
}

bool StripesFeeder::turn() {
  turning_ = turning_ && weights_.step();
  return turning_;
}

void StripesFeeder::fetch(StripesFetched& fetched) {
  fetched.tag.valid = false;
  if (sequencer_.done()) {
    return;
  }
  if (sequencer_.starts_pass()) {
    sequencer_.begin_pass(stripes_weight_bits);
  }
  engine::ColumnTag& tag = fetched.tag;
  tag.valid = true;
  tag.starts_pass = sequencer_.starts_pass();
  tag.ends_pass = sequencer_.ends_pass();
  tag.starts_accumulation = sequencer_.starts_accumulation();
  tag.ends_accumulation = sequencer_.ends_accumulation();
  tag.place = sequencer_.place();
  fetched.bit = static_cast<std::uint8_t>(sequencer_.cycle());
  if (tag.starts_pass) {
    fetch_pass(fetched);
  }
  sequencer_.advance();
}

void StripesFeeder::fetch_pass(StripesFetched& fetched) const {
  const engine::ResultPlace& place = fetched.tag.place;
  const std::uint32_t first = sequencer_.pass() * stripes_lanes;
  for (unsigned row = 0; row < fetched.rows.size(); ++row) {
    for (unsigned lane = 0; lane < stripes_lanes; ++lane) {
      fetched.rows[row][lane] = weights_.weight(place.first_channel + row, first + lane);
    }
  }
  for (unsigned column = 0; column < fetched.columns.size(); ++column) {
    const bool has_position = column < place.positions;
    for (unsigned lane = 0; lane < stripes_lanes; ++lane) {
      fetched.columns[column][lane] =
          has_position ? activations_->read(place.first_position + column, first + lane)
                       : std::int16_t{0};
    }
  }
}

}  // namespace lacuna::baselines
