// SPDX-License-Identifier: Apache-2.0
#include "support/command_checker.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace lacuna::test {

namespace {

using memory::Clock;
using memory::DramCommand;
using memory::IssuedCommand;
using Bank = std::pair<std::uint32_t, std::uint32_t>;  // group, bank within it

bool is_column(DramCommand c) {
  return c == DramCommand::read || c == DramCommand::write;
}

bool is_precharge(DramCommand c) {
  return c == DramCommand::precharge || c == DramCommand::precharge_all;
}

bool is_refresh(DramCommand c) {
  return c == DramCommand::refresh || c == DramCommand::refresh_bank;
}

class Checker {
 public:
  Checker(const memory::DramDevice& device, unsigned ranks)
      : t_(device.timing),
        groups_(device.organisation.bank_groups),
        banks_per_group_(device.organisation.banks_per_group),
        lpddr4_(device.standard == "LPDDR4"),
        hbm2_(device.standard == "HBM2"),
        ranks_(ranks) {}

  std::map<std::string, int> broken;

  void check(const std::vector<IssuedCommand>& log, const RefreshDuty& duty) {
    for (std::size_t i = 0; i < log.size(); ++i) {
      state(log[i]);
      for (std::size_t j = i; j-- > 0 && log[i].clock - log[j].clock <= window();) {
        const Clock gap = log[i].clock - log[j].clock;
        need(gap >= 1, "two commands in one clock");
        if (log[i].rank == log[j].rank) {
          pair(log[j], log[i], gap);
        }
      }
    }
    four_activates(log);
    data_bus(log);
    if (duty.mode != RefreshDuty::Mode::none) {
      refreshes(log, duty);
    }
  }

 private:
  struct Rank {
    std::map<Bank, std::uint32_t> open;
    bool asleep = false;
  };

  void need(bool kept, const std::string& rule) {
    if (!kept) {
      ++broken[rule];
    }
  }

  Clock window() const {
    const Clock written = t_.CWL + t_.burst + std::max(t_.WR, t_.WTR_L);
    return std::max(
               {t_.RFC, t_.RC, written, t_.RFC_pb, t_.RTW, t_.CL + t_.burst + 4, t_.XP, cke()}) +
           2;
  }

  /// JESD79: the larger of three clocks and 5 ns, where the file does not say.
  Clock cke() const {
    return t_.CKE > 0 ? t_.CKE : std::max<Clock>(3, (5000 + t_.clock_ps - 1) / t_.clock_ps);
  }

