// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/span.h"
#include "core/tensor.h"
#include "sparse/hss_row.h"

namespace lacuna::sparse {

/// Weights in an HSS format, row by row in the order [K, kh, kw, C].
struct HssTensor {
  HssFormat format;
  Shape shape;  ///< of the weights: [K, C] or [K, C, kh, kw]
  std::vector<HssRow> rows;
};

/// Prunes int8 weights [K, C] or [K, C, kh, kw]; a row is an output channel.
/// @throws Error (bad_input) as channels_last()
HssTensor compress_hss_tensor(const Tensor& weights, const HssFormat& format);
/// What it stands for: int8, in the original shape.
Tensor decode_hss_tensor(const HssTensor& tensor);

/// The file stream.bin of N:M and hierarchical structured sparsity. Little-endian:
///
///     byte  0  magic "LACUNH", then uint16 version
///           8  uint8 G1, H1, G0, H0: blocks, then values
///          12  uint8 rank (2 or 4), then zeros
///          16  uint64 dimensions [4], zero beyond the rank
///          48  uint64 windows of a row, 56: uint64 bytes that follow
///          64  values [K, windows, G1, G0], then the indices of each row, filled up to whole bytes
inline constexpr std::size_t hss_header_bytes = 64;
inline constexpr std::uint16_t hss_version = 1;

std::vector<std::uint8_t> encode_hss_stream(const HssTensor& tensor);
/// Unpacks and checks everything, before any memory is taken that the bytes do not justify.
/// @param name stands in messages
/// @throws Error (bad_input) with the byte offset of what is wrong
HssTensor decode_hss_stream(Span<const std::uint8_t> bytes, const std::string& name);

}  // namespace lacuna::sparse
