// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lacuna::engine {

/// What an array did with one tile: the same numbers whichever body computed it.
struct ArrayResult {
  std::uint64_t cycles = 0;              ///< first operand beat to last output beat
  std::uint64_t busy_cycles = 0;         ///< a weight column was worked on
  std::uint64_t fill_cycles = 0;         ///< pipeline filling, output stage latency
  std::uint64_t drain_stall_cycles = 0;  ///< waiting for the previous results to leave the columns
  std::uint64_t lane_cycles = 0;         ///< busy_cycles x all bit-serial lanes of the array
  std::uint64_t effectual_lane_cycles = 0;  ///< a lane added something
  std::uint64_t intra_pe_idle = 0;  ///< lane-cycles without an effectual bit in a working PE
  std::uint64_t inter_pe_idle =
      0;  ///< lane-cycles of PEs without work: shorter groups, edge rows and columns
  std::uint64_t pe_cycles = 0;  ///< busy_cycles x PEs of the array
  std::uint64_t passes = 0;     ///< operand sets taken by one array tile, summed over array tiles
  std::uint64_t constant_multiplications = 0;
  std::uint64_t effective_macs = 0;  ///< both operands non-zero

  // Values that pass the array's edges. Only of arrays that count them (ArrayModel::counts_values).
  std::uint64_t weight_reads = 0;      ///< weights taken from their buffer
  std::uint64_t activation_reads = 0;  ///< activations taken from theirs
  std::uint64_t sum_reads = 0;         ///< sums of earlier parts of a reduction taken up again
  std::uint64_t sum_writes = 0;        ///< sums given away, of a part or complete

  ArrayResult& operator+=(const ArrayResult& other);
  friend bool operator==(const ArrayResult& a, const ArrayResult& b);
};

}  // namespace lacuna::engine
