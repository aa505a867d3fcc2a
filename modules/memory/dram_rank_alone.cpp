// SPDX-License-Identifier: Apache-2.0
// Ranks that the channel leaves alone: what their own controllers do there is planned by itself, in the order of arrival, long
// streams of columns in one go, and only when somebody needs to know it. The commands are those of dram_rank_port.cpp.
#include <algorithm>
#include <tuple>

#include "memory/dram_channel.h"

namespace lacuna::memory {

/// What a rank's own controller does next: the oldest column, if its row is open, and the first of the
/// rows to open or close for others.
struct DramChannel::AloneNext {
  Choice column;
  Choice row;
};

bool DramChannel::may_be_alone(std::uint32_t r) const {
  const Rank& rank = ranks_[r];
  const bool host = rank.host_runs != 0 || rank.waiting != 0;
  return !host && rank.refreshing == 0 && !rank.down &&
         (inside_->entries[r] != 0 || !inside_->backlog[r].empty());
}

void DramChannel::leave_alone() {
  // Other page policies let the channel close rows behind the rank's columns; power-down, and refreshes
  // that may move, depend on when a rank is idle.
  if (policies_.power_down != DramPowerDown::off || !inside_->ahead ||
      policies_.rank_scheduler != DramScheduling::fcfs ||
      policies_.page_policy != DramPagePolicy::open || policies_.refresh_postpone != 0 ||
      policies_.refresh_pull_in != 0) {
    return;
  }
  for (std::uint32_t r = 0; r < rank_count_; ++r) {
    Alone& alone = inside_->alone[r];
    if (!alone.is && may_be_alone(r)) {
      alone.is = true;
      alone.at = now_;
      plan_check(r);
    }
  }
}

void DramChannel::join(std::uint32_t r, Clock clock) {
  Alone& alone = inside_->alone[r];
  if (!alone.is) {
    return;
  }
  advance_alone(r, clock);
  alone.is = false;
  alone.taken.clear();
  inside_->not_before[r] = 0;
  quiet_until_ = 0;
}

/// A refresh needs to know what a rank has done.
void DramChannel::join_before_look() {
  for (std::uint32_t r = 0; r < rank_count_; ++r) {
    if (is_alone(r) && now_ >= refresh_at(ranks_[r])) {
      join(r, now_);
    }
  }
}

void DramChannel::advance_alone_ranks(Clock until) {
  for (std::uint32_t r = 0; r < rank_count_; ++r) {
    Alone& alone = inside_->alone[r];
    if (alone.is && alone.end < until) {
      advance_alone(r, until);
      plan_check(r);
      if (!may_be_alone(r)) {
        join(r, until);
      }
    }
  }
}

/// The clock of the oldest column at the earliest, and how many its run has left.
Clock DramChannel::earliest_column_alone(std::uint32_t r, std::uint32_t& columns,
                                         bool& write) const {
  const DramQueue& queue = inside_->queue;
  const auto& backlog = inside_->backlog[r];
  const DramOrganisation& o = device_.organisation;
  Clock start = inside_->alone[r].at;
  std::uint32_t bank = 0;
  std::uint32_t row = 0;
  if (inside_->entries[r] != 0) {
    const DramEntry& oldest = queue[oldest_entry_inside(r)];
    bank = oldest.bank;
    row = oldest.row;
    write = oldest.write;
    columns = inside_->runs.all[oldest.run].remaining;
  } else {
    const DramRun& run = backlog.front();
    bank = (r * o.bank_groups + run.first.bank_group) * o.banks_per_group + run.first.bank;
    row = run.first.row;
    write = run.write;
    columns = run.bursts;
    start = std::max(start, run.visible);
  }
  if (!inside_->same_priority) {
    columns = 1;  // somebody may overtake it
    return start;
  }
  const std::int64_t open = queue.bank(bank).open_row;
  const DramConstraints& rules = inside_->constraints;
  if (open == std::int64_t{row}) {
    return std::max(start, rules.earliest(bank, write ? DramCommand::write : DramCommand::read));
  }
  return open < 0 ? std::max(start, rules.earliest(bank, DramCommand::activate)) + rules.rcd()
                  : std::max(start, rules.earliest(bank, DramCommand::precharge)) +
                        device_.timing.RP + rules.rcd();
}

void DramChannel::plan_check(std::uint32_t r) {
  Alone& alone = inside_->alone[r];
  const DramTimings& t = device_.timing;
  if (inside_->entries[r] == 0 && inside_->backlog[r].empty()) {
    alone.end = alone.at;
    return;
  }
  std::uint32_t columns = 1;
  bool write = false;
  const Clock first = earliest_column_alone(r, columns, write);
  const Clock last = first + static_cast<Clock>(columns - 1) * std::min(t.CCD_S, t.CCD_L);
  // Data of later columns pass later, whatever their direction.
  const Clock latency = inside_->same_priority ? (write ? t.CWL : t.CL) : std::min(t.CL, t.CWL);
  alone.end = last + latency + t.burst;
}

void DramChannel::advance_alone(std::uint32_t r, Clock until) {
  Alone& alone = inside_->alone[r];
  auto& backlog = inside_->backlog[r];
  const std::uint32_t depth = policies_.queue.depth;
  while (alone.at < until) {
    while (!backlog.empty() && backlog.front().visible <= alone.at && inside_->entries[r] < depth) {
      admit_run(backlog.front());
      backlog.pop_front();
    }
    while (!alone.taken.empty() && alone.taken.front() < alone.at) {
      alone.taken.pop_front();
    }
    if (!alone.taken.empty() && alone.taken.front() == alone.at) {
      ++alone.at;  // of one clock, a rank's pins take the channel's command
      continue;
    }
    Clock limit = alone.taken.empty() ? until : std::min(until, alone.taken.front());
    if (!backlog.empty() && inside_->entries[r] < depth) {
      limit = std::min(limit, backlog.front().visible);
    }
    const AloneNext next = inside_->entries[r] == 0 ? AloneNext{} : next_alone(r);
    if (std::min(next.column.clock, next.row.clock) >= limit) {
      alone.at = limit;
    } else if (next.column.clock <= next.row.clock) {
      alone.at = issue_alone_columns(next.column, std::min(limit, next.row.clock + 1));
    } else {
      alone.at = issue_alone_row(next.row);
    }
  }
}

DramChannel::AloneNext DramChannel::next_alone(std::uint32_t r) const {
  const DramQueue& queue = inside_->queue;
  const DramConstraints& rules = inside_->constraints;
  const Clock at = inside_->alone[r].at;
  const std::uint32_t first = r * constraints_.banks_per_rank();
  AloneNext next;
  std::uint32_t oldest = DramQueue::none;
  for (std::uint64_t left = inside_->waiting[r]; left != 0; left &= left - 1) {
    const std::uint32_t index = first + static_cast<std::uint32_t>(__builtin_ctzll(left));
    const DramQueue::Bank& bank = queue.bank(index);
    const std::uint32_t head = queue.first_of(bank.head[0], queue.first_free_write(index));
    oldest = queue.first_of(oldest, head);
    if (head == DramQueue::none || queue[head].row == bank.open_row) {
      continue;
    }
    Choice row;
    row.bank = index;
    row.wish.step = Step::row;
    row.wish.command = bank.open_row < 0 ? DramCommand::activate : DramCommand::precharge;
    row.wish.priority = queue[head].priority;
    row.wish.order = queue[head].order;
    row.wish.entry = head;
    row.clock = std::max(at, rules.earliest(index, row.wish.command));
    if (precedes(row.clock, row.wish, next.row.clock, next.row.wish)) {
      next.row = row;
    }
  }
  const DramEntry& entry = queue[oldest];
  if (entry.blocked || entry.row != queue.bank(entry.bank).open_row) {
    return next;
  }
  next.column.bank = entry.bank;
  next.column.wish.step = Step::column;
  next.column.wish.command = entry.write ? DramCommand::write : DramCommand::read;
  next.column.wish.entry = oldest;
  next.column.clock = std::max(at, rules.earliest(entry.bank, next.column.wish.command));
  return next;
}

Clock DramChannel::issue_alone_row(const Choice& row) {
  const DramEntry& entry = inside_->queue[row.wish.entry];
  apply_inside(row.wish.command, row.bank, row.clock);
  log(row.wish.command, row.clock, entry, inside_->runs.all[entry.run]);
  if (row.wish.command == DramCommand::activate) {
    activated(row.bank, entry.row, row.clock);
  } else {
    precharged(row.bank, row.clock, true);
  }
  return row.clock + 1;
}

/// Columns of a run from this one on, all before `limit`: once round its bank groups one by one, then,
/// where each follows the one before as closely as the rank allows, the rest until one of its banks has
/// had all. @return the clock after the last
Clock DramChannel::issue_alone_columns(const Choice& first, Clock limit) {
  const DramQueue& queue = inside_->queue;
  const DramConstraints& rules = inside_->constraints;
  const DramCommand command = first.wish.command;
  const std::uint32_t rank = constraints_.rank_of(first.bank);
  const std::uint32_t run = queue[first.wish.entry].run;
  const std::uint64_t order = queue[first.wish.entry].order;
  const std::uint32_t run_lanes = queue[first.wish.entry].lanes;
  // Whose turn it is after how many.
  std::array<std::uint32_t, 16> lanes{};
  for (std::uint64_t left = inside_->waiting[rank]; left != 0; left &= left - 1) {
    const std::uint32_t bank =
        rank * constraints_.banks_per_rank() + static_cast<std::uint32_t>(__builtin_ctzll(left));
    const std::uint32_t hit = queue.bank(bank).hit[command == DramCommand::write ? 1 : 0];
    if (hit != DramQueue::none && queue[hit].run == run &&
        queue[hit].order - order < lanes.size()) {
      lanes[queue[hit].order - order] = hit;
    }
  }
  Clock clock = first.clock;
  Clock last = clock;
  std::uint32_t count = 0;
  for (bool ended = false; !ended;) {
    const std::uint32_t entry = lanes[count];
    const std::uint32_t bank = queue[entry].bank;
    last = clock;
    apply_inside(command, bank, last);
    log(command, last, queue[entry], inside_->runs.all[run]);
    ended = queue[entry].remaining == 1;
    count_inside_columns(entry, 1, last, last);
    ++count;
    if (ended ||
        (count < run_lanes && (count == lanes.size() || lanes[count] == DramQueue::none))) {
      return last + 1;
    }
    if (count == run_lanes) {
      break;
    }
    clock = rules.earliest(queue[lanes[count]].bank, command);
    if (clock >= limit) {
      return last + 1;
    }
  }
  const Clock spacing =
      count == 1 ? rules.column_spacing(command) : rules.rank_column_spacing(command);
  bool steady = spacing * count >= rules.column_spacing(command);
  std::uint64_t columns = static_cast<std::uint64_t>((limit - 1 - last) / spacing);
  for (std::uint32_t lane = 0; lane < count; ++lane) {
    const DramEntry& entry = queue[lanes[lane]];
    steady = steady && rules.earliest(entry.bank, command) <= last + spacing * (lane + 1);
    columns = std::min(columns, (std::uint64_t{entry.remaining} - 1) * count + lane + 1);
  }
  if (!steady || columns == 0) {
    return last + 1;
  }
  for (std::uint64_t i = 0; log_ != nullptr && i < columns; ++i) {
    const DramEntry& entry = queue[lanes[i % count]];
    log(command, last + spacing * static_cast<Clock>(i + 1), entry, inside_->runs.all[run],
        static_cast<std::uint32_t>(i / count));
  }
  for (std::uint32_t lane = 0; lane < std::min<std::uint64_t>(count, columns); ++lane) {
    const auto share = static_cast<std::uint32_t>((columns - lane - 1) / count + 1);
    const Clock begin = last + spacing * (lane + 1);
    const Clock end = begin + spacing * count * static_cast<Clock>(share - 1);
    apply_inside(command, queue[lanes[lane]].bank, end);
    count_inside_columns(lanes[lane], share, begin, end);
  }
  return last + spacing * static_cast<Clock>(columns) + 1;
}

}  // namespace lacuna::memory
