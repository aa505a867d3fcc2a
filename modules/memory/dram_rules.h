// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "memory/dram_command.h"
#include "memory/dram_device.h"

namespace lacuna::memory {

/// Between which pairs of commands a rule holds.
enum class DramScope : std::uint8_t {
  bank,         ///< to the same bank
  bank_group,   ///< to the same bank group of the same rank
  rank,         ///< to the same rank
  other_ranks,  ///< to another rank of the channel
  bus,          ///< to the same rank, and both take the channel's data bus
};

/// The later command comes at least so many clocks after the earlier one.
struct DramRule {
  DramCommand earlier;
  DramCommand later;
  DramScope scope;
  Clock clocks;
  std::string name;  ///< as the data sheet says it: "tRCD", "CL + BL/2 + 2 - CWL"
};

/// The rules of the device's standard.
std::vector<DramRule> rules_for(const DramDevice& device);

/// The rules between commands of a DDR3 or DDR4 channel (JESD79-3, JESD79-4). Beside them hold:
/// four activates of a rank in tFAW, one command a clock, a refresh needs what it refreshes
/// precharged. Instructions to logic beside the devices are known to these standards only: they
/// share the data bus with columns and concern no bank. What a rule says of PRE holds for every bank that a PREA precharges, what it says of
/// refresh_bank for every bank that is refreshed.
std::vector<DramRule> ddr_rules(const DramTimings& timing);
/// Of an LPDDR4 channel (JESD209-4): no bank groups, tRPab behind a PREA, tPPD, refresh of banks.
std::vector<DramRule> lpddr4_rules(const DramTimings& timing);
/// Whether banks that are refreshed one by one may be so in any order, each once in a round of all. LPDDR4: JESD209-4 forbids
/// only the same bank twice in a round. HBM2 is kept to the order of banks, which is right in any case.
bool refreshes_banks_in_any_order(const DramDevice& device);
/// Of an HBM2 pseudo-channel (JESD235): tRCDRD and tRCDWR, tRTW, refresh of banks tRREFD apart.
std::vector<DramRule> hbm2_rules(const DramTimings& timing);

}  // namespace lacuna::memory
