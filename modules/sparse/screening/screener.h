// SPDX-License-Identifier: Apache-2.0
//
// The Screener's pass over all categories: INT4 dot products, biases, 32-bit sums.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/span.h"

namespace lacuna::sparse::screening {

/// Rows of packed INT4 weights and their biases, in steps of the sums; they stay where they are.
struct ScreenerRows {
  Span<const std::uint8_t> weights;  ///< rows `stride` bytes apart
  std::size_t stride = 0;            ///< at least int4_bytes(length)
  std::size_t length = 0;            ///< values of a row: k
  Span<const std::int32_t> bias;  ///< one a row, within +-largest_bias; their number is the rows'
};

/// sums[row] = bias[row] + weights[row] . context, exact for every encoding. Vectorized for the
/// host's instruction set; the same bits as dot_int4.
/// @param context  int4_bytes(length)
void screen(const ScreenerRows& rows, Span<const std::uint8_t> context, Span<std::int32_t> sums);

/// The same for several contexts in one pass over the weights.
/// @param contexts  [batch, int4_bytes(length)]
/// @param sums      [batch, rows]
void screen_batch(const ScreenerRows& rows, Span<const std::uint8_t> contexts, std::size_t batch,
                  Span<std::int32_t> sums);

/// The instruction set that screen() uses here: "AVX2", say.
const char* screen_instruction_set();

}  // namespace lacuna::sparse::screening
