// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_command_counts.h"

namespace lacuna::memory {

DramCommandCounts& DramCommandCounts::operator+=(const DramCommandCounts& other) {
  reads += other.reads;
  writes += other.writes;
  inside_reads += other.inside_reads;
  inside_writes += other.inside_writes;
  instructions += other.instructions;
  instruction_writes += other.instruction_writes;
  instruction_reads += other.instruction_reads;
  instruction_beats += other.instruction_beats;
  activates += other.activates;
  precharges += other.precharges;
  refreshes += other.refreshes;
  bank_refreshes += other.bank_refreshes;
  power_downs += other.power_downs;
  row_hits += other.row_hits;
  row_misses += other.row_misses;
  row_conflicts += other.row_conflicts;
  active_clocks += other.active_clocks;
  active_down_clocks += other.active_down_clocks;
  precharged_down_clocks += other.precharged_down_clocks;
  rank_clocks += other.rank_clocks;
  return *this;
}

}  // namespace lacuna::memory
