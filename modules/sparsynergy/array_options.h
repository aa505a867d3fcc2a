// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sparsynergy/numerics.h"

namespace lacuna::sparsynergy {

/// An octet: two thread groups of four FEDPs, which share its activation register. Every FEDP takes a group of eight output
/// channels, for whose partial sums it has eight registers.
inline constexpr unsigned octet_fedps = 8;
/// Output channels of an FEDP.
inline constexpr unsigned fedp_channels = 8;
inline constexpr unsigned octet_channels = octet_fedps * fedp_channels;
/// Bit-column dot products of an FEDP.
inline constexpr unsigned fedp_columns = 4;
/// Lanes of a dot product: kept weights of a vector.
inline constexpr unsigned lanes = 8;
/// Run-time weights and vectors with all columns take two loads of four columns.
inline constexpr unsigned dense_loads = 2;
/// Banks of the weight buffer, whose words of 16 bytes a turner of transposed run-time weights fills at once.
inline constexpr unsigned weight_banks = 32;

/// What the bodies of the array must agree on. Rows (channels) and columns (positions) come with each tile's geometry.
struct ArrayOptions {
  Numerics numerics = Numerics::intended;
  unsigned sum_bits = 32;       ///< partial sums wrap; 16..32
  unsigned feed_interval = 1;   ///< clocks between two loads at least: the operand feed
  unsigned sum_interval = 1;    ///< clocks between two loads into the same partial sum at least
  bool overheads = true;        ///< fill, drain and turning take time
  unsigned output_latency = 3;  ///< of the output stage, after a complete sum
  unsigned turner_latency = 4;  ///< from the first word of transposed run-time weights

  /// What partial sums and accumulators keep.
  unsigned wrapped_sum_bits() const {
    return numerics == Numerics::intended ? sum_bits : published_sum_bits;
  }
};

/// Why a clock passes without a load.
enum class Wait : std::uint8_t {
  none,
  feed,    ///< operands are on their way to some core
  hazard,  ///< an earlier load into the same partial sum is not through
};

/// What the array counts beyond what every array does.
struct LoadCounts {
  std::uint64_t feed_stall_cycles = 0;    ///< no load because operands were still on their way
  std::uint64_t hazard_stall_cycles = 0;  ///< no load because a partial sum was not ready
  std::uint64_t second_loads = 0;  ///< busy cycles with the columns beyond a vector's first four
  std::uint64_t fedp_loads = 0;    ///< vectors' columns taken by FEDPs that have a position

  /// Counts a clock without a load. @return false when there was nothing to wait for
  bool count_wait(Wait wait) {
    feed_stall_cycles += wait == Wait::feed ? 1 : 0;
    hazard_stall_cycles += wait == Wait::hazard ? 1 : 0;
    return wait != Wait::none;
  }
  friend bool operator==(const LoadCounts& a, const LoadCounts& b) {
    return a.feed_stall_cycles == b.feed_stall_cycles &&
           a.hazard_stall_cycles == b.hazard_stall_cycles && a.second_loads == b.second_loads &&
           a.fedp_loads == b.fedp_loads;
  }
};

/// A body of this machine's array, beside its engine::ArrayModel.
class LoadCounter {
 public:
  virtual ~LoadCounter() = default;
  /// Of the last tile.
  virtual const LoadCounts& loads() const = 0;
};

}  // namespace lacuna::sparsynergy
