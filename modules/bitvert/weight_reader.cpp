// SPDX-License-Identifier: Apache-2.0
#include "bitvert/weight_reader.h"

#include "bitvert/signals.h"

namespace lacuna::bitvert {
namespace {

constexpr std::size_t column_bytes = pass_length / 8;

}  // namespace

WeightReader::WeightReader(Span<const std::uint8_t> buffer, const MetadataReader& metadata,
                           unsigned blocks, unsigned groups, unsigned rows)
    : buffer_(buffer) {
  std::size_t offset = 0;
  for (unsigned b = 0; b < blocks; ++b) {
    Block block;
    block.offset = offset;
    for (unsigned g = 0; g < groups; ++g) {
      block.widths.push_back(metadata.width(b, g));
      block.group_offsets.push_back(block.row_bytes);
      block.row_bytes += passes_per_group * column_bytes * block.widths.back();
    }
    offset += rows * block.row_bytes;
    blocks_.push_back(std::move(block));
  }
}

std::uint16_t WeightReader::column(const ColumnAddress& address, unsigned row) const {
  const Block& block = blocks_[address.block];
  const std::size_t in_group = address.pass * block.widths[address.group] + address.index;
  const std::size_t offset = block.offset + row * block.row_bytes +
                             block.group_offsets[address.group] + in_group * column_bytes;
  return static_cast<std::uint16_t>(byte(offset) | (byte(offset + 1) << 8));
}

}  // namespace lacuna::bitvert
