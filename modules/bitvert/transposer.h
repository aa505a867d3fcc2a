// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/span.h"

namespace lacuna::bitvert {

/// Operands of a GEMM without offline weights: what lies in the weight buffer before it is
/// transposed.
struct DynamicWeights {
  Span<const std::uint8_t>
      bytes;  ///< int8, [channels, elements], or [elements, channels] if transposed
  bool transposed = false;
  unsigned channels = 0;
  unsigned elements = 0;
  unsigned rows = 32;  ///< of the array, and banks of the buffer
};

/// Turns rows of int8 into dense bit columns, in place, before the array starts on them.
///
/// Every bank (one an array row) delivers a word of 16 bytes a cycle and takes back the 8 columns x
/// 16 bits of one pass, which are 16 bytes too; all banks work at once. Words of [elements,
/// channels] are first turned into rows of a channel, at the same rate. So a tile takes
///
///     latency + turns * blocks * passes      cycles: turns = 1, or 2 if transposed; passes = 2 *
///     ceil(elements / 32)
///
/// once, when it has been loaded; a resident tile is transposed already.
class Transposer {
 public:
  Transposer() = default;
  Transposer(const DynamicWeights& weights, unsigned latency);

  /// One clock. @return false when there was nothing left to do
  bool step();
  /// Everything at once, for a tile that has been transposed before or takes no time.
  void finish();
  /// The tile as a stream of dense blocks: eight columns everywhere.
  Span<const std::uint8_t> columns() const { return {stream_}; }

 private:
  void turn(unsigned block, unsigned pass);
  void emit(unsigned block, unsigned pass);
  std::uint8_t weight(unsigned channel, unsigned element) const;

  DynamicWeights weights_;
  unsigned blocks_ = 0;
  unsigned passes_ = 0;
  unsigned waiting_ = 0;            // of the latency
  unsigned turned_ = 0;             // words of all banks turned into channel rows
  unsigned emitted_ = 0;            // words of all banks turned into columns
  std::vector<std::uint8_t> rows_;  // [channels, passes * 16], once turned
  std::vector<std::uint8_t> stream_;
};

}  // namespace lacuna::bitvert
