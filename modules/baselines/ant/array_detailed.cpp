// SPDX-License-Identifier: Apache-2.0
#include "baselines/ant/array_detailed.h"

namespace lacuna::baselines {

void DetailedAntArray::begin(const engine::TileOperands& operands,
                             Span<std::int32_t> accumulators) {
  const engine::TileGeometry& geometry = operands.geometry;
  reset(geometry, geometry.step.last_chunk ? options_.output_latency : engine::partial_sum_latency,
        accumulators);
  activations_.emplace(geometry, operands.activations);
  codes_ = AntCodeRows(operands, options_.turner_latency);
  turning_ = options_.overheads && geometry.step.load_weights;
  if (!turning_) {
    codes_.finish();
  }
  sequencer_ = engine::PassSequencer(geometry, ant_lanes);
  pes_.assign(std::size_t{rows()} * columns(), AntPe());
  fetched_ = {{}, 0, std::vector<Codes>(rows()), std::vector<AntActivations>(columns())};
  integers_.assign(rows(), {});
  serialized_ = {{},
                 std::vector<AntColumn>(rows()),
                 std::vector<AntExponents>(rows()),
                 std::vector<AntActivations>(columns())};
}

bool DetailedAntArray::turn_weights() {
  turning_ = turning_ && codes_.turn();
  return turning_;
}

void DetailedAntArray::fetch() {
  fetched_.tag.valid = false;
  if (sequencer_.done()) {
    return;
  }
  engine::ColumnTag& tag = fetched_.tag;
  tag.place = sequencer_.place();
  if (sequencer_.starts_pass()) {
    pass_cycles_ = codes_.pass_cycles(tag.place.first_channel, rows());
    sequencer_.begin_pass(pass_cycles_);
  }
  tag.valid = true;
  tag.starts_pass = sequencer_.starts_pass();
  tag.ends_pass = sequencer_.ends_pass();
  tag.starts_accumulation = sequencer_.starts_accumulation();
  tag.ends_accumulation = sequencer_.ends_accumulation();
  fetched_.significance = pass_cycles_ - 1 - sequencer_.cycle();
  if (tag.starts_pass) {
    fetch_pass();
  }
  sequencer_.advance();
}

void DetailedAntArray::fetch_pass() {
  const engine::ResultPlace& place = fetched_.tag.place;
  const std::uint32_t first = sequencer_.pass() * ant_lanes;
  for (unsigned row = 0; row < rows(); ++row) {
    fetched_.rows[row].format = codes_.format(place.first_channel + row);
    for (unsigned lane = 0; lane < ant_lanes; ++lane) {
      fetched_.rows[row].lanes[lane] =
          static_cast<std::uint8_t>(codes_.code(place.first_channel + row, first + lane));
    }
  }
  for (unsigned column = 0; column < columns(); ++column) {
    const bool has_position = column < place.positions;
    for (unsigned lane = 0; lane < ant_lanes; ++lane) {
      fetched_.columns[column][lane] =
          has_position ? activations_->read(place.first_position + column, first + lane)
                       : std::int16_t{0};
    }
  }
  ++counted().passes;
}

void DetailedAntArray::prepare() {
  serialized_.tag = fetched_.tag;
  if (!fetched_.tag.valid) {
    return;
  }
  if (fetched_.tag.starts_pass) {
    decode_pass();
  }
  for (unsigned row = 0; row < rows(); ++row) {
    unsigned bits = 0;
    for (unsigned lane = 0; lane < ant_lanes; ++lane) {
      const auto integer = static_cast<std::uint8_t>(integers_[row][lane]);
      bits |= ((integer >> fetched_.significance) & 1u) << lane;
    }
    serialized_.rows[row] = {static_cast<std::uint16_t>(bits),
                             static_cast<std::uint8_t>(fetched_.significance),
                             fetched_.tag.starts_pass};
  }
  fetched_.tag.valid = false;
}

void DetailedAntArray::decode_pass() {
  for (unsigned row = 0; row < rows(); ++row) {
    for (unsigned lane = 0; lane < ant_lanes; ++lane) {
      const AntOperand operand =
          decode_operand(fetched_.rows[row].lanes[lane], fetched_.rows[row].format);
      integers_[row][lane] = operand.integer;
      serialized_.exponents[row][lane] = operand.exponent;
    }
  }
  serialized_.columns = fetched_.columns;
  count_effective();
}

void DetailedAntArray::count_effective() {
  const engine::ResultPlace& place = serialized_.tag.place;
  for (unsigned row = 0; row < place.channels; ++row) {
    for (unsigned column = 0; column < place.positions; ++column) {
      for (unsigned lane = 0; lane < ant_lanes; ++lane) {
        const bool both = integers_[row][lane] != 0 && serialized_.columns[column][lane] != 0;
        counted().effective_macs += both ? 1 : 0;
      }
    }
  }
}

engine::ColumnTag DetailedAntArray::multiply() {
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
  AntPe* pe = pes_.data();
  for (unsigned row = 0; row < rows(); ++row) {
    for (unsigned column = 0; column < columns(); ++column) {
      (pe++)->multiply(serialized_.rows[row], serialized_.exponents[row],
                       serialized_.columns[column]);
    }
  }
  serialized_.tag.valid = false;
  return tag;
}

void DetailedAntArray::add_products(bool starts_accumulation) {
  for (AntPe& pe : pes_) {
    pe.accumulate(starts_accumulation, options_.accumulator_bits);
  }
}

void DetailedAntArray::read_sums(std::vector<std::int32_t>& values) const {
  for (unsigned row = 0; row < rows(); ++row) {
    for (unsigned column = 0; column < columns(); ++column) {
      values[column * rows() + row] = pes_[row * columns() + column].accumulator();
    }
  }
}

}  // namespace lacuna::baselines
