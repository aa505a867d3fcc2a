// SPDX-License-Identifier: Apache-2.0
#include "bitvert/transposer.h"

#include "bitvert/signals.h"

namespace lacuna::bitvert {
namespace {

constexpr unsigned group_length = passes_per_group * pass_length;
/// Eight columns of 16 bits: as many bytes as the 16 weights they come from.
constexpr unsigned pass_bytes = max_columns * pass_length / 8;

}  // namespace

Transposer::Transposer(const DynamicWeights& weights, unsigned latency)
    : weights_(weights),
      blocks_((weights.channels + weights.rows - 1) / weights.rows),
      passes_((weights.elements + group_length - 1) / group_length * passes_per_group),
      waiting_(latency),
      turned_(weights.transposed ? 0 : blocks_ * passes_),
      rows_(std::size_t{blocks_} * weights.rows * passes_ * pass_length, 0),
      stream_(rows_.size(), 0) {}

bool Transposer::step() {
  const unsigned words = blocks_ * passes_;
  if (waiting_ > 0) {
    --waiting_;
    return true;
  }
  if (turned_ < words) {
    turn(turned_ / passes_, turned_ % passes_);
    ++turned_;
    return true;
  }
  if (emitted_ < words) {
    emit(emitted_ / passes_, emitted_ % passes_);
    ++emitted_;
    return true;
  }
  return false;
}

void Transposer::finish() {
  while (step()) {
  }
}

std::uint8_t Transposer::weight(unsigned channel, unsigned element) const {
  if (channel >= weights_.channels || element >= weights_.elements) {
    return 0;
  }
  const std::size_t offset = weights_.transposed
                                 ? std::size_t{element} * weights_.channels + channel
                                 : std::size_t{channel} * weights_.elements + element;
  return offset < weights_.bytes.size() ? weights_.bytes[offset] : 0;
}

void Transposer::turn(unsigned block, unsigned pass) {
  for (unsigned row = 0; row < weights_.rows; ++row) {
    const unsigned channel = block * weights_.rows + row;
    for (unsigned i = 0; i < pass_length; ++i) {
      const unsigned element = pass * pass_length + i;
      rows_[(std::size_t{channel} * passes_ + pass) * pass_length + i] = weight(channel, element);
    }
  }
}

void Transposer::emit(unsigned block, unsigned pass) {
  if (!weights_.transposed) {
    turn(block, pass);
  }
  for (unsigned row = 0; row < weights_.rows; ++row) {
    const std::size_t word =
        ((std::size_t{block} * weights_.rows + row) * passes_ + pass) * pass_bytes;
    for (unsigned column = 0; column < max_columns; ++column) {
      unsigned bits = 0;
      for (unsigned i = 0; i < pass_length; ++i) {
        bits |= ((rows_[word + i] >> (max_columns - 1 - column)) & 1u) << i;
      }
      stream_[word + column * 2] = static_cast<std::uint8_t>(bits);
      stream_[word + column * 2 + 1] = static_cast<std::uint8_t>(bits >> 8);
    }
  }
}

}  // namespace lacuna::bitvert
