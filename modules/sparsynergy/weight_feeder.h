// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "engine/array_model.h"
#include "engine/weight_turner.h"
#include "sparse/unified_format.h"
#include "sparsynergy/array_options.h"
#include "sparsynergy/fedp.h"
#include "sparsynergy/tile_layout.h"

namespace lacuna::sparsynergy {

/// Reads the weight registers' content out of the weight and metadata buffers, a load at a time, or makes it of run-time
/// weights: sign and magnitude, the eight columns of a magnitude in two loads.
class WeightFeeder {
 public:
  WeightFeeder() = default;
  WeightFeeder(const engine::TileOperands& operands, unsigned turner_latency);

  /// One clock of turning transposed run-time weights. @return false when nothing is left of it
  bool turn() { return turner_.step(); }
  void finish_turning() { turner_.finish(); }

  unsigned segment_elements() const { return format_.vector_elements(); }
  /// Loads of every vector.
  unsigned loads() const { return stream_ && !format_.dense_columns() ? 1 : dense_loads; }
  /// Vectors that a group of eight channels has in each segment.
  std::uint32_t kept(std::uint32_t group) const;
  /// @param number of the vector in the segment; not valid when the group has fewer
  WeightLoad load(std::uint32_t group, std::uint32_t segment, std::uint32_t number,
                  unsigned load) const;
  /// Lanes of the vector that hold a weight other than zero, a bit each.
  std::uint8_t used_lanes(std::uint32_t group, std::uint32_t segment, std::uint32_t number) const;

 private:
  WeightLoad stream_load(std::uint32_t group, std::uint32_t segment, std::uint32_t number,
                         unsigned load) const;
  WeightLoad row_load(std::uint32_t group, std::uint32_t segment, std::uint32_t number,
                      unsigned load) const;
  unsigned data(std::uint64_t at) const;
  unsigned index_bits(std::uint64_t first_byte, std::uint64_t bit, unsigned count) const;

  bool stream_ = true;
  sparse::UnifiedFormat format_;
  std::optional<TileLayout> layout_;
  std::uint32_t channels_ = 0;
  Span<const std::uint8_t> weights_;
  Span<const std::uint8_t> metadata_;
  engine::WeightTurner turner_;
};

}  // namespace lacuna::sparsynergy
