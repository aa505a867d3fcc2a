// SPDX-License-Identifier: Apache-2.0
#include "baselines/sparten/weight_vectors.h"

namespace lacuna::baselines {
namespace {

unsigned ones(const ChunkMask& mask) {
  return static_cast<unsigned>(__builtin_popcountll(mask[0]) + __builtin_popcountll(mask[1]));
}

}  // namespace

WeightVectors::WeightVectors(const engine::TileOperands& operands, unsigned turner_latency)
    : compressed_(operands.weight_source == engine::WeightSource::stream),
      values_(operands.weights),
      masks_(operands.metadata),
      channels_(operands.geometry.step.channels),
      elements_(operands.geometry.step.elements),
      chunks_((elements_ + sparten_chunk - 1) / sparten_chunk) {
  if (!compressed_) {
    turner_ = engine::WeightTurner(operands, turner_latency);
    return;
  }
  std::size_t at = 0;
  for (std::uint32_t channel = 0; channel < channels_; ++channel) {
    const std::size_t row = at;
    for (std::uint32_t chunk = 0; chunk < chunks_; ++chunk) {
      starts_.push_back(at);
      at += ones(mask(channel, chunk));
    }
    const std::size_t words = (at - row + engine::row_alignment - 1) / engine::row_alignment;
    at = row + words * engine::row_alignment;
  }
}

ChunkMask WeightVectors::mask(std::uint32_t channel, std::uint32_t chunk) const {
  const std::size_t first = (std::size_t{channel} * chunks_ + chunk) * sparten_mask_bytes;
  ChunkMask mask{};
  for (unsigned byte = 0; byte < sparten_mask_bytes; ++byte) {
    const std::uint64_t bits = first + byte < masks_.size() ? masks_[first + byte] : 0u;
    mask[byte / 8] |= bits << byte % 8 * 8;
  }
  return mask;
}

SparseVector<std::int8_t> WeightVectors::read(std::uint32_t channel, std::uint32_t chunk) const {
  SparseVector<std::int8_t> vector;
  if (channel >= channels_) {
    return vector;
  }
  const std::uint32_t first = chunk * sparten_chunk;
  if (!compressed_) {
    for (unsigned e = 0; e < sparten_chunk && first + e < elements_; ++e) {
      append(vector, e, static_cast<std::int8_t>(turner_.weight(channel, first + e)));
    }
    return vector;
  }
  vector.mask = mask(channel, chunk);
  const std::size_t start = starts_[std::size_t{channel} * chunks_ + chunk];
  for (unsigned i = 0; i < ones(vector.mask); ++i) {
    vector.values[i] =
        start + i < values_.size() ? static_cast<std::int8_t>(values_[start + i]) : std::int8_t{0};
  }
  return vector;
}

}  // namespace lacuna::baselines
