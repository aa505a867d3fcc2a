// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "core/parameters.h"
#include "sparse/bit_flip.h"

namespace lacuna::sparse {

/// What `lacuna compress bitflip` can be told.
struct BitFlipCompressOptions {
  unsigned columns = 5;
  unsigned group = 32;

  template <class Description>
  static void describe(Description& d) {
    d("columns", &BitFlipCompressOptions::columns,
      "bit columns that stay in a group, the sign column one of them; 8: no bit is flipped")
        .range(2U, 8U);
    d("group", &BitFlipCompressOptions::group, "weights whose bits are flipped together")
        .range(1U, 256U);
  }
};

/// What was written, as summary.json says it.
struct BitFlipSummary {
  BitFlipCompressOptions options;
  std::uint64_t weights = 0;
  std::uint64_t groups = 0;   ///< of eight weights
  std::uint64_t columns = 0;  ///< that are not zero, a byte each
  std::uint64_t squared_error = 0;
  unsigned max_absolute_error = 0;

  std::string to_json() const;
};

/// Flips bits of an int8 tensor [K, C] or [K, C, kh, kw] of a .npy file in the order [K, kh, kw, C], and writes into
/// `directory` (made if it is missing): weights.npy (int8, same shape), index.npy (uint8 [K, groups of eight weights], which
/// columns are not zero), columns.npy (uint8, these, highest first), summary.json. When anything fails, nothing of it is
/// left behind.
/// @throws Error (bad_input) with the place of what is wrong
BitFlipSummary compress_bit_flip(const std::string& input, const std::string& directory,
                                 const BitFlipCompressOptions& options);

}  // namespace lacuna::sparse
