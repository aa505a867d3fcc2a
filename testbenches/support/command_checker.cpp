// SPDX-License-Identifier: Apache-2.0
#include "support/command_checker.h"

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include "support/command_kinds.h"
#include "support/data_bus_checker.h"

namespace lacuna::test {

namespace {

using memory::Clock;
using memory::DramCommand;
using memory::IssuedCommand;

}  // namespace

class CommandChecker::Rules {
 public:
  Rules(const memory::DramDevice& device, unsigned ranks, const RefreshDuty& duty)
      : t_(device.timing),
        groups_(device.organisation.bank_groups),
        banks_per_group_(device.organisation.banks_per_group),
        lpddr4_(device.standard == "LPDDR4"),
        hbm2_(device.standard == "HBM2"),
        duty_(duty),
        window_(window()),
        ranks_(ranks),
        data_bus_(device.timing, ranks, [this](bool kept, const char* rule) { need(kept, rule); }) {
    const Clock interval = refresh_interval();
    for (std::uint32_t i = 0; i < ranks; ++i) {
      ranks_[i].open.assign(std::size_t{groups_} * banks_per_group_, closed);
      ranks_[i].refreshed.assign(ranks_[i].open.size(), 0);
      // Staggered, so that ranks do not all stop at once.
      ranks_[i].due = interval * (i + 1) / ranks;
    }
  }

  std::map<std::string, int> broken;

  void add(const IssuedCommand& c) {
    need(c.clock >= last_, "commands out of order");
    last_ = c.clock;
    while (!recent_.empty() && c.clock - recent_.front().clock > window_) {
      recent_.pop_front();
    }
    if (for_logic(c.command)) {
      instruction(c);
      return;
    }
    state(c);
    for (const IssuedCommand& earlier : recent_) {
      const Clock gap = c.clock - earlier.clock;
      need(gap >= 1, "two commands in one clock");
      if (c.rank == earlier.rank || earlier.rank == memory::every_rank) {
        pair(earlier, c, gap);
      }
    }
    after_refresh(c);
    four_activates(c);
    data_bus_.add(c);
    if (duty_.mode != RefreshDuty::Mode::none) {
      refreshes(c);
    }
    recent_.push_back(c);
  }

  void finish() {
    data_bus_.transfer_until(last_ + 2 * window_);
    if (duty_.mode != RefreshDuty::Mode::none) {
      for (const Rank& rank : ranks_) {
        need(rank.due + late() >= (duty_.end > 0 ? duty_.end : last_), "refresh missing");
      }
    }
  }

 private:
  static constexpr std::int64_t closed = -1;
  static constexpr Clock long_ago = -1000000;
  struct Rank {
    std::vector<std::int64_t> open;  // row by bank
    bool asleep = false;
    Clock refresh = long_ago;              // the last of all banks
    std::deque<Clock> activates;           // the last four
    Clock due = 0;                         // of the next refresh
    std::vector<std::uint64_t> refreshed;  // times by bank
  };
  void need(bool kept, const char* rule) {
    if (!kept) {
      ++broken[rule];
    }
  }

  /// Beyond it no two commands matter to each other, a refresh of all banks apart.
  Clock window() const {
    const Clock written = t_.CWL + t_.burst + std::max(t_.WR, t_.WTR_L);
    return std::max({t_.RC, written, t_.RFC_pb, t_.RTW, t_.CL + t_.burst + 4, t_.XP, cke()}) + 2;
  }

  /// JESD79: the larger of three clocks and 5 ns, where the file does not say.
  Clock cke() const {
    return t_.CKE > 0 ? t_.CKE : std::max<Clock>(3, (5000 + t_.clock_ps - 1) / t_.clock_ps);
  }

  std::size_t index(std::uint32_t group, std::uint32_t bank) const {
    return std::size_t{group} * banks_per_group_ + bank;
  }

  /// The banks that a command works on.
  std::vector<std::size_t> banks_of(const IssuedCommand& c) const {
    std::vector<std::size_t> banks;
    const bool all = c.command == DramCommand::precharge_all || c.command == DramCommand::refresh;
    for (std::uint32_t group = 0; group < groups_; ++group) {
      for (std::uint32_t bank = 0; bank < banks_per_group_; ++bank) {
        const bool in_group = c.bank_group == group || c.bank_group == memory::every_bank_group;
        if (all || (in_group && c.bank == bank)) {
          banks.push_back(index(group, bank));
        }
      }
    }
    return banks;
  }

