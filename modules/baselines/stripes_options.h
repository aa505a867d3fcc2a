// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lacuna::baselines {

/// Rows of a Stripes weight tile are filled up to this many bytes: a word of a weight bank.
inline constexpr std::uint32_t stripes_row_alignment = 16;

/// What both bodies of the Stripes array must agree on. Rows and columns come with each tile's
/// geometry.
struct StripesOptions {
  unsigned accumulator_bits = 32;  ///< 16..32; sums wrap
  bool overheads =
      true;  ///< fill, drain and turning take time; otherwise a tile takes its weight bits only
  unsigned output_latency =
      3;  ///< cycles of the output stage after a complete dot product left its column
  unsigned turner_latency = 4;  ///< cycles from a turner's first word to its first row
};

/// Cycles from a partial sum leaving its column to the output buffer: one register.
inline constexpr unsigned stripes_partial_sum_latency = 1;

}  // namespace lacuna::baselines
