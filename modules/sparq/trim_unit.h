// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "sparq/pe_kind.h"
#include "sparse/sparq_format.h"

namespace lacuna::sparq {

/// What one multiplier of a PE takes, times 2^shift and one of two weights [SPARQ Fig. 2].
struct LaneOperand {
  std::int16_t bits = 0;    ///< of the activation
  std::uint8_t shift = 0;   ///< ShiftCtrl
  std::uint8_t weight = 0;  ///< MuxCtrl
};
using PairOperand = std::array<LaneOperand, pair_elements>;

/// Trimming and rounding as hardware at the array's edge does it: a priority encoder finds the leading one, the window is cut
/// out, and the bits below it decide whether it counts up. Nothing here is looked up or shared with the encoder of files.
class TrimUnit {
 public:
  TrimUnit() = default;
  TrimUnit(PeKind pe, const sparse::SparqFormat& format) : pe_(pe), format_(format) {}

  /// Both multipliers' operands for a pair of activations.
  PairOperand trim(std::uint8_t first, std::uint8_t second) const;
  /// Those of one clock of an activation at full precision; its bits take as many clocks as options say.
  /// @param part which 2 x bits of it, from the lowest
  PairOperand split(std::int16_t activation, unsigned part) const;
  /// Four bits of an activation, the upper ones if any of them is set: a PE of SySMT trims so for itself.
  LaneOperand half(std::uint8_t activation) const;

 private:
  LaneOperand window(std::uint8_t value, unsigned width, unsigned shift) const;
  unsigned placement(std::uint8_t value, unsigned width, bool wide) const;

  PeKind pe_ = PeKind::dense;
  sparse::SparqFormat format_;
};

}  // namespace lacuna::sparq
