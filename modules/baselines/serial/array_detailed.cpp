// SPDX-License-Identifier: Apache-2.0
#include "baselines/serial/array_detailed.h"

namespace lacuna::baselines {

void DetailedSerialArray::begin(const engine::TileOperands& operands,
                                Span<std::int32_t> accumulators) {
  geometry_ = operands.geometry;
  const engine::TileStep& step = geometry_->step;
  reset(*geometry_, step.last_chunk ? options_.output_latency : engine::partial_sum_latency,
        accumulators);
  layout_ = layout_of(*geometry_);
  activations_.emplace(*geometry_, operands.activations);
  const unsigned schedulers = rows() * layout_.row_pes;
  take_weights(operands, schedulers);
  turning_ = options_.overheads && step.load_weights;
  if (!turning_) {
    while (turn()) {
    }
  }
  sequencer_ = engine::PassSequencer(*geometry_, layout_.pass_elements());
  sums_.assign(std::size_t{rows()} * columns(), SerialAccumulator());
  fetched_ = {{}, std::vector<PeOperation>(schedulers)};
  prepared_ = fetched_;
  fetched_activations_.assign(std::size_t{columns()} * layout_.pass_elements(), 0);
  held_activations_ = fetched_activations_;
  non_zero_.assign(schedulers, 0);
}

bool DetailedSerialArray::turn_weights() {
  turning_ = turning_ && turn();
  return turning_;
}

void DetailedSerialArray::fetch() {
  fetched_.tag.valid = false;
  if (sequencer_.done()) {
    return;
  }
  engine::ColumnTag& tag = fetched_.tag;
  tag.valid = true;
  tag.starts_pass = sequencer_.starts_pass();
  tag.starts_accumulation = sequencer_.starts_accumulation();
  tag.place = sequencer_.place();
  if (tag.starts_pass) {
    load_pass(tag.place);
  }
  bool another = false;
  for (unsigned i = 0; i < fetched_.operations.size(); ++i) {
    fetched_.operations[i] = pending(i) ? schedule(i) : PeOperation();
    another = another || pending(i);
  }
  sequencer_.continue_pass(another);
  tag.ends_pass = sequencer_.ends_pass();
  tag.ends_accumulation = sequencer_.ends_accumulation();
  sequencer_.advance();
}

void DetailedSerialArray::load_pass(const engine::ResultPlace& place) {
  const std::uint32_t width = layout_.pass_elements();
  const std::uint32_t first = sequencer_.pass() * width;
  for (unsigned row = 0; row < rows(); ++row) {
    for (unsigned pe = 0; pe < layout_.row_pes; ++pe) {
      const unsigned scheduler = row * layout_.row_pes + pe;
      non_zero_[scheduler] =
          load(scheduler, place.first_channel + row, first + pe * layout_.pe_elements);
    }
  }
  for (unsigned column = 0; column < columns(); ++column) {
    const bool has_position = column < place.positions;
    for (unsigned element = 0; element < width; ++element) {
      fetched_activations_[column * width + element] =
          has_position ? activations_->read(place.first_position + column, first + element)
                       : std::int16_t{0};
    }
  }
  ++counted().passes;
}

void DetailedSerialArray::prepare() {
  prepared_.tag = fetched_.tag;
  if (!fetched_.tag.valid) {
    return;
  }
  prepared_.operations.swap(fetched_.operations);
  if (fetched_.tag.starts_pass) {
    held_activations_ = fetched_activations_;
    count_effective();
  }
  fetched_.tag.valid = false;
}

engine::ColumnTag DetailedSerialArray::multiply() {
  const engine::ColumnTag tag = prepared_.tag;
  if (!tag.valid) {
    return tag;
  }
  std::uint64_t working = 0;
  std::uint64_t effectual = 0;
  for (const PeOperation& operation : prepared_.operations) {
    working += operation.working ? 1 : 0;
    effectual += operation.effectual;
  }
  count_lanes(layout_.pes, working * tag.place.positions, effectual * tag.place.positions);
  SerialAccumulator* sum = sums_.data();
  for (unsigned row = 0; row < rows(); ++row) {
    const PeOperation* operations = prepared_.operations.data() + row * layout_.row_pes;
    const std::int16_t* activations = held_activations_.data();
    for (unsigned column = 0; column < columns(); ++column) {
      std::int32_t product = 0;
      for (unsigned pe = 0; pe < layout_.row_pes; ++pe) {
        product += operations[pe].working ? dot_product(operations[pe], activations) : 0;
        activations += layout_.pe_elements;
      }
      (sum++)->take(product);
    }
  }
  prepared_.tag.valid = false;
  return tag;
}

void DetailedSerialArray::add_products(bool starts_accumulation) {
  for (SerialAccumulator& sum : sums_) {
    sum.accumulate(starts_accumulation, options_.accumulator_bits);
  }
}

void DetailedSerialArray::read_sums(std::vector<std::int32_t>& values) const {
  for (unsigned row = 0; row < rows(); ++row) {
    for (unsigned column = 0; column < columns(); ++column) {
      values[column * rows() + row] = sums_[row * columns() + column].value();
    }
  }
}

void DetailedSerialArray::count_effective() {
  const engine::ResultPlace& place = prepared_.tag.place;
  const std::int16_t* activations = held_activations_.data();
  for (unsigned column = 0; column < place.positions; ++column) {
    for (unsigned pe = 0; pe < layout_.row_pes; ++pe) {
      std::uint64_t mask = 0;
      for (unsigned element = 0; element < layout_.pe_elements; ++element) {
        mask |= std::uint64_t{*activations++ != 0} << element;
      }
      for (unsigned row = 0; row < place.channels; ++row) {
        counted().effective_macs += static_cast<unsigned>(
            __builtin_popcountll(mask & non_zero_[row * layout_.row_pes + pe]));
      }
    }
  }
}

}  // namespace lacuna::baselines
