// SPDX-License-Identifier: Apache-2.0
#include "bitvert/metadata.h"

#include <algorithm>

#include "bitvert/signals.h"

namespace lacuna::bitvert {

MetadataReader::MetadataReader(Span<const std::uint8_t> blob, unsigned blocks, unsigned groups,
                               unsigned rows)
    : blob_(blob), groups_(groups), rows_(rows) {
  std::size_t offset = 0;
  for (unsigned block = 0; block < blocks; ++block) {
    block_offsets_.push_back(offset);
    const bool constants = header(block).has_constants;
    offset += 1 + (groups + 1) / 2 + (constants ? std::size_t{rows} * groups : 0);
  }
}

MetadataReader MetadataReader::dense(unsigned blocks, unsigned groups, unsigned rows) {
  MetadataReader reader({}, blocks, groups, rows);
  reader.dense_ = true;
  return reader;
}

BlockHeader MetadataReader::header(unsigned block) const {
  const std::uint8_t value = byte(block_offsets_[block]);
  return {(value & 1u) != 0, (value & 2u) != 0};
}

unsigned MetadataReader::width(unsigned block, unsigned group) const {
  if (dense_) {
    return max_columns;
  }
  const std::uint8_t pair = byte(block_offsets_[block] + 1 + group / 2);
  const unsigned nibble = (group % 2 == 0 ? pair : pair >> 4) & 0xFu;
  return std::clamp(nibble, min_columns, max_columns);
}

GroupMetadata MetadataReader::group(unsigned block, unsigned row, unsigned group) const {
  if (!header(block).has_constants) {
    return {};
  }
  const std::size_t rows_begin = block_offsets_[block] + 1 + (groups_ + 1) / 2;
  const std::uint8_t value = byte(rows_begin + std::size_t{row} * groups_ + group);
  return {static_cast<std::uint8_t>(value >> 6), static_cast<std::uint8_t>(value & 0x3F)};
}

}  // namespace lacuna::bitvert
