// SPDX-License-Identifier: Apache-2.0
#include "bitvert/column_feeder.h"

#include "bitvert/sum_generator.h"

namespace lacuna::bitvert {

void ColumnFeeder::begin(const engine::TileOperands& operands) {
  geometry_ = operands.geometry;
  const engine::TileStep& step = geometry_->step;
  const unsigned rows = geometry_->array_rows;
  activations_.emplace(*geometry_, operands.activations);
  transposing_ = operands.weight_source != engine::WeightSource::stream;
  if (transposing_) {
    metadata_ = MetadataReader::dense(step.blocks, step.groups, rows);
    const bool transposed = operands.weight_source == engine::WeightSource::dynamic_transposed;
    transposer_ = Transposer({operands.weights, transposed, step.channels, step.elements, rows},
                             options_.transposer_latency);
    if (!options_.overheads || !step.load_weights) {
      transposer_.finish();
    }
    weights_ = WeightReader(transposer_.columns(), metadata_, step.blocks, step.groups, rows);
  } else {
    metadata_ = MetadataReader(operands.metadata, step.blocks, step.groups, rows);
    weights_ = WeightReader(operands.weights, metadata_, step.blocks, step.groups, rows);
  }
  sequencer_ = Sequencer(*geometry_, metadata_);
}

bool ColumnFeeder::transpose() {
  transposing_ = transposing_ && transposer_.step();
  return transposing_;
}

ColumnTag ColumnFeeder::tag_of_next() const {
  ColumnTag tag;
  tag.valid = true;
  tag.starts_pass = sequencer_.starts_pass();
  tag.ends_pass = sequencer_.ends_pass();
  tag.starts_accumulation = sequencer_.starts_accumulation();
  tag.ends_accumulation = sequencer_.ends_accumulation();
  tag.place = {sequencer_.first_position(), sequencer_.positions(),
               sequencer_.column().block * geometry_->array_rows, sequencer_.valid_rows()};
  return tag;
}

bool ColumnFeeder::fetch(FetchedColumns& fetched) {
  fetched.tag.valid = false;
  if (sequencer_.done()) {
    return false;
  }
  fetched.tag = tag_of_next();
  const ColumnAddress& address = sequencer_.column();
  const BlockHeader header = metadata_.header(address.block);
  for (unsigned row = 0; row < fetched.rows.size(); ++row) {
    FetchedColumn& column = fetched.rows[row];
    column.bits = weights_.column(address, row);
    column.index = static_cast<std::uint8_t>(address.index);
    column.header = header;
    if (fetched.tag.starts_pass) {
      column.metadata = metadata_.group(address.block, row, address.group);
    }
  }
  if (fetched.tag.starts_pass) {
    const engine::ResultPlace& place = fetched.tag.place;
    for (unsigned column = 0; column < fetched.columns.size(); ++column) {
      fetched.columns[column] = column < place.positions
                                    ? fetch_operands(place.first_position + column, address)
                                    : PassOperands{};
    }
  }
  sequencer_.advance();
  return fetched.tag.starts_pass;
}

PassOperands ColumnFeeder::fetch_operands(std::uint32_t position,
                                          const ColumnAddress& address) const {
  const std::uint32_t first = (address.group * passes_per_group + address.pass) * pass_length;
  std::array<std::int16_t, pass_length> activations;
  for (unsigned i = 0; i < pass_length; ++i) {
    activations[i] = activations_->read(position, first + i);
  }
  return generate_sums(activations, options_.sub_group);
}

}  // namespace lacuna::bitvert
