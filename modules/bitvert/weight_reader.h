// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bitvert/metadata.h"
#include "core/span.h"

namespace lacuna::bitvert {

/// Where a weight column stands in a tile.
struct ColumnAddress {
  unsigned block = 0;
  unsigned group = 0;  ///< of the chunk
  unsigned pass = 0;   ///< of the group: 0 or 1
  unsigned index = 0;  ///< of the pass: 0 is the sign column
};

/// Reads weight columns out of the weight buffer: for each block, row, group and pass as many
/// 16-bit columns as the block's width of that group says, most significant first, bit i of a
/// column belonging to weight i of the pass. A row lies in one bank, so all rows deliver a column
/// in the same cycle. Bytes missing at the end read as zero.
class WeightReader {
 public:
  WeightReader() = default;
  WeightReader(Span<const std::uint8_t> buffer, const MetadataReader& metadata, unsigned blocks,
               unsigned groups, unsigned rows);

  std::uint16_t column(const ColumnAddress& address, unsigned row) const;

 private:
  std::uint8_t byte(std::size_t offset) const {
    return offset < buffer_.size() ? buffer_[offset] : 0;
  }

  struct Block {
    std::size_t offset = 0;
    std::size_t row_bytes = 0;
    std::vector<std::size_t> group_offsets;  ///< within a row
    std::vector<unsigned> widths;
  };
  Span<const std::uint8_t> buffer_;
  std::vector<Block> blocks_;
};

}  // namespace lacuna::bitvert
