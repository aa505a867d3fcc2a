// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_timing.h"

#include <algorithm>
#include <limits>

namespace lacuna::memory {

namespace {

// Before any command was issued every rule is long satisfied.
constexpr Clock long_ago = -(Clock{1} << 40);

}  // namespace

DramTiming::DramTiming(const DramDevice& device, std::uint32_t ranks, bool refresh)
    : device_(device), refresh_(refresh) {
  const std::size_t groups = std::size_t{ranks} * device.organisation.bank_groups;
  banks_.resize(groups * device.organisation.banks_per_group);
  groups_.resize(groups);
  ranks_.resize(ranks);
  for (std::uint32_t rank = 0; rank < ranks; ++rank) {
    ranks_[rank].activates.fill(long_ago);
    // Staggered, so that ranks do not all stop at once.
    ranks_[rank].refresh_due = device.timing.REFI * (rank + 1) / ranks;
  }
  for (const DramRule& rule : rules_for(device)) {
    Updates& updates = updates_[index(rule.earlier)];
    const Update update{index(rule.later), rule.clocks};
    switch (rule.scope) {
      case DramScope::bank:
        updates.bank.push_back(update);
        break;
      case DramScope::bank_group:
        updates.group.push_back(update);
        break;
      case DramScope::rank:
        updates.rank.push_back(update);
        break;
      case DramScope::other_ranks:
        if (ranks > 1) {
          updates.others.push_back(update);
        }
        break;
    }
  }
}

BurstTimes DramTiming::access(const DramLocation& at, bool write, Clock not_before) {
  const DramCommand column = write ? DramCommand::write : DramCommand::read;
  Plan planned = plan(at, column, not_before);
  while (refresh_ && planned.column >= ranks_[at.rank].refresh_due) {
    refresh(at.rank);
    planned = plan(at, column, not_before);
  }

  BurstTimes times;
  if (planned.precharge >= 0) {
    times.row = RowOutcome::conflict;
    ++counts_.row_conflicts;
    issue(DramCommand::precharge, at, planned.precharge);
  } else if (planned.activate >= 0) {
    times.row = RowOutcome::miss;
    ++counts_.row_misses;
  } else {
    ++counts_.row_hits;
  }
  if (planned.activate >= 0) {
    issue(DramCommand::activate, at, planned.activate);
  }
  issue(column, at, planned.column);

  times.command = planned.column;
  times.first_data = planned.column + (write ? device_.timing.CWL : device_.timing.CL);
  times.end_of_data = times.first_data + device_.timing.burst;
  return times;
}

namespace {

/// To the next lane, and after the last to the next column.
void step(DramLocation& at, std::uint32_t lanes) {
  const std::uint32_t lane = at.bank_group & (lanes - 1);
  const std::uint32_t next = (lane + 1) & (lanes - 1);
  at.bank_group = at.bank_group - lane + next;
  at.column += next == 0 ? 1 : 0;
}

}  // namespace

BurstTimes DramTiming::access_run(const DramLocation& first, std::uint32_t lanes,
                                  std::uint64_t count, bool write, Clock not_before) {
  const DramTimings& t = device_.timing;
  // Round the lanes, one returns to its bank group no sooner than tCCD_L allows, or every column waits for it.
  const bool regular = lanes == 1 || lanes * t.CCD_S >= t.CCD_L;
  DramLocation at = first;
  BurstTimes result;
  BurstTimes last;
  for (std::uint64_t done = 0; done < count;) {
    for (std::uint32_t lane = 0; lane < lanes && done < count; ++lane, ++done) {
      last = access(at, write, not_before);
      if (done == 0) {
        result = last;
      }
      step(at, lanes);
    }
    if (regular && done < count) {
      done += stream(at, lanes, count - done, write ? DramCommand::write : DramCommand::read, last);
    }
  }
  result.end_of_data = last.end_of_data;
  return result;
}

std::uint64_t DramTiming::stream(DramLocation& at, std::uint32_t lanes, std::uint64_t count,
                                 DramCommand column, BurstTimes& last) {
  const Clock distance = lanes == 1 ? device_.timing.CCD_L : device_.timing.CCD_S;
  const Clock end = refresh_ ? ranks_[at.rank].refresh_due : std::numeric_limits<Clock>::max();
  const Clock data = last.end_of_data - last.command;
  lane_ends_.resize(lanes);
  Clock previous = last.command;
  std::uint64_t done = 0;
  for (; done < count; ++done) {
    const Clock clock = bus_.first_free(previous + distance);
    if (clock >= end) {
      break;
    }
    bus_.take(clock);
    log(column, at, clock);
    lane_ends_[done & (lanes - 1)] = {at, clock};
    previous = clock;
    step(at, lanes);
  }
  // Only the last column of each bank group still matters to anyone.
  const std::uint64_t recent = std::min<std::uint64_t>(done, lanes);
  for (std::uint64_t i = done - recent; i < done; ++i) {
    const auto& [where, when] = lane_ends_[i & (lanes - 1)];
    apply(updates_[index(column)], where, when);
  }
  (column == DramCommand::read ? counts_.reads : counts_.writes) += done;
  counts_.row_hits += done;
  last.command = previous;
  last.end_of_data = previous + data;
  return done;
}

Clock DramTiming::earliest(DramCommand command, const DramLocation& at) const {
  const std::size_t i = index(command);
  return std::max(
      {banks_[bank_index(at)].next[i], groups_[group_index(at)][i], ranks_[at.rank].next[i]});
}

DramTiming::Plan DramTiming::plan(const DramLocation& at, DramCommand column,
                                  Clock not_before) const {
  const Bank& bank = banks_[bank_index(at)];
  Plan result;
  Clock ready = not_before;
  if (bank.open_row != at.row) {
    Clock closed = not_before;
    if (bank.open_row >= 0) {
      result.precharge =
          bus_.first_free(std::max(not_before, earliest(DramCommand::precharge, at)));
      closed = result.precharge + device_.timing.RP;
    }
    const Rank& rank = ranks_[at.rank];
    result.activate = bus_.first_free(std::max({closed, earliest(DramCommand::activate, at),
                                                rank.activates[rank.oldest] + device_.timing.FAW}));
    ready = result.activate + device_.timing.RCD;
  }
  result.column = bus_.first_free(std::max(ready, earliest(column, at)));
  return result;
}

void DramTiming::apply(const Updates& updates, const DramLocation& at, Clock clock) {
  const auto raise = [clock](Earliest& next, const std::vector<Update>& entries) {
    for (const Update& update : entries) {
      next[update.later] = std::max(next[update.later], clock + update.clocks);
    }
  };
  raise(banks_[bank_index(at)].next, updates.bank);
  raise(groups_[group_index(at)], updates.group);
  raise(ranks_[at.rank].next, updates.rank);
  if (!updates.others.empty()) {
    for (std::uint32_t other = 0; other < ranks_.size(); ++other) {
      if (other != at.rank) {
        raise(ranks_[other].next, updates.others);
      }
    }
  }
}

void DramTiming::issue(DramCommand command, const DramLocation& at, Clock clock) {
  bus_.take(clock);
  apply(updates_[index(command)], at, clock);
  log(command, at, clock);
  switch (command) {
    case DramCommand::read:
      ++counts_.reads;
      break;
    case DramCommand::write:
      ++counts_.writes;
      break;
    case DramCommand::activate:
      ++counts_.activates;
      open(at, clock);
      break;
    case DramCommand::precharge:
      close(banks_[bank_index(at)], ranks_[at.rank], clock);
      break;
    case DramCommand::precharge_all:
    case DramCommand::refresh:
    default:
      break;
  }
}

void DramTiming::open(const DramLocation& at, Clock clock) {
  Rank& rank = ranks_[at.rank];
  banks_[bank_index(at)].open_row = at.row;
  rank.activates[rank.oldest] = clock;
  rank.oldest = (rank.oldest + 1) % window;
  if (rank.open_banks++ == 0) {
    // Planned out of the order of time, an activate may lie before the last precharge.
    rank.active_since = std::max(clock, rank.last_closed);
  }
}

void DramTiming::close(Bank& bank, Rank& rank, Clock clock) {
  bank.open_row = -1;
  ++counts_.precharges;
  rank.last_closed = std::max(rank.last_closed, clock);
  if (--rank.open_banks == 0) {
    rank.active_clocks += rank.last_closed - rank.active_since;
  }
}

void DramTiming::refresh(std::uint32_t rank_number) {
  Rank& rank = ranks_[rank_number];
  DramLocation at;
  at.rank = rank_number;
  if (rank.open_banks > 0) {
    const DramOrganisation& organisation = device_.organisation;
    const std::size_t first = std::size_t{rank_number} * organisation.banks();
    Clock ready = rank.refresh_due;
    for (std::size_t i = first; i < first + organisation.banks(); ++i) {
      if (banks_[i].open_row >= 0) {
        ready = std::max(ready, banks_[i].next[index(DramCommand::precharge)]);
      }
    }
    const Clock clock = bus_.first_free(ready);
    bus_.take(clock);
    log(DramCommand::precharge_all, at, clock);
    for (std::size_t i = first; i < first + organisation.banks(); ++i) {
      if (banks_[i].open_row < 0) {
        continue;
      }
      const auto in_rank = static_cast<std::uint32_t>(i - first);
      at.bank_group = in_rank / organisation.banks_per_group;
      at.bank = in_rank % organisation.banks_per_group;
      apply(updates_[index(DramCommand::precharge)], at, clock);
      close(banks_[i], rank, clock);
    }
    at.bank_group = at.bank = 0;
  }
  const Clock clock =
      bus_.first_free(std::max(rank.refresh_due, rank.next[index(DramCommand::refresh)]));
  issue(DramCommand::refresh, at, clock);
  ++counts_.refreshes;
  rank.refresh_due += device_.timing.REFI;
}

void DramTiming::skip_idle_refreshes(Rank& rank, Clock now) {
  // All but the last refresh of a precharged, idle rank leave no trace beside their number.
  if (rank.open_banks == 0 && log_ == nullptr) {
    const Clock skipped = (now - rank.refresh_due) / device_.timing.REFI - 1;
    if (skipped > 0) {
      counts_.refreshes += static_cast<std::uint64_t>(skipped);
      rank.refresh_due += skipped * device_.timing.REFI;
    }
  }
}

void DramTiming::advance(Clock now) {
  while (refresh_) {
    const auto rank = std::min_element(
        ranks_.begin(), ranks_.end(),
        [](const Rank& a, const Rank& b) { return a.refresh_due < b.refresh_due; });
    if (rank->refresh_due >= now) {
      break;
    }
    bus_.forget_before(rank->refresh_due);
    refresh(static_cast<std::uint32_t>(rank - ranks_.begin()));
    skip_idle_refreshes(*rank, now);
  }
  bus_.forget_before(now);
  now_ = std::max(now_, now);
}

DramCommandCounts DramTiming::counts() const {
  DramCommandCounts result = counts_;
  for (const Rank& rank : ranks_) {
    const Clock open = rank.open_banks == 0 ? 0 : std::max<Clock>(0, now_ - rank.active_since);
    result.active_clocks += static_cast<std::uint64_t>(rank.active_clocks + open);
  }
  return result;
}

void DramTiming::log(DramCommand command, const DramLocation& at, Clock clock) const {
  if (log_ != nullptr) {
    log_->push_back({clock, command, at.rank, at.bank_group, at.bank, at.row, at.column});
  }
}

}  // namespace lacuna::memory
