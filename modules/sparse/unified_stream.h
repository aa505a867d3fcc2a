// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/span.h"
#include "core/tensor.h"
#include "sparse/unified_tensor.h"

namespace lacuna::sparse {

/// The file stream.bin of the unified format. Little-endian:
///
///     byte  0  magic "LACUNI", then uint16 version
///           8  uint8 N1 of 8 vectors, uint8 M of the windows, uint8 N3 of 8 columns
///          11  uint8 rank (2 or 4), 12: uint32 zero
///          16  uint64 dimensions [4], zero beyond the rank
///          48  uint64 vectors, 56: uint64 bytes that follow
///          64  vector index, 3 bits a vector: its row in its group; nothing where N1 is 8
///              value index, 2 bits a lane: the place in its window; nothing where M is 2
///              bit index, 3 bits a column: its significance; nothing where N3 is 8
///              data: a vector's sign byte, then a byte per stored column
///
/// Vectors stand in the order of UnifiedTensor. Each index is one string of bits from bit 0 of each
/// byte up, with zeros to the end of its last byte.
inline constexpr std::size_t unified_header_bytes = 64;
inline constexpr std::uint16_t unified_version = 1;

/// Packs vectors of weights of this shape.
std::vector<std::uint8_t> encode_unified_stream(const UnifiedTensor& tensor, const Shape& shape);

/// What a stream holds.
struct DecodedUnified {
  Shape shape;
  UnifiedTensor tensor;
};

/// Unpacks and checks everything, before any memory is taken that the bytes do not justify.
/// @param name stands in messages
/// @throws Error (bad_input) with the byte offset of what is wrong
DecodedUnified decode_unified_stream(Span<const std::uint8_t> bytes, const std::string& name);

}  // namespace lacuna::sparse
