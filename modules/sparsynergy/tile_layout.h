// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/span.h"
#include "sparse/unified_format.h"

namespace lacuna::sparsynergy {

/// Where a tile of compressed weights lies in its two buffers.
///
///     weight buffer    data: a vector's sign byte, then a byte per stored column
///     metadata buffer  byte 0: N1 of 8 vectors, 1: M of the windows, 2: N3 of 8 columns, 3: zero
///                      then vector index, 3 bits a vector: its row in its group; nothing where N1 is 8
///                      value index, 2 bits a lane: the place in its window; nothing where M is 2
///                      bit index, 3 bits a column: its significance; nothing where N3 is 8
///
/// Vectors stand group of eight rows by group, so that each FEDP reads one run; within it segment by segment. Each index is one
/// string of bits from bit 0 of each byte up, filled up to whole bytes; both blobs are filled up to whole words of 16 bytes.
class TileLayout {
 public:
  TileLayout(const sparse::UnifiedFormat& format, std::uint32_t channels, std::uint32_t elements);

  std::uint32_t segments() const { return segments_; }
  /// Vectors of each segment that a group of rows keeps.
  std::uint32_t kept(std::uint32_t group) const;
  /// Number of the first vector of a group and segment.
  std::uint64_t first_vector(std::uint32_t group, std::uint32_t segment) const;
  std::uint64_t vectors() const;

  std::uint64_t vector_bytes() const { return 1 + format_.stored_columns(); }
  std::uint64_t weights_bytes() const;
  std::uint64_t vector_index() const;  ///< byte offset in the metadata, as are the next
  std::uint64_t value_index() const;
  std::uint64_t bit_index() const;
  std::uint64_t metadata_bytes() const;

 private:
  sparse::UnifiedFormat format_;
  std::uint32_t channels_;
  std::uint32_t segments_;
};

/// The format that a tile's metadata starts with; what is missing or cannot be is brought into range.
sparse::UnifiedFormat format_of(Span<const std::uint8_t> metadata);

}  // namespace lacuna::sparsynergy
