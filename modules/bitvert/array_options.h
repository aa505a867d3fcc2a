// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lacuna::bitvert {

/// What both bodies of the array must agree on. Rows and columns come with each tile's geometry.
struct ArrayOptions {
  unsigned sub_group = 8;          ///< 4, 8 or 16 weights share a subtract path
  unsigned accumulator_bits = 32;  ///< 16..32; sums wrap
  bool overheads = true;  ///< fill, drain and transposing take time; otherwise a tile takes its
                          ///< weight columns only
  unsigned output_latency =
      3;  ///< cycles of the output stage after a complete dot product left its column
  unsigned transposer_latency = 4;  ///< cycles from a transposer's first word to its first column
};

/// Cycles from a partial sum leaving its column to the output buffer: one register.
inline constexpr unsigned partial_sum_latency = 1;

}  // namespace lacuna::bitvert
