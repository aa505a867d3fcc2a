// SPDX-License-Identifier: Apache-2.0
#include "sparq/tensor_core/array_detailed.h"

namespace lacuna::sparq {

void DetailedDotProductArray::begin(const engine::TileOperands& operands,
                                    Span<std::int32_t> accumulators) {
  geometry_ = operands.geometry;
  const engine::TileStep& step = geometry_->step;
  reset(*geometry_, step.last_chunk ? options_.array.output_latency : engine::partial_sum_latency,
        accumulators, 32, options_.array.drain_columns);
  activations_.emplace(*geometry_, operands.activations);
  const bool structured = options_.selection && !operands.metadata.empty();
  rule_ = issue_rule(options_, operands.reduced_activations, structured);
  weights_ = engine::SelectedWeights(operands, rule_.weights(), structured ? selection_slots : 0,
                                     options_.array.turner_latency);
  turning_ = options_.array.overheads && step.load_weights;
  if (!turning_) {
    weights_.finish_turning();
  }
  sequencer_ = engine::PassSequencer(*geometry_, rule_.elements());
  units_.assign(std::size_t{rows()} * columns(), DotProductUnit());
  fetched_ = {
      {}, 0, std::vector<RowOperands>(rows()), std::vector<std::vector<std::int16_t>>(columns())};
  prepared_ = {{}, std::vector<UnitOperand>(units_.size()), 0};
}

bool DetailedDotProductArray::turn_weights() {
  turning_ = turning_ && weights_.turn();
  return turning_;
}

void DetailedDotProductArray::fetch() {
  fetched_.tag.valid = false;
  if (sequencer_.done()) {
    return;
  }
  engine::ColumnTag& tag = fetched_.tag;
  tag.valid = true;
  if (sequencer_.starts_pass()) {
    sequencer_.begin_pass(rule_.clocks);
  }
  fetched_.clock = sequencer_.cycle();
  tag.starts_pass = sequencer_.starts_pass();
  tag.ends_pass = sequencer_.ends_pass();
  tag.starts_accumulation = sequencer_.starts_accumulation();
  tag.ends_accumulation = sequencer_.ends_accumulation();
  tag.place = sequencer_.place();
  if (tag.starts_pass) {
    fetch_operands();
  }
  sequencer_.advance();
}

void DetailedDotProductArray::fetch_operands() {
  const engine::ResultPlace& place = fetched_.tag.place;
  const std::uint32_t issue = sequencer_.pass();
  for (unsigned row = 0; row < rows(); ++row) {
    for (unsigned slot = 0; slot < rule_.weights(); ++slot) {
      fetched_.rows[row][slot] = weights_.weight(place.first_channel + row, issue, slot);
    }
  }
  const unsigned elements = rule_.elements();
  for (unsigned column = 0; column < columns(); ++column) {
    std::vector<std::int16_t>& operands = fetched_.columns[column];
    operands.assign(elements, 0);
    for (unsigned e = 0; column < place.positions && e < elements; ++e) {
      operands[e] = activations_->read(place.first_position + column, issue * elements + e);
    }
  }
  ++counted().passes;
}

/// The activation that a weight's multiplexer lets through; of a missing weight none, so that its neighbour takes its bits.
std::int16_t DetailedDotProductArray::selected(const engine::SelectedWeight& weight,
                                               unsigned column) const {
  const std::vector<std::int16_t>& operands = fetched_.columns[column];
  const bool there = weight.weight != 0 && weight.select < operands.size();
  return there ? operands[weight.select] : std::int16_t{0};
}

void DetailedDotProductArray::prepare() {
  prepared_.tag = fetched_.tag;
  if (!fetched_.tag.valid) {
    return;
  }
  for (unsigned column = 0; column < columns(); ++column) {
    // At the edge, once for all units of the column.
    std::array<PairOperand, unit_multipliers> trimmed{};
    for (unsigned m = 0; rule_.pairs && !rule_.selects && m < unit_multipliers; ++m) {
      const std::vector<std::int16_t>& operands = fetched_.columns[column];
      trimmed[m] = trimmer_.trim(static_cast<std::uint8_t>(operands[2 * m]),
                                 static_cast<std::uint8_t>(operands[2 * m + 1]));
    }
    for (unsigned row = 0; row < rows(); ++row) {
      prepared_.units[std::size_t{column} * rows() + row] = operand_of(row, column, trimmed);
    }
  }
  prepared_.effectual = fetched_.tag.ends_pass ? count_effectual(fetched_.tag.place) : 0;
  fetched_.tag.valid = false;
}

UnitOperand DetailedDotProductArray::operand_of(
    unsigned row, unsigned column, const std::array<PairOperand, unit_multipliers>& trimmed) const {
  const RowOperands& weights = fetched_.rows[row];
  UnitOperand operand;
  for (unsigned m = 0; m < unit_multipliers; ++m) {
    if (!rule_.pairs) {
      operand[m] = {trimmer_.split(selected(weights[m], column), fetched_.clock),
                    {weights[m].weight, 0}};
      continue;
    }
    const engine::SelectedWeight& first = weights[2 * m];
    const engine::SelectedWeight& second = weights[2 * m + 1];
    operand[m].weights = {first.weight, second.weight};
    operand[m].lanes = rule_.selects
                           ? trimmer_.trim(static_cast<std::uint8_t>(selected(first, column)),
                                           static_cast<std::uint8_t>(selected(second, column)))
                           : trimmed[m];
  }
  return operand;
}

/// An instrument, not hardware: before any activation is trimmed.
std::uint64_t DetailedDotProductArray::count_effectual(const engine::ResultPlace& place) const {
  std::uint64_t effectual = 0;
  for (unsigned row = 0; row < place.channels; ++row) {
    for (unsigned slot = 0; slot < rule_.weights(); ++slot) {
      for (unsigned column = 0; column < place.positions; ++column) {
        effectual += selected(fetched_.rows[row][slot], column) != 0 ? 1 : 0;
      }
    }
  }
  return effectual;
}

engine::ColumnTag DetailedDotProductArray::multiply() {
  const engine::ColumnTag tag = prepared_.tag;
  if (!tag.valid) {
    return tag;
  }
  for (std::size_t i = 0; i < units_.size(); ++i) {
    units_[i].multiply(prepared_.units[i]);
  }
  const std::uint64_t lanes = units_.size() * rule_.weights();
  const std::uint64_t working =
      std::uint64_t{tag.place.channels} * tag.place.positions * rule_.weights();
  engine::ArrayResult& result = counted();
  result.pe_cycles += units_.size();
  result.lane_cycles += lanes;
  result.effectual_lane_cycles += prepared_.effectual;
  result.effective_macs += prepared_.effectual;
  result.inter_pe_idle += lanes - working;
  result.intra_pe_idle += working - prepared_.effectual;
  prepared_.tag.valid = false;
  return tag;
}

void DetailedDotProductArray::add_products(bool starts_accumulation) {
  for (DotProductUnit& unit : units_) {
    unit.add(starts_accumulation, options_.array.accumulator_bits);
  }
}

void DetailedDotProductArray::read_sums(std::vector<std::int32_t>& values) const {
  for (std::size_t i = 0; i < units_.size(); ++i) {
    values[i] = units_[i].sum();
  }
}

}  // namespace lacuna::sparq
