// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "sparse/hss_format.h"

namespace lacuna::sparse {

/// What was written, as summary.json says it.
struct HssSummary {
  HssFormat format;
  std::uint64_t weights = 0;
  std::uint64_t value_bits = 0;  ///< of the values that stay
  std::uint64_t index_bits = 0;
  std::uint64_t stream_bytes = 0;  ///< length of stream.bin
  std::uint64_t zeros = 0;         ///< weights that are zero afterwards
  std::uint64_t squared_error = 0;
  unsigned max_absolute_error = 0;

  std::string to_json() const;
};

/// Prunes an int8 tensor [K, C] or [K, C, kh, kw] of a .npy file by magnitude, in the order [K, kh, kw, C], and writes into
/// `directory` (made if it is missing): weights.npy (int8, same shape), values.npy (int8 [K, kept]), block_index.npy (uint8 [K,
/// kept blocks]), value_index.npy (uint8 [K, kept]), stream.bin, summary.json. When anything fails, nothing of it is left behind.
/// @throws Error (bad_input) with the place of what is wrong
HssSummary compress_hss_file(const std::string& input, const std::string& directory,
                             const HssFormat& format);

}  // namespace lacuna::sparse
