// SPDX-License-Identifier: Apache-2.0
#include "bitvert/pe_array_detailed.h"

#include "bitvert/sum_generator.h"

namespace lacuna::bitvert {
namespace {

template <unsigned sub_group>
void multiply_all(std::vector<Pe>& pes, const std::vector<RowControl>& rows,
                  const std::vector<PassOperands>& columns) {
  Pe* pe = pes.data();
  for (const RowControl& row : rows) {
    for (const PassOperands& column : columns) {
      (pe++)->multiply<sub_group>(row, column);
    }
  }
}

}  // namespace

engine::ArrayResult DetailedPeArray::compute(const engine::TileOperands& operands,
                                             Span<std::int32_t> accumulators) {
  begin(operands, accumulators);
  while (step()) {
  }
  return result();
}

void DetailedPeArray::begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) {
  geometry_ = operands.geometry;
  accumulators_ = accumulators;
  rows_ = geometry_->array_rows;
  columns_ = geometry_->array_columns;
  result_ = {};
  const engine::TileStep& step = geometry_->step;
  activations_.emplace(*geometry_, operands.activations);
  transposing_ = operands.weight_source != engine::WeightSource::stream;
  if (!transposing_) {
    metadata_ = MetadataReader(operands.metadata, step.blocks, step.groups, rows_);
    weights_ = WeightReader(operands.weights, metadata_, step.blocks, step.groups, rows_);
    begin_array();
    return;
  }
  metadata_ = MetadataReader::dense(step.blocks, step.groups, rows_);
  const bool transposed = operands.weight_source == engine::WeightSource::dynamic_transposed;
  transposer_ = Transposer({operands.weights, transposed, step.channels, step.elements, rows_},
                           options_.transposer_latency);
  if (!options_.overheads || !step.load_weights) {
    transposer_.finish();
  }
  weights_ = WeightReader(transposer_.columns(), metadata_, step.blocks, step.groups, rows_);
  begin_array();
}

void DetailedPeArray::begin_array() {
  const engine::TileStep& step = geometry_->step;
  sequencer_ = Sequencer(*geometry_, metadata_);
  schedulers_.assign(rows_, RowScheduler(options_.sub_group));
  pes_.assign(std::size_t{rows_} * columns_, Pe());
  const unsigned latency = step.last_chunk ? options_.output_latency : partial_sum_latency;
  outputs_ = engine::OutputRegisters(rows_, columns_, latency, step.channels, accumulators_);
  probe_.emplace(rows_);
  fetched_ = {{}, std::vector<FetchedColumn>(rows_), std::vector<PassOperands>(columns_)};
  scheduled_ = {{}, std::vector<RowControl>(rows_), std::vector<PassOperands>(columns_)};
  multiplied_ = {};
}

bool DetailedPeArray::done() const {
  return sequencer_.done() && !fetched_.tag.valid && !scheduled_.tag.valid && !multiplied_.valid &&
         outputs_.empty();
}

