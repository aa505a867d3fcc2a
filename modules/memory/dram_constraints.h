// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "memory/dram_command.h"
#include "memory/dram_device.h"

namespace lacuna::memory {

/// When each command may be issued next: the rules between commands of one channel, kept as
/// earliest clocks that every issued command raises. It knows nothing of rows or requests.
///
/// Banks are numbered through the channel: (rank, bank group, bank), bank fastest.
class DramConstraints {
 public:
  /// @param shared_bus whether ranks share a data bus; else they do not concern each other
  DramConstraints(const DramDevice& device, std::uint32_t ranks, bool shared_bus = true);

  std::uint32_t ranks() const { return static_cast<std::uint32_t>(ranks_.size()); }
  std::uint32_t banks_per_rank() const { return banks_per_rank_; }
  std::uint32_t group_of(std::uint32_t bank) const { return bank >> group_shift_; }
  std::uint32_t rank_of(std::uint32_t bank) const { return bank >> rank_shift_; }

  /// Least clocks from ACT to a column command.
  Clock rcd() const { return rcd_; }

  /// Clocks from a column command to the next of the same kind to the same bank.
  Clock column_spacing(DramCommand command) const { return spacing_[index(command)]; }
  /// The same to another bank group of its rank.
  Clock rank_column_spacing(DramCommand command) const { return rank_spacing_[index(command)]; }
  /// The least from it to any column command to any other bank of the channel.
  Clock least_column_spacing(DramCommand command) const { return least_spacing_[index(command)]; }

  /// By what the bank itself, and a precharge or refresh of it, allow.
  Clock of_bank(std::uint32_t bank, DramCommand command) const {
    return banks_[bank][index(command)];
  }
  Clock of_rank(std::uint32_t rank, DramCommand command) const {
    return ranks_[rank].next[index(command)];
  }
  /// By everything. FAW included.
  Clock earliest(std::uint32_t bank, DramCommand command) const {
    const std::size_t i = index(command);
    return std::max({banks_[bank][i], groups_[group_of(bank)][i], ranks_[rank_of(bank)].next[i]});
  }

  /// The command is issued: to this bank, or (a command to a rank) to the rank of this bank.
  /// @param on_bus whether its data take the bus that ranks share
  void issued(DramCommand command, std::uint32_t bank, Clock clock, bool on_bus = true) {
    const Updates& updates = updates_[index(command)];
    raise(banks_[bank], updates.bank, clock);
    raise(groups_[group_of(bank)], updates.group, clock);
    const std::uint32_t rank = rank_of(bank);
    raise(ranks_[rank].next, updates.rank, clock);
    if (command == DramCommand::activate) {
      activated(ranks_[rank], clock);
    }
    if (on_bus) {
      raise(ranks_[rank].next, updates.bus, clock);
      if (!updates.others.empty()) {
        raise_others(rank, updates.others, clock);
      }
    }
  }
  /// The rank takes no command before this clock.
  void hold(std::uint32_t rank, Clock until) {
    for (Clock& next : ranks_[rank].next) {
      next = std::max(next, until);
    }
  }
  /// What the command means for this bank alone, where one command is for several: the banks of a
  /// PREA, of a REFsb.
  void issued_to_bank(DramCommand command, std::uint32_t bank, Clock clock) {
    raise(banks_[bank], updates_[index(command)].bank, clock);
  }

 private:
  static constexpr std::size_t window = 4;  // activates that tFAW spans
  using Earliest = std::array<Clock, dram_command_count>;
  struct Rank {
    Earliest next{};
    std::array<Clock, window> activates{};  // the last four, a ring
    std::size_t oldest = 0;
  };
  struct Update {
    std::size_t later = 0;
    Clock clocks = 0;
  };
  struct Updates {
    std::vector<Update> bank;
    std::vector<Update> group;
    std::vector<Update> rank;
    std::vector<Update> others;
    std::vector<Update> bus;
  };

  void measure_spacing(DramCommand command);
  static std::size_t index(DramCommand command) { return static_cast<std::size_t>(command); }
  static void raise(Earliest& next, const std::vector<Update>& updates, Clock clock) {
    for (const Update& update : updates) {
      next[update.later] = std::max(next[update.later], clock + update.clocks);
    }
  }
  void raise_others(std::uint32_t rank, const std::vector<Update>& updates, Clock clock);
  void activated(Rank& rank, Clock clock) {
    rank.activates[rank.oldest] = clock;
    rank.oldest = (rank.oldest + 1) % window;
    Clock& next = rank.next[index(DramCommand::activate)];
    next = std::max(next, rank.activates[rank.oldest] + FAW_);
  }

  std::array<Updates, dram_command_count> updates_;
  std::vector<Earliest> banks_;
  std::vector<Earliest> groups_;
  std::vector<Rank> ranks_;
  std::uint32_t banks_per_rank_;
  std::uint32_t group_shift_ = 0;
  std::uint32_t rank_shift_ = 0;
  Clock FAW_;
  Clock rcd_ = 0;
  std::array<Clock, dram_command_count> spacing_{};
  std::array<Clock, dram_command_count> rank_spacing_{};
  std::array<Clock, dram_command_count> least_spacing_{};
};

}  // namespace lacuna::memory
