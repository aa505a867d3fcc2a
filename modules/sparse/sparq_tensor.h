// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/span.h"
#include "sparse/sparq_pair.h"

namespace lacuna::sparse {

/// Bits of the streams that stand for rows of activations.
struct SparqSizes {
  std::uint64_t activations = 0;
  std::uint64_t data = 0;      ///< windows
  std::uint64_t metadata = 0;  ///< ShiftCtrl and MuxCtrl
  double bits_per_activation() const {
    return static_cast<double>(data + metadata) / static_cast<double>(activations);
  }
};

/// Rows of activations as pairs along the row; of an odd row the last one is alone with a zero.
struct SparqTensor {
  SparqFormat format;
  std::size_t rows = 0;
  std::size_t elements = 0;      ///< of a row
  std::vector<SparqPair> pairs;  ///< [rows, ceil(elements / 2)]

  std::size_t pairs_of_row() const { return (elements + 1) / 2; }
  SparqSizes sizes() const;
};

/// @param activations [rows, elements]
SparqTensor encode_sparq(Span<const std::uint8_t> activations, std::size_t rows,
                         const SparqFormat& format);
/// [rows, elements]: what the pairs stand for.
std::vector<std::uint8_t> decode_sparq(const SparqTensor& tensor);

/// The two streams as they lie in memory. Each row starts at a byte, and within it the lanes follow each other from bit 0
/// up: in the data stream the windows, in the metadata stream ShiftCtrl (the number of the placement, ascending) and above
/// it MuxCtrl (0: the weight at the lane's own place in the pair, 1: the other).
struct SparqStreams {
  std::vector<std::uint8_t> data;
  std::vector<std::uint8_t> metadata;
};
SparqStreams pack_sparq(const SparqTensor& tensor);
/// @throws Error (bad_input) when a stream is too short, or a ShiftCtrl names no placement
SparqTensor unpack_sparq(const SparqStreams& streams, std::size_t rows, std::size_t elements,
                         const SparqFormat& format);

}  // namespace lacuna::sparse
