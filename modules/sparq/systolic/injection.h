// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sparq/pe_kind.h"

namespace lacuna::sparq {

/// What goes through the array from PE to PE with the operands of one pass.
struct PassTag {
  bool valid = false;
  bool starts = false;  ///< a dot product
  bool ends = false;
  std::uint32_t drain_first =
      0;  ///< columns [drain_first, drain_end) hand their second accumulators over
  std::uint32_t drain_end = 0;
  std::uint32_t drain_tile = 0;  ///< array tile that they hold

  bool drains(unsigned column) const { return drain_first <= column && column < drain_end; }
};

/// What enters at the array's edge in one clock; nothing of it is trimmed yet. Columns without a position get zeros.
struct Injection {
  PassTag tag;                                                       ///< the same for all rows
  std::vector<std::array<std::int8_t, pair_elements>> weights;       ///< of every row
  std::vector<std::array<std::int16_t, pair_elements>> activations;  ///< of every column
  unsigned part = 0;  ///< of activations at full precision, as TrimUnit::split() counts
};

}  // namespace lacuna::sparq
