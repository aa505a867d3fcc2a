// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "baselines/sparten/chunk.h"
#include "engine/array_model.h"
#include "engine/weight_turner.h"

namespace lacuna::baselines {

/// A chunk as a PE joins it: which elements are not zero, and these packed.
template <class Value>
struct SparseVector {
  ChunkMask mask{};
  std::array<Value, sparten_chunk> values{};
};

/// Non-zero elements below one, as a prefix-sum circuit counts them.
inline unsigned prefix_sum(const ChunkMask& mask, unsigned element) {
  const std::uint64_t below = (std::uint64_t{1} << element % 64) - 1;
  const auto first = static_cast<unsigned>(
      __builtin_popcountll(mask[0] & (element < 64 ? below : ~std::uint64_t{0})));
  return element < 64 ? first
                      : first + static_cast<unsigned>(__builtin_popcountll(mask[1] & below));
}

/// Adds the next element of a chunk to its vector.
template <class Value>
void append(SparseVector<Value>& vector, unsigned element, Value value) {
  if (value != 0) {
    vector.values[prefix_sum(vector.mask, element)] = value;
    vector.mask[element / 64] |= std::uint64_t{1} << element % 64;
  }
}

/// A clocked array's view of its weight buffer: chunks of channels, stored compressed, or run-time weights that are compressed
/// when they are fetched.
class WeightVectors {
 public:
  WeightVectors() = default;
  WeightVectors(const engine::TileOperands& operands, unsigned turner_latency);

  /// One clock of turning run-time weights. @return false when nothing of it was left
  bool turn() { return turner_.step(); }
  void finish_turning() { turner_.finish(); }
  SparseVector<std::int8_t> read(std::uint32_t channel, std::uint32_t chunk) const;

 private:
  ChunkMask mask(std::uint32_t channel, std::uint32_t chunk) const;

  bool compressed_ = false;
  engine::WeightTurner turner_;
  Span<const std::uint8_t> values_;
  Span<const std::uint8_t> masks_;
  std::uint32_t channels_ = 0;
  std::uint32_t elements_ = 0;
  std::uint32_t chunks_ = 0;
  std::vector<std::size_t> starts_;  // of every chunk's values, [channels, chunks]
};

}  // namespace lacuna::baselines
