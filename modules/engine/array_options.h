// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace lacuna::engine {

/// What the bodies of an output-stationary array must agree on. Rows and columns come with each tile's geometry.
struct ArrayOptions {
  unsigned accumulator_bits = 32;  ///< 16..32; sums wrap
  bool overheads =
      true;  ///< fill, drain and turning take time; otherwise a tile takes its passes only
  unsigned output_latency =
      3;  ///< cycles of the output stage after a complete dot product left its column
  unsigned turner_latency = 4;  ///< cycles from a weight turner's first word to its first row
  unsigned drain_columns = 1;   ///< whose results leave in one clock
};

/// Cycles from a partial sum leaving its column to the output buffer: one register.
inline constexpr unsigned partial_sum_latency = 1;
/// Fetch, prepare and multiply registers of a clocked array.
inline constexpr unsigned pipeline_fill = 3;

}  // namespace lacuna::engine
