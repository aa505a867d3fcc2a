// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_channel.h"

#include <algorithm>
#include <cmath>

namespace lacuna::memory {

DramChannel::DramChannel(const DramDevice& device, std::uint32_t ranks,
                         const DramPolicies& policies)
    : device_(device),
      policies_(policies),
      constraints_(device, ranks),
      queue_(ranks * device.organisation.banks()),
      banks_(std::size_t{ranks} * device.organisation.banks()),
      ranks_(ranks),
      rank_count_(ranks),
      wishes_(banks_.size()) {
  const auto depth = static_cast<double>(policies.queue.depth_of(true));
  writes_high_ =
      std::max(1U, static_cast<std::uint32_t>(std::lround(policies.queue.write_high * depth)));
  writes_low_ = static_cast<std::uint32_t>(std::lround(policies.queue.write_low * depth));
  writes_low_ = std::min(writes_low_, writes_high_ - 1);
  // Ranks take turns, so that they do not all stop at once.
  const bool single = policies.refresh != DramRefresh::all_bank;
  const Clock interval = single ? device.timing.REFI_pb : device.timing.REFI;
  for (std::uint32_t i = 0; i < ranks; ++i) {
    const bool off = policies.refresh == DramRefresh::off;
    ranks_[i].due = off ? never : interval * (i + 1) / ranks;
  }
  steady_ = policies.scheduler.policy == DramScheduling::fr_fcfs &&
            policies.page_policy == DramPagePolicy::open;
  looks_ = policies.refresh != DramRefresh::off || policies.power_down != DramPowerDown::off;
  plan_look();
}

void DramChannel::add(const DramRun& run) {
  if (run.inside) {
    add_inside(run);
    return;
  }
  outstanding_ += run.bursts;
  ++ranks_[run.first.rank].host_runs;
  if (is_alone(run.first.rank)) {
    join(run.first.rank, decided_);
  }
  quiet_until_ = 0;
  // Only a request that announced itself ahead of its time is not the last.
  backlog_.insert_in_order(run, visible_before<DramRun>);
}

bool DramChannel::room_for(const DramRun& run) const {
  const std::uint32_t depth = policies_.queue.depth;
  switch (policies_.queue.kind) {
    case DramQueueKind::shared:
      return queue_.reads() + queue_.writes() < depth;
    case DramQueueKind::read_write:
      return (run.write ? queue_.writes() : queue_.reads()) < policies_.queue.depth_of(run.write);
    case DramQueueKind::per_bank:
      break;
  }
  const DramOrganisation& o = device_.organisation;
  const std::uint32_t flip = run.flip & (run.lanes - 1);
  const std::uint32_t first_lane = (run.first.bank_group ^ flip) & (run.lanes - 1);
  for (std::uint32_t i = 0; i < std::min(run.lanes, run.bursts); ++i) {
    const std::uint32_t lane = ((first_lane + i) & (run.lanes - 1)) ^ flip;
    const std::uint32_t group = (run.first.bank_group & ~(run.lanes - 1)) + lane;
    const std::uint32_t bank =
        (run.first.rank * o.bank_groups + group) * o.banks_per_group + run.first.bank;
    if (queue_.bank(bank).entries >= depth) {
      return false;
    }
  }
  return true;
}

Clock DramChannel::next_admission() const {
  return backlog_.empty() || !room_for(backlog_.front()) ? never
                                                         : std::max(now_, backlog_.front().visible);
}

void DramChannel::admit() {
  bool admitted = false;
  while (!backlog_.empty() && backlog_.front().visible <= now_ && room_for(backlog_.front())) {
    --ranks_[backlog_.front().first.rank].host_runs;
    admit_run(backlog_.front());
    backlog_.pop_front();
    admitted = true;
  }
  if (admitted && chosen_ && policies_.queue.kind == DramQueueKind::read_write) {
    const bool writing = writing_;
    choose_direction();
    chosen_ = writing == writing_;
  }
}

std::uint32_t DramChannel::Runs::add(const Run& run) {
  if (free.empty()) {
    all.push_back(run);
    return static_cast<std::uint32_t>(all.size() - 1);
  }
  const std::uint32_t number = free.back();
  free.pop_back();
  all[number] = run;
  return number;
}

std::uint32_t DramChannel::Runs::fewest(std::uint32_t columns) const {
  for (const Run& run : all) {
    columns = run.remaining == 0 ? columns : std::min(columns, run.remaining);
  }
  return columns;
}

template <class Visit>
void DramChannel::for_each_entry(const DramRun& run, std::uint32_t number, Visit visit) {
  const DramOrganisation& o = device_.organisation;
  DramEntry entry;
  entry.row = run.first.row;
  entry.lanes = run.lanes;
  entry.priority = run.priority;
  entry.run = number;
  entry.write = run.write;
  entry.visible = run.visible;
  const std::uint32_t flip = run.flip & (run.lanes - 1);
  const std::uint32_t first_lane = (run.first.bank_group ^ flip) & (run.lanes - 1);
  for (std::uint32_t i = 0; i < std::min(run.lanes, run.bursts); ++i) {
    const std::uint32_t lane = ((first_lane + i) & (run.lanes - 1)) ^ flip;
    const std::uint32_t group = (run.first.bank_group & ~(run.lanes - 1)) + lane;
    entry.bank = (run.first.rank * o.bank_groups + group) * o.banks_per_group + run.first.bank;
    entry.order = columns_ + i;
    // The lanes after the last one come round a column later.
    entry.column = run.first.column + (first_lane + i >= run.lanes ? 1 : 0);
    entry.remaining = (run.bursts - i + run.lanes - 1) / run.lanes;
    visit(entry);
  }
  columns_ += run.bursts;
}

void DramChannel::admit_run(const DramRun& run) {
  bool changed = run.inside ? !is_alone(run.first.rank) : !steady_ || inside_.has_value();
  Rank& rank = ranks_[run.first.rank];
  const bool was_idle = rank.entries == 0;
  Run started{run.id, run.bursts, never, run.payload, run.visible, run.inside};
  const std::uint32_t number =
      run.inside ? inside_->runs.add(started) : runs_[run.write ? 1 : 0].add(started);
  for_each_entry(run, number, [&](const DramEntry& entry) {
    if (run.inside) {
      inside_->queue.insert(entry);
      inside_->waiting[run.first.rank] |= bit(entry.bank);
      ++inside_->entries[run.first.rank];
      inside_->not_before[run.first.rank] = 0;
    } else {
      changed = queue_.insert(entry) || changed;
      renew_inside();
    }
    ++rank.entries;
    mark(entry.bank);
    if (policies_.page_policy != DramPagePolicy::open) {
      apply_page_policy(entry.bank);
    }
  });
  chosen_ = chosen_ && !changed;
  if (was_idle && looks_) {
    plan_look();
  }
}

void DramChannel::advance(Clock until) {
  decided_ = std::max(decided_, until);
  if (until <= quiet_until_ || (idle() && next_look_ >= until && !has_begun())) {
    return;
  }
  if (inside_) {
    leave_alone();
  }
  decide(until);
  if (inside_) {
    advance_alone_ranks(until);
  }
  quiet_until_ = next_event();
}

void DramChannel::decide(Clock until) {
  while (now_ < until) {
    if (inside_ && now_ >= next_look_) {
      join_before_look();
    }
    admit();
    if (inside_) {
      admit_inside();
    }
    if (!instruction_backlog_.empty()) {
      admit_instructions();
    }
    if (now_ >= next_look_) {
      look();
      chosen_ = false;
      renew_inside();
    }
    if (!chosen_) {
      choose();
      chosen_ = true;
    }
    const Choice& choice = choice_;
    Clock limit = std::min({until, next_admission(), next_instruction_admission(), next_look_});
    const bool inside = inside_ && inside_->outstanding != 0;
    if (inside) {
      limit = std::min(limit, next_inside_admission());
      const Choice other = choose_inside(choice);
      if (other.clock < limit) {
        chosen_ = false;
        now_ = std::max(now_, other.clock);  // a command of the channel may stand beside it
        issue_inside(other);
        continue;
      }
    }
    if (choice.clock < limit) {
      chosen_ = false;
      now_ = choice.clock + 1;
      issue(choice);
      renew_inside();
      if (choice.wish.step == Step::column && steady_ && !inside && instructions_.empty()) {
        issue_stream(choice, limit);
      }
      if (inside && choice.wish.step != Step::instruct) {
        leave_alone();
      }
    } else if (limit == until) {
      return;
    } else {
      now_ = std::max(now_, limit);
      skip_idle_refreshes(until);
    }
  }
}

bool DramChannel::has_begun() const {
  return std::any_of(ranks_.begin(), ranks_.end(),
                     [](const Rank& rank) { return (rank.waiting | rank.refreshing) != 0; });
}

/// No command before, as far as is known: what is added later may come earlier.
Clock DramChannel::next_event() {
  if (idle()) {
    return has_begun() ? 0 : next_look_;
  }
  if (!chosen_) {
    return 0;
  }
  Clock next =
      std::min({choice_.clock, next_admission(), next_instruction_admission(), next_look_});
  for (std::uint32_t r = 0; inside_ && r < rank_count_; ++r) {
    const Alone& alone = inside_->alone[r];
    if (alone.is) {
      next = std::min(next, alone.end);
    } else if (inside_->entries[r] != 0 || !inside_->backlog[r].empty()) {
      return 0;
    }
  }
  return next;
}

Clock DramChannel::earliest_drain() const {
  const std::uint64_t inside = inside_ ? inside_->outstanding / rank_count_ : 0;
  bool alone = false;
  for (std::uint32_t r = 0; inside != 0 && r < rank_count_; ++r) {
    alone = alone || inside_->alone[r].is;  // it may have less left than is known
  }
  // From what is decided on: a wake in the past would repeat for ever.
  const Clock drained = std::max(now_, decided_) +
                        static_cast<Clock>(alone ? outstanding_ : std::max(outstanding_, inside)) *
                            std::min(device_.timing.CCD_S, device_.timing.CCD_L);
  return alone ? std::max(drained, earliest_inside_end()) : drained;
}

Clock DramChannel::earliest_end(bool reads) const {
  if (outstanding_ == 0) {
    return never;
  }
  const DramTimings& t = device_.timing;
  const Clock rcd = constraints_.rcd();
  const Clock start = std::max(now_, decided_);
  Clock first = backlog_.empty() ? never : std::max(start, backlog_.front().visible);
  for (std::uint32_t r = 0; r < rank_count_; ++r) {
    for (std::uint64_t left = ranks_[r].waiting; left != 0; left &= left - 1) {
      const std::uint32_t index =
          r * constraints_.banks_per_rank() + static_cast<std::uint32_t>(__builtin_ctzll(left));
      const DramQueue::Bank& bank = queue_.bank(index);
      if (bank.head[0] == DramQueue::none && (reads || bank.head[1] == DramQueue::none)) {
        continue;
      }
      Clock column = never;
      if ((bank.hit[0] | (reads ? DramQueue::none : bank.hit[1])) != DramQueue::none) {
        for (const std::size_t list : {0, 1}) {
          if (bank.hit[list] != DramQueue::none && (list == 0 || !reads)) {
            const DramCommand command = list == 0 ? DramCommand::read : DramCommand::write;
            column = std::min(column, constraints_.earliest(index, command));
          }
        }
        column = std::max(start, column);
      } else if (bank.open_row < 0) {
        column = std::max(start, constraints_.earliest(index, DramCommand::activate)) + rcd;
      } else if (bank.blocked != 0) {
        column = start;
      } else {
        column = std::max(start, constraints_.earliest(index, DramCommand::precharge)) + t.RP + rcd;
      }
      first = std::min(first, column);
    }
  }
  const Clock latency = reads ? t.CL : std::min(t.CL, t.CWL);
  return first + (fewest_columns(reads) - 1) * std::min(t.CCD_S, t.CCD_L) + latency + t.burst;
}

std::uint32_t DramChannel::fewest_columns(bool reads) const {
  if (outstanding_ == std::uint64_t{queue_.reads()} + queue_.writes() + backlog_.size()) {
    return 1;
  }
  std::uint32_t fewest = std::numeric_limits<std::uint32_t>::max();
  for (const DramRun& run : backlog_) {
    fewest = reads && run.write ? fewest : std::min(fewest, run.bursts);
  }
  fewest = runs_[0].fewest(fewest);
  return reads ? fewest : runs_[1].fewest(fewest);
}

Clock DramChannel::earliest_end(const DramRun& run, Clock others) const {
  const DramTimings& t = device_.timing;
  const DramOrganisation& o = device_.organisation;
  const std::uint32_t bank =
      (run.first.rank * o.bank_groups + run.first.bank_group) * o.banks_per_group + run.first.bank;
  const std::int64_t open = queue_.bank(bank).open_row;
  const Clock start = std::max({now_, decided_, run.visible});
  // What an idle channel owes a refresh may not have been decided yet; it can close the row before.
  const Clock known = idle() ? now_ : std::max(now_, decided_);
  // Somebody who waits may open the run's own row before the run is visible.
  const bool wanted =
      !backlog_.empty() || inside_.has_value() || queue_.may_want(bank, run.first.row);
  const Clock opened = wanted ? known : std::min(start, std::max(known, others));
  Clock column = start;
  // The lanes of a run differ in state; the bound is for one that all may reach.
  if (run.lanes == 1 || run.bursts == 1) {
    if (open < 0) {
      const Clock activate = std::max(opened, constraints_.earliest(bank, DramCommand::activate));
      column = std::max(start, activate + constraints_.rcd());
    } else if (open != run.first.row) {
      const Clock closed =
          std::max(known, constraints_.earliest(bank, DramCommand::precharge)) + t.RP;
      column = std::max(start, std::max(opened, closed) + constraints_.rcd());
    }
  }
  return column + (run.bursts - 1) * std::min(t.CCD_S, t.CCD_L) + (run.write ? t.CWL : t.CL) +
         t.burst;
}

void DramChannel::close_rows(std::uint32_t rank, Clock clock) {
  if (is_alone(rank)) {
    join(rank, decided_);
  }
  quiet_until_ = 0;
  now_ = std::max(now_, clock);
  const std::uint32_t first = rank * constraints_.banks_per_rank();
  for (std::uint64_t left = ranks_[rank].open; left != 0; left &= left - 1) {
    const std::uint32_t bank = first + static_cast<std::uint32_t>(__builtin_ctzll(left));
    banks_[bank].close = true;
    mark(bank);
  }
  chosen_ = false;
  renew_inside();
}

DramCommandCounts DramChannel::counts(Clock now) {
  for (std::uint32_t r = 0; r < rank_count_; ++r) {
    if (is_alone(r)) {
      advance_alone(r, decided_);
      plan_check(r);
    }
  }
  DramCommandCounts result = counts_;
  result.rank_clocks = static_cast<std::uint64_t>(now) * rank_count_;
  for (Rank rank : ranks_) {
    count_state(rank, std::max(now, rank.state_since));
    result.active_clocks += rank.active_clocks;
    result.active_down_clocks += rank.active_down_clocks;
    result.precharged_down_clocks += rank.precharged_down_clocks;
  }
  return result;
}

}  // namespace lacuna::memory
