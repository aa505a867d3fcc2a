// SPDX-License-Identifier: Apache-2.0
#include "baselines/ant/code_rows.h"

#include <algorithm>

namespace lacuna::baselines {

AntCodeRows::AntCodeRows(const engine::TileOperands& operands, unsigned turner_latency)
    : stored_(operands.weight_source == engine::WeightSource::stream),
      channels_(operands.geometry.step.channels),
      elements_(operands.geometry.step.elements) {
  if (!stored_) {
    dense_ = engine::WeightTurner(operands, turner_latency);
    return;
  }
  codes_ = operands.weights;
  formats_ = operands.metadata;
  std::size_t offset = 0;
  for (std::uint32_t channel = 0; channel < channels_; ++channel) {
    row_offset_.push_back(offset);
    for (unsigned bits = 0; bits < format(channel).bits * elements_; bits += 128) {
      offset += 16;
    }
  }
}

void AntCodeRows::finish() {
  if (!stored_) {
    dense_.finish();
  }
}

AntRowFormat AntCodeRows::format(std::uint32_t channel) const {
  if (channel >= channels_) {
    return {};
  }
  if (!stored_) {
    return {8, 0, 0};
  }
  return AntRowFormat::of(channel < formats_.size() ? formats_[channel] : std::uint8_t{0});
}

unsigned AntCodeRows::code(std::uint32_t channel, std::uint32_t element) const {
  if (channel >= channels_ || element >= elements_) {
    return 0;
  }
  return stored_ ? stored_code(channel, element) : dense_.weight(channel, element);
}

unsigned AntCodeRows::stored_code(std::uint32_t channel, std::uint32_t element) const {
  const unsigned width = format(channel).bits;
  unsigned code = 0;
  for (unsigned i = 0; i < width; ++i) {
    const std::size_t bit = std::size_t{element} * width + i;
    const std::size_t at = row_offset_[channel] + bit / 8;
    const unsigned byte = at < codes_.size() ? codes_[at] : 0u;
    code |= ((byte >> (bit % 8)) & 1u) << i;
  }
  return code;
}

unsigned AntCodeRows::pass_cycles(std::uint32_t first, std::uint32_t rows) const {
  unsigned most = 1;
  for (std::uint32_t channel = first; channel < std::min(first + rows, channels_); ++channel) {
    most = std::max<unsigned>(most, format(channel).bits);
  }
  return most;
}

}  // namespace lacuna::baselines
