// SPDX-License-Identifier: Apache-2.0
#include "baselines/bitwave/array_detailed.h"

namespace lacuna::baselines {
namespace {

constexpr std::size_t word_bytes = 16;

std::size_t next_word(std::size_t bytes) {
  return bytes % word_bytes == 0 ? bytes : bytes + word_bytes - bytes % word_bytes;
}

}  // namespace

void DetailedBitwaveArray::take_weights(const engine::TileOperands& operands, unsigned schedulers) {
  const engine::TileStep& step = operands.geometry.step;
  channels_ = step.channels;
  elements_ = step.elements;
  array_rows_ = operands.geometry.array_rows;
  parsers_.assign(schedulers, ColumnParser(rule_.sign));
  stored_ = operands.weight_source == engine::WeightSource::stream;
  if (!stored_) {
    dense_ = engine::WeightTurner(operands, options().turner_latency);
    return;
  }
  columns_ = operands.weights;
  indices_ = operands.metadata;
  find_columns(operands.geometry);
}

// What the loader of a weight bank does once: rows follow each other without gaps, and the indices say how long they are.
void DetailedBitwaveArray::find_columns(const engine::TileGeometry& geometry) {
  groups_ = (elements_ + serial_lanes - 1) / serial_lanes;
  block_indices_ = next_word(groups_ * array_rows_);
  const std::size_t slots = std::size_t{geometry.step.blocks} * array_rows_ * groups_;
  offset_.assign(slots, 0);
  std::size_t offset = 0;
  for (std::size_t slot = 0; slot < slots; ++slot) {
    if (slot % (array_rows_ * groups_) == 0) {
      offset = next_word(offset);
    }
    offset_[slot] = offset;
    for (unsigned index = index_at(slot); index != 0; index &= index - 1) {
      ++offset;
    }
  }
}

std::uint8_t DetailedBitwaveArray::index_at(std::size_t slot) const {
  const std::size_t of_block = array_rows_ * groups_;
  const std::size_t at = slot / of_block * block_indices_ + slot % of_block;
  return at < indices_.size() ? indices_[at] : std::uint8_t{0};
}

std::uint64_t DetailedBitwaveArray::load(unsigned scheduler, std::uint32_t channel,
                                         std::uint32_t element) {
  ColumnGroup group;
  std::uint64_t non_zero = 0;
  const bool exists = channel < channels_ && element < elements_;
  if (exists && stored_) {
    group = stored_group(channel * groups_ + element / serial_lanes);
  } else if (exists) {
    group = dense_group(channel, element);
  }
  if (exists && !stored_) {
    parsers_[scheduler].load_dense(group);
    non_zero = group.columns[7];
  } else {
    parsers_[scheduler].load(group);
  }
  for (unsigned column = 0; column < 7; ++column) {
    non_zero |= group.columns[column];
  }
  return non_zero;
}

ColumnGroup DetailedBitwaveArray::stored_group(std::size_t slot) const {
  ColumnGroup group;
  group.index = index_at(slot);
  std::size_t at = offset_[slot];
  for (unsigned column = 8; column-- > 0;) {
    if (((group.index >> column) & 1u) != 0) {
      group.columns[column] = at < columns_.size() ? columns_[at] : std::uint8_t{0};
      ++at;
    }
  }
  return group;
}

ColumnGroup DetailedBitwaveArray::dense_group(std::uint32_t channel, std::uint32_t element) const {
  ColumnGroup group;
  for (unsigned lane = 0; lane < serial_lanes; ++lane) {
    const std::uint8_t weight = dense_.weight(channel, element + lane);
    for (unsigned column = 0; column < 8; ++column) {
      group.columns[column] =
          static_cast<std::uint8_t>(group.columns[column] | (((weight >> column) & 1u) << lane));
    }
  }
  return group;
}

}  // namespace lacuna::baselines