  /// The banks that a command works on.
  std::vector<Bank> banks_of(const IssuedCommand& c) const {
    std::vector<Bank> banks;
    const bool all = c.command == DramCommand::precharge_all || c.command == DramCommand::refresh;
    for (std::uint32_t group = 0; group < groups_; ++group) {
      for (std::uint32_t bank = 0; bank < banks_per_group_; ++bank) {
        const bool in_group = c.bank_group == group || c.bank_group == memory::every_bank_group;
        if (all || (in_group && c.bank == bank)) {
          banks.emplace_back(group, bank);
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

  /// Two commands of one rank, `gap` clocks apart.
  void pair(const IssuedCommand& a, const IssuedCommand& b, Clock gap) {
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
      case DramCommand::refresh:
        need(is_precharge(b.command) || gap >= t_.RFC, "tRFC");
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
    } else if (is_refresh(a.command)) {
      need(gap >= (a.command == DramCommand::refresh ? t_.RFC : t_.RFC_pb),
           "refresh before power-down");
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
    const Bank bank(c.bank_group, c.bank);
    switch (c.command) {
      case DramCommand::activate:
        need(rank.open.count(bank) == 0, "activate of an open bank");
        rank.open[bank] = c.row;
        break;
      case DramCommand::precharge:
        rank.open.erase(bank);
        break;
      case DramCommand::precharge_all:
        rank.open.clear();
        break;
      case DramCommand::refresh:
        need(rank.open.empty(), "refresh with an open bank");
        break;
      case DramCommand::refresh_bank:
        for (const Bank& refreshed : banks_of(c)) {
          need(rank.open.count(refreshed) == 0, "refresh of an open bank");
        }
        break;
      default:
        need(rank.open.count(bank) == 1 && rank.open[bank] == c.row,
             "column command to a closed row");
    }
  }

  void four_activates(const std::vector<IssuedCommand>& log) {
    for (std::uint32_t rank = 0; rank < ranks_.size(); ++rank) {
      std::vector<Clock> times;
      for (const IssuedCommand& c : log) {
        if (c.command == DramCommand::activate && c.rank == rank) {
          times.push_back(c.clock);
        }
      }
      for (std::size_t i = 4; i < times.size(); ++i) {
        need(times[i] - times[i - 4] >= t_.FAW, "tFAW");
      }
    }
  }

  void data_bus(const std::vector<IssuedCommand>& log) {
    struct Transfer {
      Clock first;
      std::uint32_t rank;
      bool write;
    };
    std::vector<Transfer> transfers;
    for (const IssuedCommand& c : log) {
      if (is_column(c.command)) {
        transfers.push_back({c.clock + (c.command == DramCommand::read ? t_.CL : t_.CWL), c.rank,
                             c.command == DramCommand::write});
      }
    }
    std::sort(transfers.begin(), transfers.end(),
              [](const Transfer& a, const Transfer& b) { return a.first < b.first; });
    for (std::size_t i = 1; i < transfers.size(); ++i) {
      const Clock gap = transfers[i].first - (transfers[i - 1].first + t_.burst);
      need(gap >= 0, "data bus collision");
      const bool same_rank = transfers[i].rank == transfers[i - 1].rank;
      need(same_rank || gap >= t_.RTRS, "tRTRS");
      // Two clocks for the preamble of a write behind somebody else's read data.
      const bool turns = transfers[i].write && !transfers[i - 1].write;
      need(same_rank || !turns || gap >= 2, "bus turnaround");
    }
  }

  void refreshes(const std::vector<IssuedCommand>& log, const RefreshDuty& duty) {
    const bool all = duty.mode == RefreshDuty::Mode::all_bank;
    const DramCommand wanted = all ? DramCommand::refresh : DramCommand::refresh_bank;
    const Clock interval = all ? t_.REFI : t_.REFI_pb;
    const Clock end = duty.end > 0 || log.empty() ? duty.end : log.back().clock;
    const auto ranks = static_cast<Clock>(ranks_.size());
    for (std::uint32_t rank = 0; rank < ranks_.size(); ++rank) {
      // Staggered, so that ranks do not all stop at once.
      Clock due = interval * (rank + 1) / ranks;
      const Clock early = interval * duty.pull_in;
      const Clock late = interval * duty.postpone + duty.slack;
      std::map<Bank, int> times;
      for (const IssuedCommand& c : log) {
        if (c.rank != rank) {
          continue;
        }
        if (c.command == wanted) {
          need(c.clock >= due - early, "refresh before it is due");
          need(c.clock <= due + late, "refresh late");
          due += interval;
          for (const Bank& bank : banks_of(c)) {
            ++times[bank];
          }
        } else if (is_column(c.command) && duty.drained) {
          need(c.clock < due, "column command when a refresh is due");
        }
      }
      need(due + late >= end, "refresh missing");
      if (!all && !times.empty()) {
        int least = times.size() == groups_ * banks_per_group_ ? times.begin()->second : 0;
        int most = 0;
        for (const auto& [bank, count] : times) {
          least = std::min(least, count);
          most = std::max(most, count);
        }
        need(most - least <= 1, "banks refreshed unequally often");
      }
    }
  }

  memory::DramTimings t_;
  std::uint32_t groups_;
  std::uint32_t banks_per_group_;
  bool lpddr4_;
  bool hbm2_;
  std::vector<Rank> ranks_;
};

}  // namespace

std::map<std::string, int> check_commands(memory::CommandLog log, const memory::DramDevice& device,
                                          unsigned ranks, const RefreshDuty& duty) {
  std::stable_sort(log.begin(), log.end(), [](const IssuedCommand& a, const IssuedCommand& b) {
    return a.clock < b.clock;
  });
  Checker checker(device, ranks);
  checker.check(log, duty);
  return checker.broken;
}

std::map<std::string, int> check_commands(memory::CommandLog log, const memory::DramDevice& device,
                                          unsigned ranks, bool refresh) {
  RefreshDuty duty;
  duty.mode = refresh ? RefreshDuty::Mode::all_bank : RefreshDuty::Mode::none;
  duty.drained = true;
  return check_commands(std::move(log), device, ranks, duty);
}

}  // namespace lacuna::test
