// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/span.h"
#include "engine/tile.h"

namespace lacuna::engine {

/// The address generator of a clocked array: one activation at a time, from its position and its
/// place in the kernel. Bodies in closed form gather whole tiles by other means, so that each
/// proves the other.
class ActivationReader {
 public:
  /// Both stay the caller's.
  ActivationReader(const TileGeometry& geometry, Span<const std::uint8_t> buffer)
      : geometry_(geometry), buffer_(buffer) {}

  /// The activation that reduction element `element` of the chunk meets at position `position` of
  /// the tile; zero in the padding and beyond the chunk's real elements.
  std::int16_t read(std::uint32_t position, std::uint32_t element) const;

 private:
  std::int16_t at(std::uint64_t offset) const;

  const TileGeometry& geometry_;
  Span<const std::uint8_t> buffer_;
};

}  // namespace lacuna::engine
