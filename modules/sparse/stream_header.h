// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/span.h"
#include "core/tensor.h"
#include "sparse/bbs_tensor.h"

namespace lacuna::sparse {

/// The head of stream.bin (bbs_stream.h shows its layout).
struct StreamHeader {
  Shape shape;
  TensorCompression how;
  GroupCut cut;
  std::uint64_t column_bytes = 0;

  std::size_t metadata_offset() const;
  std::size_t widths_offset() const;
  std::size_t columns_offset() const;
  std::size_t total_bytes() const;
};

std::vector<std::uint8_t> serialize(const StreamHeader& header);

/// Reads the head and checks it against itself and the file's length.
/// @throws Error (bad_input) with the byte offset of what is wrong
StreamHeader parse_stream_header(Span<const std::uint8_t> bytes, const std::string& name);

/// Reads metadata and widths of all groups, and checks that they belong together, fit the method,
/// and promise as many column bits as there are.
/// @returns redundant columns as stored, low columns, constant
/// @throws Error (bad_input) with the byte offset of what is wrong
std::vector<GroupMetadata> parse_group_metadata(const StreamHeader& header,
                                                Span<const std::uint8_t> bytes,
                                                const std::string& name);

}  // namespace lacuna::sparse
