// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lacuna::memory {

/// What a channel did so far.
struct DramCommandCounts {
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::uint64_t activates = 0;
  std::uint64_t precharges = 0;      ///< banks precharged, by PRE or PREA
  std::uint64_t refreshes = 0;       ///< of whole ranks
  std::uint64_t bank_refreshes = 0;  ///< REFpb, REFsb
  std::uint64_t power_downs = 0;     ///< entries into power-down
  std::uint64_t inside_reads = 0;    ///< RD from within ranks; in `reads` are those of the channel
  std::uint64_t inside_writes = 0;
  std::uint64_t instructions = 0;  ///< all of them
  std::uint64_t instruction_writes = 0;
  std::uint64_t instruction_reads = 0;
  std::uint64_t instruction_beats = 0;  ///< of their data
  std::uint64_t row_hits = 0;
  std::uint64_t row_misses = 0;              ///< the bank was precharged
  std::uint64_t row_conflicts = 0;           ///< another row was open
  std::uint64_t active_clocks = 0;           ///< rank-clocks with a row open, not in power-down
  std::uint64_t active_down_clocks = 0;      ///< rank-clocks in power-down with a row open
  std::uint64_t precharged_down_clocks = 0;  ///< rank-clocks in power-down without
  std::uint64_t rank_clocks = 0;             ///< all

  DramCommandCounts& operator+=(const DramCommandCounts& other);
};

}  // namespace lacuna::memory
