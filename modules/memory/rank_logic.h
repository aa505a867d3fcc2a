// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/span.h"

namespace lacuna::memory {

/// What a command in a reserved encoding says beside its data.
struct RankInstruction {
  std::uint32_t encoding = 0;  ///< the row-address bits A0 to A12
  bool broadcast = false;      ///< to all ranks of the channel
  std::uint64_t payload = 0;   ///< number of the payload that carried it, as in command traces
};

/// Logic beside the devices of a rank: it hears the instructions that the channel sends there. It
/// cannot hold them back; whoever sends more than it can take has to ask before.
class RankLogic {
 public:
  virtual ~RankLogic() = default;
  /// Called in the order of the commands, when the data have passed, or at the end of the command
  /// if it brings none.
  virtual void receive(const RankInstruction& instruction, Span<const std::uint8_t> data) = 0;
  /// Fills the data that the instruction asks for. Called when the first of them is due on the bus:
  /// the device's read latency after the command.
  virtual void answer(const RankInstruction& instruction, Span<std::uint8_t> data) = 0;
};

/// The place of such logic in one rank: a memory offers it, the logic's component binds it.
class RankInstructions {
 public:
  virtual ~RankInstructions() = default;
  virtual void attach(RankLogic& logic) = 0;
  /// The rank is the logic's from now on, or the host's again. Neither knows which rows the other left
  /// open, so all are closed by the channel's controller, which goes on refreshing the rank; while it
  /// is the logic's, accesses over the channel are refused (parameter concurrent_access).
  virtual void own(bool by_logic) = 0;
};

}  // namespace lacuna::memory
