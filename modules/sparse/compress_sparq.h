// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "sparse/sparq_tensor.h"

namespace lacuna::sparse {

/// What was written, as summary.json says it.
struct SparqSummary {
  SparqFormat format;
  SparqSizes sizes;
  std::uint64_t zeros = 0;  ///< activations that are zero, before as after
  std::uint64_t exact = 0;  ///< activations that keep their value
  std::uint64_t squared_error = 0;
  unsigned max_absolute_error = 0;

  std::string to_json() const;
};

/// Quantizes a uint8 tensor [M, K] or [N, C, H, W] of a .npy file, in pairs along K or, of images, along the channels of
/// each pixel, and writes into `directory` (made if it is missing): activations.npy (uint8, same shape: what the pairs stand
/// for), data.bin and metadata.bin (sparse/sparq_tensor.h; a row for every line of K or pixel), summary.json. When anything
/// fails, nothing of it is left behind.
/// @throws Error (bad_input) with the place of what is wrong
SparqSummary compress_sparq_file(const std::string& input, const std::string& directory,
                                 const SparqFormat& format);

}  // namespace lacuna::sparse
