// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <systemc>

#include "core/units.h"
#include "enmc/executor.h"
#include "enmc/isa.h"
#include "enmc/rank_accounts.h"
#include "enmc/rank_buffers.h"
#include "enmc/rank_params.h"
#include "enmc/registers.h"
#include "enmc/screener.h"
#include "enmc/tile_unit.h"
#include "memory/rank_logic.h"
#include "tlm/watchdog.h"

namespace lacuna::enmc {

/// The ENMC controller of a rank (Fig 6.6): status registers, the instruction buffer, a FIFO, and the
/// decoder, which takes one instruction a clock and hands it to Screener or Executor.
///
/// QUERY and RETURN are answered as they come, everything else in order. More than the instruction
/// buffer holds, or what is no instruction, ends the simulation: a host has to know better.
class Controller : public sc_core::sc_module, public memory::RankLogic {
 public:
  Controller(const sc_core::sc_module_name& name, const RankParams& params, RankPort& port,
             Screener& screener, Executor& executor, OutputBuffer& outputs, RankAccounts& accounts,
             tlm::Watchdog& watchdog, sc_core::sc_event& changed);

  void clocked_by(Time period) {
    period_ = period;
    tiles_.clocked_by(period);
  }
  /// Whom to tell that the rank changes hands.
  void belong_to(memory::RankInstructions& rank) { rank_ = &rank; }
  void receive(const memory::RankInstruction& instruction, Span<const std::uint8_t> data) override;
  void answer(const memory::RankInstruction& instruction, Span<std::uint8_t> data) override;

  std::uint64_t value(Register which) const;
  /// What it waits for, in words; empty if for nothing.
  std::string waiting_for() const;
  /// As long as the rank was the logic's.
  Time owned_time() const { return owned_; }

 private:
  void decode_all();
  void execute(const Instruction& instruction);
  void write(Register which, std::uint64_t value);
  void execute_on_tiles(const Instruction& instruction);
  void load(const Instruction& instruction);
  void multiply(const Instruction& instruction);
  void combine_parts();
  void await_all();
  void own(bool by_logic);
  void refuse(const std::string& why);
  std::uint64_t& at(Register which) { return registers_[static_cast<std::size_t>(which)]; }
  std::uint64_t of(Register which) const { return registers_[static_cast<std::size_t>(which)]; }
  std::uint64_t tile_address(const Instruction& instruction);
  std::uint64_t address_or_next(const Instruction& instruction, Register next, std::uint64_t bytes);
  Pass pass() const;

  RankParams params_;
  Screener& screener_;
  Executor& executor_;
  OutputBuffer& outputs_;
  RankAccounts& accounts_;
  tlm::Watchdog& watchdog_;
  sc_core::sc_event& changed_;
  memory::RankInstructions* rank_ = nullptr;
  Time period_{2499};
  TileUnit tiles_;
  std::array<std::uint64_t, register_ids> registers_{};
  std::deque<Instruction> waiting_;
  sc_core::sc_event received_;
  std::uint64_t executed_ = 0;
  std::uint64_t forgotten_candidates_ = 0;  // found before the last CLR
  bool executing_ = false;
  Time owned_since_;
  Time owned_;
};

}  // namespace lacuna::enmc
