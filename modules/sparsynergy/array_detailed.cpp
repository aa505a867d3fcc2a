// SPDX-License-Identifier: Apache-2.0
#include "sparsynergy/array_detailed.h"

#include "engine/array_options.h"

namespace lacuna::sparsynergy {

void DetailedArray::begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) {
  controller_.begin(operands);
  const engine::TileGeometry& geometry = operands.geometry;
  reset(geometry, geometry.step.last_chunk ? options_.output_latency : engine::partial_sum_latency,
        accumulators, options_.wrapped_sum_bits());
  fedps_.assign(std::size_t{controller_.groups()} * columns(), Fedp());
  loaded_ = {};
  selected_ = {{}, false, {}, std::vector<LaneOperands>(fedps_.size())};
  loads_ = {};
}

void DetailedArray::fetch() {
  controller_.issue(loaded_);
  if (loaded_.tag.valid) {
    counted().passes += loaded_.tag.starts_pass ? 1 : 0;
    counted().effective_macs += effective_products(loaded_);
  }
}

void DetailedArray::prepare() {
  selected_.tag = loaded_.tag;
  loaded_.tag = {};
  if (!selected_.tag.valid) {
    return;
  }
  selected_.first_columns = loaded_.first_columns;
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
  std::uint64_t working = 0;
  std::uint64_t effectual = 0;
  for (unsigned group = 0; group < selected_.weights.size(); ++group) {
    const WeightLoad& weights = selected_.weights[group];
    for (unsigned column = 0; column < columns(); ++column) {
      const std::size_t at = std::size_t{group} * columns() + column;
      fedps_[at].multiply(weights, selected_.operands[at], options_.numerics);
    }
    if (weights.valid) {
      working += tag.place.positions;
      for (const std::uint8_t column : weights.column) {
        effectual += static_cast<std::uint64_t>(__builtin_popcount(column)) * tag.place.positions;
      }
    }
  }
  count_lanes(fedps_.size(), working, effectual);
  loads_.second_loads += selected_.first_columns ? 0 : 1;
  loads_.fedp_loads += working;
  return tag;
}

void DetailedArray::add_products(bool starts_accumulation) {
  for (Fedp& fedp : fedps_) {
    fedp.accumulate(starts_accumulation, options_.wrapped_sum_bits());
  }
}

void DetailedArray::read_sums(std::vector<std::int32_t>& values) const {
  for (unsigned group = 0; group < controller_.groups(); ++group) {
    for (unsigned column = 0; column < columns(); ++column) {
      const Fedp& fedp = fedps_[std::size_t{group} * columns() + column];
      for (unsigned row = 0; row < fedp_channels; ++row) {
        values[std::size_t{column} * rows() + group * fedp_channels + row] = fedp.sum(row);
      }
    }
  }
}

void DetailedArray::count_idle(const engine::ColumnTag& tag) {
  if (!loads_.count_wait(static_cast<Wait>(tag.idle_reason))) {
    ClockedArray::count_idle(tag);
  }
}

}  // namespace lacuna::sparsynergy
