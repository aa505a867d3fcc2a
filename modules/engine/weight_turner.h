// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/span.h"
#include "engine/array_model.h"
#include "engine/dense_rows.h"

namespace lacuna::engine {

/// Brings a tile of weights into rows of a channel, in place, before the array starts on it. Rows
/// that came from the packer or as [channels, elements] are so already. Rows of [elements,
/// channels] pass through 16-byte words of all banks (one an array row) at once, and take
///
///     latency + blocks * ceil(elements / 16)      cycles
///
/// once, when the tile has been loaded; a resident tile is turned already.
class WeightTurner {
 public:
  WeightTurner() = default;
  WeightTurner(const TileOperands& operands, unsigned latency);

  /// One clock. @return false when there was nothing left to do
  bool step();
  /// Everything at once.
  void finish();
  /// The weight of a channel and an element of the chunk; zero where there is none.
  std::uint8_t weight(std::uint32_t channel, std::uint32_t element) const;

 private:
  Span<const std::uint8_t> bytes_;
  bool transposed_ = false;
  std::uint32_t array_rows_ = 0;
  std::uint32_t channels_ = 0;
  std::uint32_t elements_ = 0;
  std::uint32_t row_bytes_ = 0;
  std::uint32_t waiting_ = 0;
  std::uint32_t turned_ = 0;
  std::uint32_t words_ = 0;
  std::vector<std::uint8_t> rows_;  // of a transposed tile, [channels, row bytes]
};

/// What the turner takes for a step, in closed form; 0 when its rows need no turning, or are resident.
std::uint64_t turning_cycles(const TileOperands& operands, unsigned latency);

}  // namespace lacuna::engine
