// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lacuna::memory {

/// Device clocks since the start of the simulation.
using Clock = std::int64_t;

enum class DramCommand : std::uint8_t {
  activate,
  precharge,
  precharge_all,
  read,
  write,
  refresh,           ///< all banks of a rank
  refresh_bank,      ///< one bank (REFpb), or one bank of every bank group (REFsb)
  power_down_enter,  ///< of a rank
  power_down_exit,
  instruct,        ///< to logic beside a rank's devices, in a reserved encoding of PRE; no data
  instruct_write,  ///< the same with data for it, a write's
  instruct_read    ///< the same with data from it, a read's
};
inline constexpr std::size_t dram_command_count = 12;
/// "ACT", "PRE", "PREA", "RD", "WR", "REF", "REFB", "PDE", "PDX", "INS", "INSW", "INSR".
std::string name_of(DramCommand command);

/// The bank group of a refresh_bank that refreshes its bank in every bank group (REFsb).
inline constexpr std::uint32_t every_bank_group = ~std::uint32_t{0};

/// The rank of an instruction to all ranks of a channel.
inline constexpr std::uint32_t every_rank = ~std::uint32_t{0};

constexpr bool is_instruction(DramCommand command) {
  return command >= DramCommand::instruct;
}

/// A command as it appears on the command bus of one channel, or of a rank's own controller.
struct IssuedCommand {
  Clock clock = 0;
  DramCommand command = DramCommand::activate;
  std::uint32_t rank = 0;
  std::uint32_t bank_group = 0;
  std::uint32_t bank = 0;  ///< within its group
  std::uint32_t row = 0;   ///< of an instruction: its encoding, the row-address bits
  std::uint32_t column = 0;
  std::uint64_t payload = 0;  ///< number of the payload for which it is issued; 0: of none
  Clock arrival = 0;    ///< the first clock at which a command could be issued for that payload
  bool inside = false;  ///< from within the rank: not on the channel's buses
};

/// Everything a channel issued, in the order of planning: sort by clock to see the bus.
using CommandLog = std::vector<IssuedCommand>;

}  // namespace lacuna::memory
