// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/span.h"
#include "core/tensor.h"
#include "sparse/bbs_tensor.h"

namespace lacuna::sparse {

/// The file stream.bin: a compressed tensor that says itself how it is to be read. Little-endian:
///
///     byte  0  magic "LACBBS", then uint16 version
///           8  uint8 method (0 rounded averaging, 1 zero-point shifting)
///           9  uint8 pruned columns N
///          10  uint8 bits of the constant
///          11  uint8 order (0 flattened, 1 machine)
///          12  uint16 weights of a group
///          14  uint8 rank (2 or 4)
///          15  uint8 zero
///          16  uint64 dimensions [4], zero beyond the rank
///          48  uint64 weights, 56: of a row, 64: uint64 groups, 72: uint64 bytes of the columns
///          80  metadata, a byte per group: redundant columns (bits 7..6), constant (bits 5..0)
///              widths, a nibble per group, the even group's in the low half: stored columns, 2..8
///              columns, group after group, the most significant first, as one string of bits from
///              bit 0 of each byte up; bit i of a column belongs to weight i; zeros fill the last
///              byte
inline constexpr std::size_t stream_header_bytes = 80;
inline constexpr std::uint16_t stream_version = 1;

/// Packs a compressed tensor. The zero columns beyond the third stay as stored columns.
std::vector<std::uint8_t> encode_stream(const CompressedTensor& compressed);

/// What a stream holds.
struct DecodedStream {
  Shape shape;
  TensorCompression how;  ///< `group` as stored: already shortened to the input channels
  GroupCut cut;
  std::vector<std::int16_t> weights;    ///< in the order [K, kh, kw, C]
  std::vector<GroupMetadata> metadata;  ///< redundant columns as stored, so at most 3
};

/// Unpacks and checks everything: lengths and counts against each other and against the bytes that
/// are there before any memory is taken, then every field of every group.
/// @param name stands in messages
/// @throws Error (bad_input) with the byte offset of what is wrong
DecodedStream decode_stream(Span<const std::uint8_t> bytes, const std::string& name);

}  // namespace lacuna::sparse
