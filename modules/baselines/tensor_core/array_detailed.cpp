// SPDX-License-Identifier: Apache-2.0
#include "baselines/tensor_core/array_detailed.h"

#include <algorithm>

namespace lacuna::baselines {

void DetailedFragmentArray::begin(const engine::TileOperands& operands,
                                  Span<std::int32_t> accumulators) {
  geometry_ = operands.geometry;
  const engine::TileStep& step = geometry_->step;
  reset(*geometry_, step.last_chunk ? options_.array.output_latency : engine::partial_sum_latency,
        accumulators);
  activations_.emplace(*geometry_, operands.activations);
  weights_ = engine::SelectedWeights(operands, fragment_values, options_.window_slots,
                                     options_.array.turner_latency);
  turning_ = options_.array.overheads && step.load_weights;
  if (!turning_) {
    weights_.finish_turning();
  }
  engine::TileGeometry with_phase = *geometry_;
  with_phase.step.elements += weights_.phase();
  sequencer_ = engine::PassSequencer(with_phase, weights_.pass_elements());
  sums_.assign(std::size_t{rows()} * columns(), 0);
  fetched_ = {
      {}, 0, std::vector<RowOperands>(rows()), std::vector<std::vector<std::int16_t>>(columns())};
  selected_ = {};
  products_.clear();
}

bool DetailedFragmentArray::turn_weights() {
  turning_ = turning_ && weights_.turn();
  return turning_;
}

void DetailedFragmentArray::fetch() {
  fetched_.tag.valid = false;
  if (sequencer_.done()) {
    return;
  }
  engine::ColumnTag& tag = fetched_.tag;
  tag.valid = true;
  if (sequencer_.starts_pass()) {
    sequencer_.begin_pass(options_.controller.period);
  }
  fetched_.cycle = sequencer_.cycle();
  tag.starts_pass = sequencer_.starts_pass();
  tag.ends_pass = sequencer_.ends_pass();
  tag.starts_accumulation = sequencer_.starts_accumulation();
  tag.ends_accumulation = sequencer_.ends_accumulation();
  tag.place = sequencer_.place();
  if (tag.starts_pass) {
    fetch_fragment();
  }
  sequencer_.advance();
}

void DetailedFragmentArray::fetch_fragment() {
  const engine::ResultPlace& place = fetched_.tag.place;
  const std::uint32_t pass = sequencer_.pass();
  for (unsigned row = 0; row < rows(); ++row) {
    for (unsigned slot = 0; slot < fragment_values; ++slot) {
      fetched_.rows[row][slot] = weights_.weight(place.first_channel + row, pass, slot);
    }
  }
  const std::uint32_t elements = weights_.pass_elements();
  for (unsigned column = 0; column < columns(); ++column) {
    std::vector<std::int16_t>& operands = fetched_.columns[column];
    operands.assign(elements, 0);
    for (std::uint32_t e = 0; column < place.positions && e < elements; ++e) {
      const std::uint32_t element = pass * elements + e;
      operands[e] = element < weights_.phase() ? std::int16_t{0}
                                               : activations_->read(place.first_position + column,
                                                                    element - weights_.phase());
    }
  }
  ++counted().passes;
}

void DetailedFragmentArray::prepare() {
  selected_.tag = fetched_.tag;
  if (!fetched_.tag.valid) {
    return;
  }
  selected_.works = options_.controller.works(fetched_.cycle);
  selected_.fedps.clear();
  if (selected_.works) {
    select(fragment_step(fetched_.cycle - options_.controller.first));
  }
  fetched_.tag.valid = false;
}

void DetailedFragmentArray::select(const FragmentStep& step) {
  for (unsigned octet_row = 0; octet_row < rows(); octet_row += octet_side) {
    for (unsigned octet_column = 0; octet_column < columns(); octet_column += octet_side) {
      for (unsigned i = 0; i < octet_fedps; ++i) {
        Fedp fedp;
        fedp.row = octet_row + step.first_row + i % 4;
        fedp.column = octet_column + step.first_column + i / 4;
        for (unsigned lane = 0; lane < fedp_lanes && fedp.row < rows() && fedp.column < columns();
             ++lane) {
          const engine::SelectedWeight& weight = fetched_.rows[fedp.row][step.first_lane + lane];
          const std::vector<std::int16_t>& operands = fetched_.columns[fedp.column];
          fedp.weights[lane] = weight.weight;
          fedp.activations[lane] =
              weight.select < operands.size() ? operands[weight.select] : std::int16_t{0};
        }
        selected_.fedps.push_back(fedp);
      }
    }
  }
}

engine::ColumnTag DetailedFragmentArray::multiply() {
  const engine::ColumnTag tag = selected_.tag;
  products_.clear();
  if (!tag.valid) {
    return tag;
  }
  count(tag.place);
  products_ = selected_.fedps;
  for (Fedp& fedp : products_) {
    for (unsigned lane = 0; lane < fedp_lanes; ++lane) {
      fedp.product += std::int32_t{fedp.weights[lane]} * fedp.activations[lane];
    }
  }
  selected_.tag.valid = false;
  return tag;
}

void DetailedFragmentArray::count(const engine::ResultPlace& place) {
  const std::uint64_t lanes = fedps_of(rows(), columns()) * fedp_lanes;
  std::uint64_t working = 0;
  std::uint64_t effectual = 0;
  for (const Fedp& fedp : selected_.fedps) {
    if (fedp.row >= place.channels || fedp.column >= place.positions) {
      continue;
    }
    working += fedp_lanes;
    for (unsigned lane = 0; lane < fedp_lanes; ++lane) {
      effectual += fedp.weights[lane] != 0 && fedp.activations[lane] != 0 ? 1 : 0;
    }
  }
  engine::ArrayResult& result = counted();
  result.pe_cycles += selected_.fedps.size();
  result.lane_cycles += lanes;
  result.effectual_lane_cycles += effectual;
  result.effective_macs += effectual;
  result.inter_pe_idle += lanes - working;
  result.intra_pe_idle += working - effectual;
}

void DetailedFragmentArray::add_products(bool starts_accumulation) {
  if (starts_accumulation) {
    std::fill(sums_.begin(), sums_.end(), 0);
  }
  const unsigned unused = 32 - options_.array.accumulator_bits;
  for (const Fedp& fedp : products_) {
    if (fedp.row < rows() && fedp.column < columns()) {
      std::int32_t& sum = sums_[std::size_t{fedp.column} * rows() + fedp.row];
      const std::uint32_t next =
          static_cast<std::uint32_t>(sum) + static_cast<std::uint32_t>(fedp.product);
      sum = static_cast<std::int32_t>(next << unused) >> unused;
    }
  }
}

void DetailedFragmentArray::read_sums(std::vector<std::int32_t>& values) const {
  values = sums_;
}

}  // namespace lacuna::baselines
