// SPDX-License-Identifier: Apache-2.0
#include "engine/output_registers.h"

#include <algorithm>

namespace lacuna::engine {

OutputRegisters::OutputRegisters(unsigned rows, unsigned columns, unsigned latency,
                                 unsigned tile_channels, Span<std::int32_t> accumulators,
                                 unsigned sum_bits)
    : rows_(rows),
      tile_channels_(tile_channels),
      unused_bits_(32 - sum_bits),
      accumulators_(accumulators),
      values_(std::size_t{rows} * columns),
      stages_(latency) {}

void OutputRegisters::clock() {
  if (stages_.back().valid) {
    write(stages_.back());
    stages_.back().valid = false;
    --in_flight_;
  }
  std::rotate(stages_.begin(), stages_.end() - 1, stages_.end());
  if (!free()) {
    take_column(stages_.front());
    ++in_flight_;
  }
}

void OutputRegisters::load(const ResultPlace& place) {
  place_ = place;
  next_column_ = 0;
}

void OutputRegisters::flush() {
  while (!empty()) {
    clock();
  }
}

void OutputRegisters::take_column(Column& column) {
  const auto first = values_.begin() + static_cast<std::ptrdiff_t>(next_column_) * rows_;
  column.valid = true;
  column.position = place_.first_position + next_column_;
  column.first_channel = place_.first_channel;
  column.sums.assign(first, first + place_.channels);
  ++next_column_;
}

void OutputRegisters::write(const Column& column) {
  const std::size_t offset = std::size_t{column.position} * tile_channels_ + column.first_channel;
  for (std::size_t i = 0; i < column.sums.size(); ++i) {
    std::int32_t& sum = accumulators_[offset + i];
    const std::uint32_t total =
        static_cast<std::uint32_t>(sum) + static_cast<std::uint32_t>(column.sums[i]);
    sum = static_cast<std::int32_t>(total << unused_bits_) >> unused_bits_;
  }
}

}  // namespace lacuna::engine