  static bool share_bank(const IssuedCommand& a, const IssuedCommand& b) {
    const auto all = [](const IssuedCommand& c) {
      return c.command == DramCommand::precharge_all || c.command == DramCommand::refresh;
    };
    const auto every_group = [](const IssuedCommand& c) {
      return c.bank_group == memory::every_bank_group;
    };
    return all(a) || all(b) ||
           (a.bank == b.bank && (a.bank_group == b.bank_group || every_group(a) || every_group(b)));
  }

  /// An instruction asks for slots on the buses, for a rank that is awake, and that no device takes
  /// it for a precharge.
  void instruction(const IssuedCommand& c) {
    need(c.row != 0, "instruction that is a precharge");
    need((c.row >> 10 & 1) == 0, "instruction that is a precharge of all banks");
    need(c.row < 8192, "instruction of more than 13 bits");
    need(c.rank != memory::every_rank || !returns_data(c.command), "answer from several ranks");
    for (std::uint32_t r = 0; r < ranks_.size(); ++r) {
      need(!ranks_[r].asleep || (c.rank != r && c.rank != memory::every_rank),
           "command in power-down");
    }
    for (const IssuedCommand& earlier : recent_) {
      const Clock gap = c.clock - earlier.clock;
      need(gap >= 1, "two commands in one clock");
      if (c.rank == earlier.rank || c.rank == memory::every_rank ||
          earlier.rank == memory::every_rank) {
        pair(earlier, c, gap);
      }
    }
    data_bus_.add(c);
    recent_.push_back(c);
  }

  /// One of the two is an instruction: only the data bus and power-down matter.
  void instruction_pair(const IssuedCommand& a, const IssuedCommand& b, Clock gap) {
    const Clock turned = t_.CL + t_.burst + 2 - t_.CWL;
    if (a.command == DramCommand::power_down_exit) {
      need(gap >= t_.XP, "tXP");
    } else if (b.command == DramCommand::power_down_enter) {
      const Clock latency = sends_data(a.command) ? t_.CWL : t_.CL;
      need(a.command == DramCommand::instruct || gap > latency + t_.burst,
           "instruction's data before power-down");
    } else if (returns_data(a.command) && sends_data(b.command)) {
      need(gap >= turned, "read to write");
    } else if (sends_data(a.command) && returns_data(b.command)) {
      need(gap >= t_.CWL + t_.burst + t_.WTR_S, "tWTR_S");
    } else if ((sends_data(a.command) && sends_data(b.command)) ||
               (returns_data(a.command) && returns_data(b.command))) {
      need(gap >= t_.CCD_S, "tCCD_S");
    }
  }

  /// Two commands of one rank, `gap` clocks apart.
  void pair(const IssuedCommand& a, const IssuedCommand& b, Clock gap) {
    if (for_logic(a.command) || for_logic(b.command)) {
      instruction_pair(a, b, gap);
      return;
    }
    if (a.command == DramCommand::power_down_enter || a.command == DramCommand::power_down_exit ||
        b.command == DramCommand::power_down_enter || b.command == DramCommand::power_down_exit) {
      power_pair(a, b, gap);
      return;
    }
    const bool same_bank = share_bank(a, b);
    const bool same_group = a.bank_group == b.bank_group;
    switch (a.command) {
      case DramCommand::activate:
        after_activate(b, gap, same_bank, same_group);
        break;
      case DramCommand::precharge:
      case DramCommand::precharge_all:
        after_precharge(a, b, gap, same_bank);
        break;
      case DramCommand::read:
        after_read(b, gap, same_bank, same_group);
        break;
      case DramCommand::write:
        after_write(b, gap, same_bank, same_group);
        break;
      case DramCommand::refresh_bank:
        after_bank_refresh(b, gap, same_bank);
        break;
      default:
        break;
    }
  }

  void after_activate(const IssuedCommand& b, Clock gap, bool same_bank, bool same_group) {
    if (b.command == DramCommand::activate) {
      need(!same_bank || gap >= t_.RC, "tRC");
      need(!same_group || gap >= t_.RRD_L, "tRRD_L");
      need(gap >= t_.RRD_S, "tRRD_S");
    } else if (is_precharge(b.command)) {
      need(!same_bank || gap >= t_.RAS, "tRAS");
    } else if (b.command == DramCommand::read) {
      need(!same_bank || gap >= t_.RCD, "tRCD");
    } else if (b.command == DramCommand::write) {
      need(!same_bank || gap >= (hbm2_ ? t_.RCD_W : t_.RCD), hbm2_ ? "tRCDWR" : "tRCD");
    } else if (b.command == DramCommand::refresh_bank) {
      need(!same_bank || gap >= t_.RC, "tRC before refresh");
      need(gap >= t_.RRD_S, "tRRD before refresh");
    }
  }

