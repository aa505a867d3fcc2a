// SPDX-License-Identifier: Apache-2.0
#include "engine/output_registers.h"

#include <algorithm>

namespace lacuna::engine {

OutputRegisters::OutputRegisters(unsigned rows, unsigned columns, unsigned latency,
                                 unsigned tile_channels, Span<std::int32_t> accumulators,
                                 unsigned sum_bits, unsigned together)
    : rows_(rows),
      tile_channels_(tile_channels),
      unused_bits_(32 - sum_bits),
      together_(together),
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
    take_columns(stages_.front());
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

void OutputRegisters::take_columns(Group& group) {
  const std::uint32_t columns = std::min(together_, place_.positions - next_column_);
  group.valid = true;
  group.position = place_.first_position + next_column_;
  group.first_channel = place_.first_channel;
  group.channels = place_.channels;
  group.sums.resize(std::size_t{columns} * place_.channels);
  for (std::size_t i = 0; i < columns; ++i) {
    const std::int32_t* from = values_.data() + (next_column_ + i) * rows_;
    std::copy(from, from + place_.channels, group.sums.data() + i * place_.channels);
  }
  next_column_ += columns;
}

void OutputRegisters::write(const Group& group) {
  const std::int32_t* from = group.sums.data();
  std::int32_t* to =
      accumulators_.data() + std::size_t{group.position} * tile_channels_ + group.first_channel;
  for (std::size_t first = 0; first < group.sums.size(); first += group.channels) {
    for (std::size_t i = 0; i < group.channels; ++i) {
      const std::uint32_t total =
          static_cast<std::uint32_t>(to[i]) + static_cast<std::uint32_t>(from[i]);
      to[i] = static_cast<std::int32_t>(total << unused_bits_) >> unused_bits_;
    }
    from += group.channels;
    to += tile_channels_;
  }
}

}  // namespace lacuna::engine
