// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/span.h"

namespace lacuna::baselines {

/// Masks of many vectors, those of one chunk side by side: [chunks, 2, stride], stride a multiple of mask_lanes, and zero
/// where there is no vector.
struct MaskPlane {
  const std::uint64_t* words = nullptr;
  std::size_t stride = 0;
};
inline constexpr std::size_t mask_lanes = 8;

/// How an array tile goes through its chunks.
struct JoinCount {
  std::uint64_t cycles = 0;  ///< sum over the chunks of max(floor, most pairs of any PE)
  std::uint64_t pairs = 0;   ///< of all PEs: elements that are non-zero on both sides
};

/// Joins the masks of some rows with those of some columns.
/// @param rows from the plane's first vector on; @param column the first of the columns
JoinCount join_masks(const MaskPlane& weights, std::size_t rows, const MaskPlane& activations,
                     std::size_t column, std::size_t columns, std::size_t chunks, unsigned floor);

/// The masks of a vector of bytes: bit by bit which are not zero, as `put(word, bits)` for every 64 elements.
template <class Put>
void nonzero_words(Span<const std::uint8_t> bytes, Put put) {
  std::size_t i = 0;
  for (std::size_t word = 0; i < bytes.size(); ++word) {
    std::uint64_t bits = 0;
    for (unsigned at = 0; at < 64 && i < bytes.size(); at += 8, i += 8) {
      std::uint64_t x = 0;
      const std::size_t here = bytes.size() - i < 8 ? bytes.size() - i : 8;
      __builtin_memcpy(&x, bytes.data() + i, here);
      const std::uint64_t low = 0x7F7F7F7F7F7F7F7F;
      const std::uint64_t some = (((x & low) + low) | x) >> 7 & 0x0101010101010101;
      bits |= (some * 0x0102040810204080 >> 56) << at;  // byte i of `some` becomes bit i
    }
    put(word, bits);
  }
}

}  // namespace lacuna::baselines