  void after_precharge(const IssuedCommand& a, const IssuedCommand& b, Clock gap, bool same_bank) {
    const bool all = lpddr4_ && a.command == DramCommand::precharge_all;
    const Clock closed = all ? t_.RP_ab : t_.RP;
    if (b.command == DramCommand::activate) {
      need(!same_bank || gap >= closed, all ? "tRPab" : "tRP");
    } else if (b.command == DramCommand::refresh) {
      need(gap >= closed, all ? "tRPab before refresh" : "tRP before refresh");
    } else if (b.command == DramCommand::refresh_bank) {
      need(!same_bank || gap >= closed, all ? "tRPab before refresh" : "tRP before refresh");
    } else if (is_precharge(b.command)) {
      need(!lpddr4_ || gap >= t_.PPD, "tPPD");
    }
  }

  void after_read(const IssuedCommand& b, Clock gap, bool same_bank, bool same_group) {
    if (b.command == DramCommand::read) {
      need(gap >= t_.CCD_S, "tCCD_S");
      need(!same_group || gap >= t_.CCD_L, "tCCD_L");
    } else if (b.command == DramCommand::write) {
      // The write's latency counts from the command to its strobe; LPDDR4's data come later still.
      const Clock latency = t_.CWL - t_.DQSS - t_.DQS2DQ;
      need(hbm2_ ? gap >= t_.RTW : gap + latency >= t_.CL + t_.burst + 2, "read to write");
    } else if (is_precharge(b.command)) {
      need(!same_bank || gap >= t_.RTP, "tRTP");
    }
  }

  void after_write(const IssuedCommand& b, Clock gap, bool same_bank, bool same_group) {
    // LPDDR4: WL + 1 + BL/2; the others WL + BL/2.
    const Clock done = t_.CWL - t_.DQSS - t_.DQS2DQ + t_.burst + (lpddr4_ ? 1 : 0);
    if (b.command == DramCommand::write) {
      need(gap >= t_.CCD_S, "tCCD_S");
      need(!same_group || gap >= t_.CCD_L, "tCCD_L");
    } else if (b.command == DramCommand::read) {
      need(gap >= done + t_.WTR_S, "tWTR_S");
      need(!same_group || gap >= done + t_.WTR_L, "tWTR_L");
    } else if (is_precharge(b.command)) {
      need(!same_bank || gap >= done + t_.WR, "tWR");
    }
  }

  void after_bank_refresh(const IssuedCommand& b, Clock gap, bool same_bank) {
    // HBM2 names the distance to other banks itself; LPDDR4 takes the next when the last is done.
    if (b.command == DramCommand::activate) {
      need(!same_bank || gap >= t_.RFC_pb, "tRFCpb");
      need(gap >= (hbm2_ ? t_.RREFD : t_.RRD_S), hbm2_ ? "tRREFD" : "tRRD after refresh");
    } else if (b.command == DramCommand::refresh_bank) {
      need(!same_bank || gap >= t_.RFC_pb, "tRFCpb");
      need(gap >= (hbm2_ ? t_.RREFD : t_.RFC_pb), hbm2_ ? "tRREFD" : "tRFCpb to another bank");
    } else if (b.command == DramCommand::refresh) {
      need(gap >= t_.RFC_pb, "tRFCpb before refresh");
    }
  }

  void power_pair(const IssuedCommand& a, const IssuedCommand& b, Clock gap) {
    if (b.command == DramCommand::power_down_exit) {
      need(a.command != DramCommand::power_down_enter || gap >= cke(), "tCKE asleep");
      return;
    }
    if (a.command == DramCommand::power_down_exit) {
      const bool again = b.command == DramCommand::power_down_enter;
      need(gap >= (again ? cke() : t_.XP), again ? "tCKE awake" : "tXP");
      return;
    }
    if (b.command != DramCommand::power_down_enter) {
      return;  // a command in power-down: the state tells
    }
    if (a.command == DramCommand::read) {
      need(gap >= t_.CL + t_.burst + 1, "read data before power-down");
    } else if (a.command == DramCommand::write) {
      need(gap >= t_.CWL + t_.burst + t_.WR, "tWR before power-down");
    } else if (a.command == DramCommand::refresh_bank) {
      need(gap >= t_.RFC_pb, "refresh before power-down");
    }
  }

  /// A refresh of all banks matters for longer than any other command.
  void after_refresh(const IssuedCommand& c) {
    Rank& rank = ranks_[c.rank];
    const Clock gap = c.clock - rank.refresh;
    if (c.command == DramCommand::power_down_enter) {
      need(gap >= t_.RFC, "refresh before power-down");
    } else if (c.command != DramCommand::power_down_exit && !is_precharge(c.command)) {
      need(gap >= t_.RFC, "tRFC");
    }
    if (c.command == DramCommand::refresh) {
      rank.refresh = c.clock;
    }
  }

