// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/span.h"

namespace lacuna::bitvert {

/// The first byte of a block's metadata.
struct BlockHeader {
  bool has_constants = false;  ///< one byte per row and group follows
  bool subtracts_constants =
      false;  ///< zero-point shifting: signed, subtracted; otherwise unsigned, added
};

/// The byte of one row and group [BBS §III-D: 2 + 6 bits per 32 weights].
struct GroupMetadata {
  std::uint8_t redundant = 0;  ///< columns after the sign column that repeat it, 0..3
  std::uint8_t constant = 0;   ///< six bits
};

/// Reads the metadata buffer: for each block of a tile a header byte, a nibble per group with its
/// number of columns (group 0 in the low nibble of the first byte), and if the header says so a
/// byte per row and group. Bytes missing at the end read as zero; a width outside 2..8 reads as the
/// nearest bound, as the width decoder knows no other.
class MetadataReader {
 public:
  MetadataReader() = default;
  MetadataReader(Span<const std::uint8_t> blob, unsigned blocks, unsigned groups, unsigned rows);
  /// For weights that have none: eight columns everywhere, no constants.
  static MetadataReader dense(unsigned blocks, unsigned groups, unsigned rows);

  BlockHeader header(unsigned block) const;
  unsigned width(unsigned block, unsigned group) const;
  GroupMetadata group(unsigned block, unsigned row, unsigned group) const;

 private:
  std::uint8_t byte(std::size_t offset) const { return offset < blob_.size() ? blob_[offset] : 0; }

  Span<const std::uint8_t> blob_;
  bool dense_ = false;
  unsigned groups_ = 0;
  unsigned rows_ = 0;
  std::vector<std::size_t> block_offsets_;
};

}  // namespace lacuna::bitvert
