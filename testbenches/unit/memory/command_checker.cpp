// SPDX-License-Identifier: Apache-2.0
#include "unit/memory/command_checker.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <vector>

namespace lacuna::test {

namespace {

using memory::Clock;
using memory::DramCommand;
using memory::IssuedCommand;

bool is_precharge(const IssuedCommand& c) {
  return c.command == DramCommand::precharge || c.command == DramCommand::precharge_all;
}

class Checker {
 public:
  Checker(const memory::DramDevice& device, unsigned ranks) : t_(device.timing), device_(device) {
    open_.resize(ranks);
  }

  std::map<std::string, int> broken;

  void need(bool kept, const std::string& rule) {
    if (!kept) {
      ++broken[rule];
    }
  }

  /// Two commands of one rank, `gap` clocks apart.
  void pair_in_rank(const IssuedCommand& a, const IssuedCommand& b, Clock gap) {
    const bool same_group = a.bank_group == b.bank_group;
    const bool same_bank = same_group && a.bank == b.bank;
    const auto touches_bank = [&](const IssuedCommand& p) {
      return p.command == DramCommand::precharge_all || same_bank;
    };
    const Clock write_done = t_.CWL + t_.burst;
    if (a.command == DramCommand::activate) {
      if (b.command == DramCommand::activate) {
        need(!same_bank || gap >= t_.RC, "tRC");
        need(!same_group || gap >= t_.RRD_L, "tRRD_L");
        need(gap >= t_.RRD_S, "tRRD_S");
      } else if (is_precharge(b)) {
        need(!touches_bank(b) || gap >= t_.RAS, "tRAS");
      } else if (b.command != DramCommand::refresh) {
        need(!same_bank || gap >= t_.RCD, "tRCD");
      }
    } else if (is_precharge(a)) {
      if (b.command == DramCommand::activate) {
        need(!touches_bank(a) || gap >= t_.RP, "tRP");
      } else if (b.command == DramCommand::refresh) {
        need(gap >= t_.RP, "tRP before refresh");
      }
    } else if (a.command == DramCommand::read) {
      if (b.command == DramCommand::read) {
        need(gap >= t_.CCD_S, "tCCD_S");
        need(!same_group || gap >= t_.CCD_L, "tCCD_L");
      } else if (b.command == DramCommand::write) {
        need(gap + t_.CWL >= t_.CL + t_.burst + 2, "read to write");
      } else if (is_precharge(b)) {
        need(!touches_bank(b) || gap >= t_.RTP, "tRTP");
      }
    } else if (a.command == DramCommand::write) {
      if (b.command == DramCommand::write) {
        need(gap >= t_.CCD_S, "tCCD_S");
        need(!same_group || gap >= t_.CCD_L, "tCCD_L");
      } else if (b.command == DramCommand::read) {
        need(gap >= write_done + t_.WTR_S, "tWTR_S");
        need(!same_group || gap >= write_done + t_.WTR_L, "tWTR_L");
      } else if (is_precharge(b)) {
        need(!touches_bank(b) || gap >= write_done + t_.WR, "tWR");
      }
    } else {
      need(gap >= t_.RFC, "tRFC");
    }
  }

  /// What the bank holds when the command comes.
  void state(const IssuedCommand& c) {
    auto& open = open_[c.rank];
    const auto bank = std::make_pair(c.bank_group, c.bank);
    switch (c.command) {
      case DramCommand::activate:
        need(open.count(bank) == 0, "activate of an open bank");
        open[bank] = c.row;
        break;
      case DramCommand::precharge:
        open.erase(bank);
        break;
      case DramCommand::precharge_all:
        open.clear();
        break;
      case DramCommand::refresh:
        need(open.empty(), "refresh with an open bank");
        break;
      default:
        need(open.count(bank) == 1 && open[bank] == c.row, "column command to a closed row");
    }
  }

  void four_activates(const std::vector<IssuedCommand>& log) {
    for (std::uint32_t rank = 0; rank < open_.size(); ++rank) {
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
    };
    std::vector<Transfer> transfers;
    for (const IssuedCommand& c : log) {
      if (c.command == DramCommand::read) {
        transfers.push_back({c.clock + t_.CL, c.rank});
      } else if (c.command == DramCommand::write) {
        transfers.push_back({c.clock + t_.CWL, c.rank});
      }
    }
    std::sort(transfers.begin(), transfers.end(),
              [](const Transfer& a, const Transfer& b) { return a.first < b.first; });
    for (std::size_t i = 1; i < transfers.size(); ++i) {
      const Clock gap = transfers[i].first - (transfers[i - 1].first + t_.burst);
      need(gap >= 0, "data bus collision");
      need(transfers[i].rank == transfers[i - 1].rank || gap >= t_.RTRS, "tRTRS");
    }
  }

  void refreshes(const std::vector<IssuedCommand>& log) {
    for (std::uint32_t rank = 0; rank < open_.size(); ++rank) {
      const auto ranks = static_cast<Clock>(open_.size());
      Clock due = t_.REFI * (rank + 1) / ranks;
      for (const IssuedCommand& c : log) {
        if (c.rank != rank) {
          continue;
        }
        if (c.command == DramCommand::refresh) {
          need(c.clock >= due, "refresh before it is due");
          // What was begun may end: an access to prepare a bank, its data, write recovery.
          need(c.clock <= due + 200, "refresh late");
          due += t_.REFI;
        } else if (c.command == DramCommand::read || c.command == DramCommand::write) {
          need(c.clock < due, "column command when a refresh is due");
        }
      }
    }
  }

 private:
  memory::DramTimings t_;
  memory::DramDevice device_;
  std::vector<std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t>> open_;
};

}  // namespace

std::map<std::string, int> check_commands(memory::CommandLog log, const memory::DramDevice& device,
                                          unsigned ranks, bool refresh) {
  std::stable_sort(log.begin(), log.end(), [](const IssuedCommand& a, const IssuedCommand& b) {
    return a.clock < b.clock;
  });
  Checker checker(device, ranks);
  const memory::DramTimings& t = device.timing;
  const Clock window = std::max({t.RFC, t.RC, t.CWL + t.burst + std::max(t.WR, t.WTR_L)}) + 2;
  for (std::size_t i = 0; i < log.size(); ++i) {
    checker.state(log[i]);
    for (std::size_t j = i; j-- > 0 && log[i].clock - log[j].clock <= window;) {
      const Clock gap = log[i].clock - log[j].clock;
      checker.need(gap >= 1, "two commands in one clock");
      if (log[i].rank == log[j].rank) {
        checker.pair_in_rank(log[j], log[i], gap);
      }
    }
  }
  checker.four_activates(log);
  checker.data_bus(log);
  if (refresh) {
    checker.refreshes(log);
  }
  return checker.broken;
}

}  // namespace lacuna::test