  /// What a rank and its banks hold when the command comes.
  void state(const IssuedCommand& c) {
    Rank& rank = ranks_[c.rank];
    if (c.command == DramCommand::power_down_enter || c.command == DramCommand::power_down_exit) {
      const bool enter = c.command == DramCommand::power_down_enter;
      need(rank.asleep != enter,
           enter ? "power-down within power-down" : "exit from no power-down");
      rank.asleep = enter;
      return;
    }
    need(!rank.asleep, "command in power-down");
    if (c.command == DramCommand::precharge_all) {
      std::fill(rank.open.begin(), rank.open.end(), closed);
    } else if (is_refresh(c.command)) {
      for (const std::size_t refreshed : banks_of(c)) {
        need(rank.open[refreshed] == closed, c.command == DramCommand::refresh
                                                 ? "refresh with an open bank"
                                                 : "refresh of an open bank");
      }
    } else {
      std::int64_t& open = rank.open[index(c.bank_group, c.bank)];
      if (c.command == DramCommand::activate) {
        need(open == closed, "activate of an open bank");
        open = c.row;
      } else if (c.command == DramCommand::precharge) {
        open = closed;
      } else {
        need(open == c.row, "column command to a closed row");
      }
    }
  }

  void four_activates(const IssuedCommand& c) {
    if (c.command != DramCommand::activate) {
      return;
    }
    std::deque<Clock>& last = ranks_[c.rank].activates;
    if (last.size() == 4) {
      need(c.clock - last.front() >= t_.FAW, "tFAW");
      last.pop_front();
    }
    last.push_back(c.clock);
  }

  bool all_banks() const { return duty_.mode == RefreshDuty::Mode::all_bank; }
  Clock refresh_interval() const { return all_banks() ? t_.REFI : t_.REFI_pb; }
  Clock late() const { return refresh_interval() * duty_.postpone + duty_.slack; }

  void refreshes(const IssuedCommand& c) {
    Rank& rank = ranks_[c.rank];
    if (is_column(c.command) && duty_.drained) {
      need(c.clock < rank.due, "column command when a refresh is due");
    }
    if (c.command != (all_banks() ? DramCommand::refresh : DramCommand::refresh_bank)) {
      return;
    }
    need(c.clock >= rank.due - refresh_interval() * duty_.pull_in, "refresh before it is due");
    need(c.clock <= rank.due + late(), "refresh late");
    rank.due += refresh_interval();
    for (const std::size_t bank : banks_of(c)) {
      ++rank.refreshed[bank];
    }
    const auto [least, most] = std::minmax_element(rank.refreshed.begin(), rank.refreshed.end());
    need(*most - *least <= 1, "banks refreshed unequally often");
  }

  memory::DramTimings t_;
  std::uint32_t groups_;
  std::uint32_t banks_per_group_;
  bool lpddr4_;
  bool hbm2_;
  RefreshDuty duty_;
  Clock window_;
  Clock last_ = long_ago;
  std::vector<Rank> ranks_;
  std::deque<IssuedCommand> recent_;
  DataBusChecker data_bus_;
};

CommandChecker::CommandChecker(const memory::DramDevice& device, unsigned ranks,
                               const RefreshDuty& duty)
    : rules_(std::make_unique<Rules>(device, ranks, duty)) {}

CommandChecker::~CommandChecker() = default;

void CommandChecker::add(const memory::IssuedCommand& command) {
  rules_->add(command);
}

std::map<std::string, int> CommandChecker::finish() {
  rules_->finish();
  return rules_->broken;
}

std::map<std::string, int> check_commands(memory::CommandLog log, const memory::DramDevice& device,
                                          unsigned ranks, const RefreshDuty& duty) {
  std::stable_sort(log.begin(), log.end(), [](const IssuedCommand& a, const IssuedCommand& b) {
    return a.clock < b.clock;
  });
  CommandChecker checker(device, ranks, duty);
  for (const IssuedCommand& command : log) {
    checker.add(command);
  }
  return checker.finish();
}

std::map<std::string, int> check_commands(memory::CommandLog log, const memory::DramDevice& device,
                                          unsigned ranks, bool refresh) {
  RefreshDuty duty;
  duty.mode = refresh ? RefreshDuty::Mode::all_bank : RefreshDuty::Mode::none;
  duty.drained = true;
  return check_commands(std::move(log), device, ranks, duty);
}

}  // namespace lacuna::test
