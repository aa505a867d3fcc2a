// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "core/units.h"
#include "enmc/host_port.h"
#include "enmc/program.h"
#include "enmc/rank_buffers.h"
#include "memory/dram_instruction_window.h"
#include "sparse/screening/special_functions.h"

namespace lacuna::enmc {

/// The host's side of one channel: sends the ranks their programs, never more than their instruction
/// buffers hold, asks how far they are, and collects what they return.
class HostChannel {
 public:
  struct Rules {
    std::uint32_t channel = 0;
    std::uint32_t ranks = 1;  ///< of the channel
    std::uint32_t instruction_buffer = 64;
    Issue issue = Issue::auto_increment;
    Time poll_interval;
  };
  HostChannel(HostPort& port, const memory::DramInstructionWindow& window, const Rules& rules)
      : port_(port), window_(window), rules_(rules), ranks_(rules.ranks) {}

  /// Runs one program a rank to its end and collects everything, the parts of so many contexts'
  /// softmax among it; called from a process.
  void run(std::vector<Program> programs, std::uint32_t parts);

  /// What the ranks returned in the last run, in the order of returning.
  const std::vector<Result>& results(std::uint32_t rank) const { return ranks_[rank].results; }
  /// By rank, then context.
  const std::vector<sparse::screening::SoftmaxPart>& parts(std::uint32_t rank) const {
    return ranks_[rank].parts;
  }
  std::uint64_t sent() const { return sent_; }
  std::uint64_t polls() const { return polls_; }

 private:
  struct RankState {
    std::vector<Program> program;  // one
    std::uint64_t sent = 0;        // since the simulation began
    std::uint64_t executed = 0;
    bool finished = false;
    std::array<std::uint8_t, 64> returned{};
    std::array<std::uint8_t, 8> answer{};
    std::vector<Result> results;
    std::vector<sparse::screening::SoftmaxPart> parts;
  };
  bool send_what_fits();
  bool send_shared();
  void send(std::uint32_t rank, const Instruction& instruction);
  std::uint64_t room(const RankState& state) const {
    return rules_.instruction_buffer - (state.sent - state.executed);
  }
  /// Whether more than one poll's worth may be there.
  bool poll();
  bool take(RankState& state);
  void query(std::uint32_t rank, std::uint8_t which);
  void read_parts(std::uint32_t count);

  HostPort& port_;
  const memory::DramInstructionWindow& window_;
  Rules rules_;
  std::vector<RankState> ranks_;
  Outstanding writes_;
  Outstanding answers_;
  std::uint64_t sent_ = 0;
  std::uint64_t polls_ = 0;
};

}  // namespace lacuna::enmc
