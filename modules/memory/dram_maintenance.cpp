// SPDX-License-Identifier: Apache-2.0
// What a channel does for its ranks' sake: refresh and power-down.
#include <algorithm>

#include "memory/dram_channel.h"
#include "memory/dram_rules.h"

namespace lacuna::memory {

Clock DramChannel::refresh_at(const Rank& rank) const {
  const Clock interval = device_.timing.REFI;
  if (policies_.refresh != DramRefresh::all_bank) {
    return rank.due;
  }
  const Clock latest = rank.due + policies_.refresh_postpone * interval;
  if (rank.entries != 0) {
    return latest;
  }
  // An idle rank pays what it owes at once; ahead of time it refreshes when it has been idle for as
  // long as a refresh takes.
  Clock best = rank.due;
  if (policies_.refresh_pull_in != 0) {
    best = std::min(best, std::max(rank.idle_since + device_.timing.RFC,
                                   rank.due - policies_.refresh_pull_in * interval));
  }
  return std::min(best, latest);
}

Clock DramChannel::power_down_at(const Rank& rank) const {
  return policies_.power_down == DramPowerDown::off || rank.entries != 0 || rank.down
             ? never
             : rank.idle_since + static_cast<Clock>(policies_.power_down_idle);
}

void DramChannel::plan_look() {
  next_look_ = never;
  for (const Rank& rank : ranks_) {
    if (rank.refreshing == 0) {
      next_look_ = std::min({next_look_, refresh_at(rank), power_down_at(rank)});
    }
  }
}

/// A bit for every bank of a rank, or of a bank group where all groups refresh the same bank.
std::uint64_t DramChannel::refresh_units() const {
  const DramOrganisation& o = device_.organisation;
  const std::uint32_t units =
      policies_.refresh == DramRefresh::same_bank ? o.banks_per_group : o.banks();
  return units == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << units) - 1;
}

std::uint64_t DramChannel::refresh_set(std::uint32_t r) const {
  const Rank& rank = ranks_[r];
  if (policies_.refresh == DramRefresh::all_bank) {
    return refresh_units();
  }
  const std::uint64_t left = refresh_units() & ~rank.round;
  if (policies_.refresh == DramRefresh::per_bank) {
    // In the order of banks, but where any will do one that nobody waits for: the stream that would wait for its bank's
    // refresh finds the next bank's turn come when it gets there, and waits for every one.
    std::uint64_t first = left;
    if (refreshes_banks_in_any_order(device_)) {
      const std::uint64_t wanted = rank.waiting | (inside_ ? inside_->waiting[r] : 0);
      const std::uint64_t idle = left & ~wanted;
      first = (idle & ~rank.open) != 0 ? idle & ~rank.open : idle != 0 ? idle : left;
    }
    return first & ~(first - 1);
  }
  const auto bank = static_cast<std::uint32_t>(__builtin_ctzll(left));
  std::uint64_t set = 0;
  for (std::uint32_t group = 0; group < device_.organisation.bank_groups; ++group) {
    set |= std::uint64_t{1} << (group * device_.organisation.banks_per_group + bank);
  }
  return set;
}

void DramChannel::look() {
  for (std::uint32_t r = 0; r < rank_count_; ++r) {
    Rank& rank = ranks_[r];
    if (rank.refreshing != 0) {
      continue;
    }
    if (now_ >= refresh_at(rank)) {
      rank.refreshing = refresh_set(r);
    } else if (now_ >= power_down_at(rank)) {
      const std::uint32_t bank = r * constraints_.banks_per_rank();
      const Clock clock = std::max(now_, constraints_.of_rank(r, DramCommand::power_down_enter));
      if (clock > now_) {
        // Something still keeps it awake; nothing else can happen to it until then.
        rank.idle_since = clock - static_cast<Clock>(policies_.power_down_idle);
        continue;
      }
      count_state(rank, clock);
      rank.down = true;
      ++counts_.power_downs;
      apply(DramCommand::power_down_enter, bank, clock);
      log(DramCommand::power_down_enter, bank, clock);
      now_ = clock + 1;
    }
  }
  plan_look();
}

DramChannel::Choice DramChannel::choose_maintenance(std::uint32_t r) const {
  const Rank& rank = ranks_[r];
  const std::uint32_t first = r * constraints_.banks_per_rank();
  Choice choice;
  choice.wish.step = Step::maintain;
  choice.wish.priority = std::numeric_limits<std::int32_t>::min();
  choice.bank = first;
  if (rank.down) {
    if (rank.entries == 0 && rank.refreshing == 0) {
      return choice;
    }
    choice.wish.command = DramCommand::power_down_exit;
    choice.clock = std::max(now_, constraints_.of_rank(r, choice.wish.command));
    return choice;
  }
  const std::uint64_t open = rank.open & rank.refreshing;
  const bool all = policies_.refresh == DramRefresh::all_bank;
  Clock ready = now_;
  const auto each = [&](std::uint64_t set, auto&& what) {
    for (; set != 0; set &= set - 1) {
      what(first + static_cast<std::uint32_t>(__builtin_ctzll(set)));
    }
  };
  if (open != 0 && all) {
    choice.wish.command = DramCommand::precharge_all;
    ready = std::max(ready, constraints_.of_rank(r, choice.wish.command));
    each(open, [&](std::uint32_t bank) {
      ready = std::max(ready, constraints_.earliest(bank, DramCommand::precharge));
    });
  } else if (open != 0) {
    choice.wish.command = DramCommand::precharge;
    ready = never;
    each(open, [&](std::uint32_t bank) {
      const Clock clock = std::max(now_, constraints_.earliest(bank, DramCommand::precharge));
      choice.bank = clock < ready ? bank : choice.bank;
      ready = std::min(ready, clock);
    });
  } else {
    choice.wish.command = all ? DramCommand::refresh : DramCommand::refresh_bank;
    each(rank.refreshing, [&](std::uint32_t bank) {
      ready = std::max(ready, constraints_.earliest(bank, choice.wish.command));
    });
    choice.bank = first + static_cast<std::uint32_t>(__builtin_ctzll(rank.refreshing));
  }
  choice.clock = ready;
  return choice;
}

void DramChannel::skip_idle_refreshes(Clock until) {
  // All but the last refresh of a precharged, idle channel leave no trace beside their number.
  if (!idle() || log_ != nullptr || policies_.refresh != DramRefresh::all_bank ||
      policies_.power_down != DramPowerDown::off || policies_.refresh_pull_in != 0) {
    return;
  }
  for (Rank& rank : ranks_) {
    const Clock skipped = (until - rank.due) / device_.timing.REFI;
    if (rank.open == 0 && rank.refreshing == 0 && skipped > 0) {
      counts_.refreshes += static_cast<std::uint64_t>(skipped);
      rank.due += skipped * device_.timing.REFI;
    }
  }
  plan_look();
}

void DramChannel::count_state(Rank& rank, Clock clock) {
  const auto clocks = static_cast<std::uint64_t>(clock - rank.state_since);
  if (rank.open != 0) {
    (rank.down ? rank.active_down_clocks : rank.active_clocks) += clocks;
  } else if (rank.down) {
    rank.precharged_down_clocks += clocks;
  }
  rank.state_since = clock;
}

}  // namespace lacuna::memory
