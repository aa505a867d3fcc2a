// SPDX-License-Identifier: Apache-2.0
#include "engine/selected_weights.h"

namespace lacuna::engine {

SelectedWeights::SelectedWeights(const TileOperands& operands, unsigned values, unsigned slots,
                                 unsigned turner_latency)
    : values_of_pass_(values), slots_(slots), channels_(operands.geometry.step.channels) {
  if (slots_ == 0 || operands.metadata.empty()) {
    turner_ = WeightTurner(operands, turner_latency);
    return;
  }
  const TileStep& step = operands.geometry.step;
  layout_ =
      structured_layout(structured_format(operands.metadata), step.first_element, step.elements);
  values_ = operands.weights;
  indices_ = operands.metadata;
}

std::uint32_t SelectedWeights::pass_elements() const {
  return layout_ ? values_of_pass_ / slots_ * layout_->format.window_elements() : values_of_pass_;
}

SelectedWeight SelectedWeights::weight(std::uint32_t channel, std::uint32_t pass,
                                       unsigned slot) const {
  if (channel >= channels_) {
    return {};
  }
  if (layout_) {
    return selected(channel, pass, slot);
  }
  return {static_cast<std::int8_t>(turner_.weight(channel, pass * values_of_pass_ + slot)),
          static_cast<std::uint16_t>(slot)};
}

SelectedWeight SelectedWeights::selected(std::uint32_t channel, std::uint32_t pass,
                                         unsigned slot) const {
  const sparse::HssFormat& format = layout_->format;
  const std::uint32_t window_of_pass = slot / slots_;
  const std::uint32_t window = pass * (values_of_pass_ / slots_) + window_of_pass;
  const unsigned of_window = slot % slots_;
  if (of_window >= format.kept_values() || window >= layout_->windows) {
    return {};
  }
  const unsigned block_bits = format.blocks.index_bits();
  const unsigned value_bits = format.values.index_bits();
  const unsigned kept_block = of_window / format.values.kept;
  const std::uint64_t first_bit = std::uint64_t{window} * format.window_index_bits();
  const unsigned block = block_bits == 0
                             ? kept_block
                             : index(channel, first_bit + kept_block * block_bits, block_bits);
  const unsigned place =
      value_bits == 0
          ? of_window % format.values.kept
          : index(channel, first_bit + format.blocks.kept * block_bits + of_window * value_bits,
                  value_bits);
  const std::size_t at = std::size_t{channel} * layout_->value_row_bytes +
                         std::size_t{window} * format.kept_values() + of_window;
  return {at < values_.size() ? static_cast<std::int8_t>(values_[at]) : std::int8_t{0},
          static_cast<std::uint16_t>(window_of_pass * format.window_elements() +
                                     block * format.values.of + place)};
}

/// Bits `bit` and up of a channel's row of indices.
unsigned SelectedWeights::index(std::uint32_t channel, std::uint64_t bit, unsigned bits) const {
  const std::size_t row = structured_header_bytes + std::size_t{channel} * layout_->index_row_bytes;
  unsigned value = 0;
  for (unsigned i = 0; i < bits; ++i) {
    const std::size_t at = row + (bit + i) / 8;
    const unsigned byte = at < indices_.size() ? indices_[at] : 0u;
    value |= (byte >> (bit + i) % 8 & 1u) << i;
  }
  return value;
}

}  // namespace lacuna::engine
