// SPDX-License-Identifier: Apache-2.0
#include "engine/weight_turner.h"

#include <algorithm>

namespace lacuna::engine {

WeightTurner::WeightTurner(const TileOperands& operands, unsigned latency)
    : bytes_(operands.weights),
      transposed_(operands.weight_source == WeightSource::dynamic_transposed),
      array_rows_(operands.geometry.array_rows),
      channels_(operands.geometry.step.channels),
      elements_(operands.geometry.step.elements) {
  const std::uint32_t words_of_row = (elements_ + row_alignment - 1) / row_alignment;
  row_bytes_ =
      operands.weight_source == WeightSource::dynamic ? elements_ : words_of_row * row_alignment;
  if (transposed_) {
    waiting_ = latency;
    words_ = operands.geometry.step.blocks * words_of_row;
    rows_.assign(std::size_t{channels_} * row_bytes_, 0);
  }
}

bool WeightTurner::step() {
  if (waiting_ > 0) {
    --waiting_;
    return true;
  }
  if (turned_ == words_) {
    return false;
  }
  const std::uint32_t words_of_row = row_bytes_ / row_alignment;
  const std::uint32_t block = turned_ / words_of_row;
  const std::uint32_t first_element = turned_ % words_of_row * row_alignment;
  const std::uint32_t last_element = std::min(elements_, first_element + row_alignment);
  const std::uint32_t last_channel = std::min(channels_, (block + 1) * array_rows_);
  for (std::uint32_t channel = block * array_rows_; channel < last_channel; ++channel) {
    for (std::uint32_t element = first_element; element < last_element; ++element) {
      const std::size_t from = std::size_t{element} * channels_ + channel;
      rows_[std::size_t{channel} * row_bytes_ + element] = from < bytes_.size() ? bytes_[from] : 0;
    }
  }
  ++turned_;
  return true;
}

void WeightTurner::finish() {
  while (step()) {
  }
}

std::uint8_t WeightTurner::weight(std::uint32_t channel, std::uint32_t element) const {
  if (channel >= channels_ || element >= elements_) {
    return 0;
  }
  const std::size_t offset = std::size_t{channel} * row_bytes_ + element;
  if (transposed_) {
    return rows_[offset];
  }
  return offset < bytes_.size() ? bytes_[offset] : 0;
}

std::uint64_t turning_cycles(const TileOperands& operands, unsigned latency) {
  const TileStep& step = operands.geometry.step;
  if (!step.load_weights || operands.weight_source != WeightSource::dynamic_transposed) {
    return 0;
  }
  const std::uint64_t words = (step.elements + row_alignment - 1) / row_alignment;
  return latency + step.blocks * words;
}

}  // namespace lacuna::engine
