// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "core/parameters.h"
#include "sparse/adaptive_type.h"

namespace lacuna::sparse {

/// What `lacuna compress ant` can be told.
struct AdaptiveCompressOptions : AdaptiveOptions {
  template <class Description>
  static void describe(Description& d) {
    d("bits", &AdaptiveCompressOptions::bits, "bits of a code").range(4u, 8u);
    d("type", &AdaptiveCompressOptions::type,
      "int, flint, pot (power of two), or auto: the one of least squared error");
    d("scope", &AdaptiveCompressOptions::scope, "what shares a type: tensor, or channel");
  }
};

/// What was written, as summary.json says it.
struct AdaptiveSummary {
  AdaptiveCompressOptions options;
  std::uint64_t weights = 0;
  std::uint64_t channels = 0;
  std::uint64_t integer_channels = 0;
  std::uint64_t flint_channels = 0;
  std::uint64_t power_of_two_channels = 0;
  std::uint64_t squared_error = 0;
  unsigned max_absolute_error = 0;

  std::string to_json() const;
};

/// Encodes an int8 tensor [K, C] or [K, C, kh, kw] of a .npy file in the order [K, kh, kw, C], and writes into `directory` (made if
/// it is missing): weights.npy (int8, decoded, same shape), codes.npy (uint8 [K, weights of a channel]), formats.npy (uint8 [K],
/// format_byte()), summary.json. When anything fails, nothing of it is left behind.
/// @throws Error (bad_input) with the place of what is wrong
AdaptiveSummary compress_adaptive_file(const std::string& input, const std::string& directory,
                                       const AdaptiveCompressOptions& options);

}  // namespace lacuna::sparse
