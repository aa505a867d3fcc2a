// SPDX-License-Identifier: Apache-2.0
#include "baselines/stripes/array_detailed.h"

namespace lacuna::baselines {

void DetailedStripesArray::begin(const engine::TileOperands& operands,
                                 Span<std::int32_t> accumulators) {
  feeder_.begin(operands);
  const engine::TileGeometry& geometry = operands.geometry;
  reset(geometry, geometry.step.last_chunk ? options_.output_latency : engine::partial_sum_latency,
        accumulators);
  pes_.assign(std::size_t{rows()} * columns(), StripesPe());
  fetched_ = {{}, 0, std::vector<StripesWeights>(rows()), std::vector<StripesOperands>(columns())};
  serialized_ = {{}, std::vector<StripesColumn>(rows()), std::vector<StripesOperands>(columns())};
}

void DetailedStripesArray::fetch() {
  feeder_.fetch(fetched_);
  counted().passes += fetched_.tag.valid && fetched_.tag.starts_pass ? 1 : 0;
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
    counted().effective_macs += effective_products(fetched_);
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

}  // namespace lacuna::baselines