bool DetailedPeArray::step() {
  if (transposing_) {
    transposing_ = transposer_.step();
    if (transposing_) {
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
void DetailedPeArray::run_pipeline() {
  outputs_.clock();
  if (results_blocked()) {
    ++result_.drain_stall_cycles;
    return;
  }
  ++(multiplied_.valid ? result_.busy_cycles : result_.fill_cycles);
  accumulate();
  multiply();
  schedule();
  fetch();
}

// In the opposite order each stage sees what its predecessor has just written: registers without
// delay.
void DetailedPeArray::run_without_registers() {
  fetch();
  schedule();
  multiply();
  accumulate();
  outputs_.flush();
  ++result_.busy_cycles;
}

bool DetailedPeArray::results_blocked() const {
  return multiplied_.valid && multiplied_.ends_accumulation && !outputs_.free();
}

DetailedPeArray::Tag DetailedPeArray::tag_of_next() const {
  Tag tag;
  tag.valid = true;
  tag.starts_pass = sequencer_.starts_pass();
  tag.ends_pass = sequencer_.ends_pass();
  tag.starts_accumulation = sequencer_.starts_accumulation();
  tag.ends_accumulation = sequencer_.ends_accumulation();
  tag.place = {sequencer_.first_position(), sequencer_.positions(),
               sequencer_.column().block * rows_, sequencer_.valid_rows()};
  return tag;
}

void DetailedPeArray::fetch() {
  fetched_.tag.valid = false;
  if (sequencer_.done()) {
    return;
  }
  fetched_.tag = tag_of_next();
  const ColumnAddress& address = sequencer_.column();
  const BlockHeader header = metadata_.header(address.block);
  for (unsigned row = 0; row < rows_; ++row) {
    FetchedColumn& column = fetched_.rows[row];
    column.bits = weights_.column(address, row);
    column.index = static_cast<std::uint8_t>(address.index);
    column.header = header;
    if (fetched_.tag.starts_pass) {
      column.metadata = metadata_.group(address.block, row, address.group);
    }
  }
  if (fetched_.tag.starts_pass) {
    ++result_.passes;
    const engine::ResultPlace& place = fetched_.tag.place;
    for (unsigned column = 0; column < columns_; ++column) {
      fetched_.columns[column] = column < place.positions
                                     ? fetch_operands(place.first_position + column, address)
                                     : PassOperands{};
    }
  }
  sequencer_.advance();
}

PassOperands DetailedPeArray::fetch_operands(std::uint32_t position,
                                             const ColumnAddress& address) const {
  const std::uint32_t first = (address.group * passes_per_group + address.pass) * pass_length;
  std::array<std::int16_t, pass_length> activations;
  for (unsigned i = 0; i < pass_length; ++i) {
    activations[i] = activations_->read(position, first + i);
  }
  return generate_sums(activations, options_.sub_group);
}

void DetailedPeArray::schedule() {
  scheduled_.tag = fetched_.tag;
  if (!fetched_.tag.valid) {
    return;
  }
  const Tag& tag = fetched_.tag;
  for (unsigned row = 0; row < rows_; ++row) {
    scheduled_.rows[row] = schedulers_[row].schedule(fetched_.rows[row]);
    probe_->observe(row, fetched_.rows[row], tag.ends_pass);
  }
  if (tag.starts_pass) {
    scheduled_.columns = fetched_.columns;
  }
  if (tag.ends_pass) {
    for (unsigned column = 0; column < tag.place.positions; ++column) {
      result_.effective_macs += probe_->effective(fetched_.columns[column], tag.place.channels);
    }
  }
  fetched_.tag.valid = false;
}

void DetailedPeArray::multiply() {
  multiplied_ = scheduled_.tag;
  if (!scheduled_.tag.valid) {
    return;
  }
  count_lanes(scheduled_);
  if (options_.sub_group == 4) {
    multiply_all<4>(pes_, scheduled_.rows, scheduled_.columns);
  } else if (options_.sub_group == 8) {
    multiply_all<8>(pes_, scheduled_.rows, scheduled_.columns);
  } else {
    multiply_all<16>(pes_, scheduled_.rows, scheduled_.columns);
  }
  scheduled_.tag.valid = false;
}

void DetailedPeArray::accumulate() {
  if (!multiplied_.valid) {
    return;
  }
  for (Pe& pe : pes_) {
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

void DetailedPeArray::count_lanes(const Scheduled& column) {
  const engine::ResultPlace& place = column.tag.place;
  const std::uint64_t pes = std::uint64_t{rows_} * columns_;
  const std::uint64_t working = std::uint64_t{place.channels} * place.positions;
  std::uint64_t effectual = 0;
  for (unsigned row = 0; row < place.channels; ++row) {
    const RowControl& control = column.rows[row];
    effectual += static_cast<unsigned>(__builtin_popcount(control.plan.valid)) * place.positions;
    result_.constant_multiplications += control.constant.active ? place.positions : 0;
  }
  result_.pe_cycles += pes;
  result_.lane_cycles += pes * lanes_per_pe;
  result_.effectual_lane_cycles += effectual;
  result_.inter_pe_idle += (pes - working) * lanes_per_pe;
  result_.intra_pe_idle += working * lanes_per_pe - effectual;
}

}  // namespace lacuna::bitvert
