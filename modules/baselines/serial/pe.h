// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "core/span.h"

namespace lacuna::baselines {

/// Bit-serial multipliers of a PE, in every machine here.
inline constexpr unsigned serial_lanes = 8;

/// What a lane does in one cycle: it adds or subtracts an activation, shifted.
struct LaneOperation {
  std::uint8_t source = 0;  ///< which of the PE's activations
  std::uint8_t shift = 0;   ///< in the lane
  bool adds = false;
  bool negate = false;
};

/// What a PE does in one cycle.
struct PeOperation {
  std::array<LaneOperation, serial_lanes> lanes;
  std::uint8_t common_shift = 0;  ///< behind the adder tree
  std::uint8_t effectual = 0;     ///< lanes with something to do
  bool working = false;           ///< false: this PE has nothing left of its weights
  /// Lanes that add their own activation once more, shifted, in the same cycle. No circuit does; a cycle rule of BBS's
  /// simulator amounts to it (bitwave/column_parser.h).
  std::uint8_t free_column = 0;
  std::uint8_t free_shift = 0;
};

/// The datapath that the bit-serial machines share: activation selection, shift and negation in every lane, adder tree,
/// common shift. What the lanes are told is the machine's own.
inline std::int32_t dot_product(const PeOperation& operation, const std::int16_t* activations) {
  std::int32_t tree = 0;
  for (const LaneOperation& lane : operation.lanes) {
    const std::int32_t term = lane.adds ? activations[lane.source] * (1 << lane.shift) : 0;
    tree += lane.negate ? -term : term;
  }
  std::int32_t sum = tree * (1 << operation.common_shift);
  for (unsigned column = operation.free_column; column != 0; column &= column - 1) {
    sum += activations[__builtin_ctz(column)] * (1 << operation.free_shift);
  }
  return sum;
}

/// The accumulator behind one dot product, in the PE or behind the PEs that share one.
class SerialAccumulator {
 public:
  /// Stage "multiply" leaves its sum here.
  void take(std::int32_t product) { product_ = product; }
  /// Stage "accumulate". @param first from zero @param bits width of the accumulator, 16..32; it wraps
  void accumulate(bool first, unsigned bits) {
    const std::uint32_t before = first ? 0u : static_cast<std::uint32_t>(value_);
    const unsigned unused = 32 - bits;
    value_ = static_cast<std::int32_t>((before + static_cast<std::uint32_t>(product_)) << unused) >>
             unused;
  }
  std::int32_t value() const { return value_; }

 private:
  std::int32_t product_ = 0;  // pipeline register
  std::int32_t value_ = 0;
};

}  // namespace lacuna::baselines
