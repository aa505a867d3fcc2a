// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "sparse/unified_format.h"
#include "sparse/unified_tensor.h"

namespace lacuna::sparse {

/// What was written, as summary.json says it.
struct UnifiedSummary {
  UnifiedFormat format;
  UnifiedRounding rounding = UnifiedRounding::nearest;
  UnifiedSizes sizes;
  std::uint64_t stream_bytes = 0;  ///< length of stream.bin
  std::uint64_t zeros = 0;         ///< weights that are zero afterwards
  std::uint64_t squared_error = 0;
  unsigned max_absolute_error = 0;

  std::string to_json() const;
};

/// Prunes an int8 tensor [K, C] or [K, C, kh, kw] of a .npy file at three levels, in the order
/// [K, kh, kw, C], and writes into `directory` (made if it is missing): weights.npy (int8, same
/// shape), the streams vector_index.npy (int32 [vectors, 3]: row group, segment, row), and as uint8
/// value_index.npy [vectors, 8], sign.npy [vectors, 1], bit_index.npy and data.npy [vectors, 4 or 8],
/// stream.bin, summary.json. When anything fails, nothing of it is left behind.
/// @throws Error (bad_input) with the place of what is wrong
UnifiedSummary compress_unified_file(const std::string& input, const std::string& directory,
                                     const UnifiedFormat& format, UnifiedRounding rounding);

}  // namespace lacuna::sparse
