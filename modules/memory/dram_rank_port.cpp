// SPDX-License-Identifier: Apache-2.0
// Accesses from within ranks: the controllers on the DIMM, which see the channel's commands and fit their own around them.
#include <algorithm>
#include <tuple>

#include "memory/dram_channel.h"

namespace lacuna::memory {

DramChannel::Inside::Inside(const DramDevice& device, std::uint32_t ranks)
    : constraints(device, ranks, false),
      queue(ranks * device.organisation.banks()),
      backlog(ranks),
      waiting(ranks),
      entries(ranks),
      not_before(ranks),
      alone(ranks) {}

void DramChannel::add_inside(const DramRun& run) {
  inside_->outstanding += run.bursts;
  inside_->same_priority = inside_->same_priority && run.priority == 0;
  inside_->backlog[run.first.rank].insert_in_order(run, visible_before<DramRun>);
  if (is_alone(run.first.rank)) {
    plan_check(run.first.rank);
    quiet_until_ = std::min(quiet_until_, inside_->alone[run.first.rank].end);
  } else {
    quiet_until_ = 0;
  }
}

void DramChannel::admit_inside() {
  for (std::uint32_t r = 0; r < rank_count_; ++r) {
    auto& backlog = inside_->backlog[r];
    while (!is_alone(r) && !backlog.empty() && backlog.front().visible <= now_ &&
           inside_->entries[r] < policies_.queue.depth) {
      admit_run(backlog.front());
      backlog.pop_front();
    }
  }
}

Clock DramChannel::next_inside_admission() const {
  Clock next = never;
  for (std::uint32_t r = 0; r < rank_count_; ++r) {
    const auto& backlog = inside_->backlog[r];
    if (!is_alone(r) && !backlog.empty() && inside_->entries[r] < policies_.queue.depth) {
      next = std::min(next, std::max(now_, backlog.front().visible));
    }
  }
  return next;
}

/// Whether the channel is about to serve columns of the bank's open row. What it has there and does not serve, because something
/// more urgent waits, must not hold the row: the channel leaves rows alone that the rank waits for, and the two would wait
/// for each other.
bool DramChannel::host_wants_row(std::uint32_t index) const {
  const Wishes& wishes = wishes_[index];
  const auto end = wishes.all.begin() + wishes.count;
  return queue_.bank(index).entries != 0 &&
         std::any_of(wishes.all.begin(), end,
                     [](const Wish& wish) { return wish.step == Step::column; });
}

DramChannel::Wishes DramChannel::wishes_inside(std::uint32_t index, std::uint64_t oldest) const {
  Wishes wishes;
  const DramQueue& queue = inside_->queue;
  const DramQueue::Bank& bank = queue.bank(index);
  const std::uint32_t first = queue.first_of(bank.head[0], queue.first_free_write(index));
  if (first == DramQueue::none) {
    return wishes;
  }
  const DramEntry& head = queue[first];
  const bool in_order = policies_.rank_scheduler == DramScheduling::fcfs;
  Wish wish;
  bool served = false;  // the open row is of use to somebody
  for (const std::uint32_t hit : bank.hit) {
    const bool may =
        hit != DramQueue::none &&
        (head.row == bank.open_row || (!in_order && queue[hit].priority <= head.priority));
    served = served || may;
    if (may && (!in_order || queue[hit].order == oldest)) {
      wish.step = Step::column;
      wish.command = queue[hit].write ? DramCommand::write : DramCommand::read;
      wish.priority = queue[hit].priority;
      wish.order = queue[hit].order;
      wish.entry = hit;
      wishes.add(wish);
    }
  }
  if (!served && head.row != bank.open_row && !host_wants_row(index)) {
    wish.step = Step::row;
    wish.command = bank.open_row < 0 ? DramCommand::activate : DramCommand::precharge;
    wish.priority = head.priority;
    wish.order = head.order;
    wish.entry = first;
    wishes.add(wish);
  }
  return wishes;
}

bool DramChannel::turns_against(const Wish& wish, const Wish& host) {
  return wish.step == Step::column && host.step == Step::column && wish.command != host.command &&
         std::tie(host.priority, host.order) < std::tie(wish.priority, wish.order);
}

/// The oldest column that waits in a rank.
std::uint32_t DramChannel::oldest_entry_inside(std::uint32_t rank) const {
  const DramQueue& queue = inside_->queue;
  const std::uint32_t first = rank * constraints_.banks_per_rank();
  std::uint32_t oldest = DramQueue::none;
  for (std::uint64_t left = inside_->waiting[rank]; left != 0; left &= left - 1) {
    const std::uint32_t bank = first + static_cast<std::uint32_t>(__builtin_ctzll(left));
    // A blocked write is no more urgent than the read it waits for; what is behind it may be.
    oldest = queue.first_of(oldest,
                            queue.first_of(queue.bank(bank).head[0], queue.first_free_write(bank)));
  }
  return oldest;
}

DramChannel::Choice DramChannel::choose_inside(const Choice& host) {
  Choice best;
  for (std::uint32_t r = 0; r < rank_count_; ++r) {
    // Rules only ever move commands later, so what a rank could not do before, it cannot now.
    if (!ranks_[r].down && !is_alone(r) &&
        std::max(now_, inside_->not_before[r]) <= std::min(best.clock, host.clock)) {
      choose_in_rank(r, host, best);
    }
  }
  return best;
}

void DramChannel::choose_in_rank(std::uint32_t r, const Choice& host, Choice& best) {
  const std::uint32_t first = r * constraints_.banks_per_rank();
  const bool in_order = policies_.rank_scheduler == DramScheduling::fcfs;
  const std::uint64_t oldest = in_order ? oldest_inside(r) : 0;
  // Of one clock, a rank's pins take the channel's command; other ranks do not hear it.
  const bool same = host_takes_rank(host, r);
  Clock earliest = never;
  for (std::uint64_t left = inside_->waiting[r] & ~ranks_[r].refreshing; left != 0;
       left &= left - 1) {
    const std::uint32_t bank = first + static_cast<std::uint32_t>(__builtin_ctzll(left));
    const Wishes wishes = wishes_inside(bank, oldest);
    for (std::uint32_t i = 0; i < wishes.count; ++i) {
      const Wish& wish = wishes.all[i];
      const Clock clock = std::max(now_, inside_->constraints.earliest(bank, wish.command));
      earliest = std::min(earliest, clock);
      // Columns of one direction would else keep an older one of the other off for ever.
      if (same && turns_against(wish, host.wish)) {
        continue;
      }
      if (clock < host.clock + (same ? 0 : 1) && precedes(clock, wish, best.clock, best.wish)) {
        best = {clock, bank, wish};
      }
    }
  }
  inside_->not_before[r] = earliest;
}

void DramChannel::apply_inside(DramCommand command, std::uint32_t bank, Clock clock) {
  const std::uint32_t rank = constraints_.rank_of(bank);
  constraints_.issued(command, bank, clock, false);
  inside_->constraints.issued(command, bank, clock);
  // The rank's pins are taken.
  constraints_.hold(rank, clock + 1);
  inside_->constraints.hold(rank, clock + 1);
}

void DramChannel::issue_inside(const Choice& first) {
  const std::uint32_t rank = constraints_.rank_of(first.bank);
  const auto issue_one = [&](const Choice& choice) {
    const DramCommand command = choice.wish.command;
    apply_inside(command, choice.bank, choice.clock);
    inside_->not_before[rank] = 0;
    const DramEntry& entry = inside_->queue[choice.wish.entry];
    log(command, choice.clock, entry, inside_->runs.all[entry.run]);
    switch (command) {
      case DramCommand::activate:
        activated(choice.bank, entry.row, choice.clock);
        return;
      case DramCommand::precharge:
        precharged(choice.bank, choice.clock, true);
        return;
      default:
        issue_inside_column(choice);
    }
  };
  const std::uint32_t run = inside_->queue[first.wish.entry].run;
  issue_one(first);
  const DramQueue& queue = inside_->queue;
  if (policies_.rank_scheduler != DramScheduling::fcfs || first.wish.step != Step::column ||
      queue[first.wish.entry].remaining == 0) {
    return;
  }
  // In order, the rest of the run comes next, at once: as long as the rank has no row to open or close,
  // nobody arrives, and the channel does nothing. Ranks do not see each other.
  Clock row_clock = never;
  Clock limit = std::min({decided_, choice_.clock, next_look_, next_admission(),
                          next_instruction_admission(), next_inside_admission()});
  const std::size_t list = first.wish.command == DramCommand::write ? 1 : 0;
  std::array<std::uint32_t, 16> lanes{};
  std::size_t lane_count = 0;
  for (std::uint64_t left = inside_->waiting[rank] & ~ranks_[rank].refreshing; left != 0;
       left &= left - 1) {
    const std::uint32_t bank =
        rank * constraints_.banks_per_rank() + static_cast<std::uint32_t>(__builtin_ctzll(left));
    const std::uint32_t hit = queue.bank(bank).hit[list];
    if (hit != DramQueue::none && queue[hit].run == run && lane_count < lanes.size()) {
      lanes[lane_count++] = hit;
      continue;
    }
    const Wishes wishes = wishes_inside(bank, 0);
    if (wishes.count != 0 && wishes.all[0].step == Step::row) {
      row_clock = std::min(row_clock, inside_->constraints.earliest(bank, wishes.all[0].command));
    }
  }
  limit = std::min(limit, row_clock);
  Choice next = first;
  for (bool ended = false; !ended;) {
    ++next.wish.order;
    const auto end = lanes.cbegin() + lane_count;
    const auto lane = std::find_if(lanes.cbegin(), end, [&](std::uint32_t entry) {
      return queue[entry].order == next.wish.order;
    });
    if (lane == end) {
      return;
    }
    next.wish.entry = *lane;
    next.bank = queue[*lane].bank;
    next.clock = std::max(now_, inside_->constraints.earliest(next.bank, next.wish.command));
    const bool waits = host_takes_rank(choice_, rank) && turns_against(next.wish, choice_.wish);
    if (next.clock >= limit || waits) {
      inside_->not_before[rank] = std::min(next.clock, row_clock);
      return;
    }
    issue_one(next);
    ended = queue[*lane].remaining == 0;
  }
}

void DramChannel::issue_inside_column(const Choice& choice) {
  count_inside_columns(choice.wish.entry, 1, choice.clock, choice.clock);
  mark(choice.bank);  // the channel's controller may close the row now
  if (policies_.page_policy != DramPagePolicy::open) {
    banks_[choice.bank].close = policies_.page_policy == DramPagePolicy::closed;
    apply_page_policy(choice.bank);
  }
}

void DramChannel::count_inside_columns(std::uint32_t number, std::uint32_t columns, Clock first,
                                       Clock last) {
  const DramEntry entry = inside_->queue[number];
  const DramTimings& t = device_.timing;
  const std::uint32_t r = constraints_.rank_of(entry.bank);
  (entry.write ? counts_.inside_writes : counts_.inside_reads) += columns;
  count_rows(entry.bank, columns);
  const Clock latency = entry.write ? t.CWL : t.CL;
  Run& run = inside_->runs.all[entry.run];
  run.first_data = std::min(run.first_data, first + latency);
  inside_->outstanding -= columns;
  run.remaining -= columns;
  if (run.remaining == 0) {
    done_.push_back({run.id, run.first_data, last + latency + t.burst});
    inside_->runs.free.push_back(entry.run);
  }
  if (!inside_->queue.advance(number, columns)) {
    return;
  }
  Rank& rank = ranks_[r];
  --inside_->entries[r];
  if (inside_->queue.bank(entry.bank).entries == 0) {
    inside_->waiting[r] &= ~bit(entry.bank);
  }
  if (--rank.entries == 0) {
    rank.idle_since = std::max(rank.idle_since, last + 1);
    if (looks_) {
      plan_look();
    }
  }
}

Clock DramChannel::earliest_inside_end() const {
  Clock end = never;
  for (const DramRunDone& done : done_) {
    end = std::min(end, done.end_of_data);  // known, and not yet taken
  }
  if (!inside_ || inside_->outstanding == 0) {
    return end;
  }
  bool among = false;  // the others
  for (std::uint32_t r = 0; r < rank_count_; ++r) {
    const Alone& alone = inside_->alone[r];
    end = alone.is ? std::min(end, alone.end) : end;
    among = among || (!alone.is && (inside_->entries[r] != 0 || !inside_->backlog[r].empty()));
  }
  if (!among) {
    return end;
  }
  const DramTimings& t = device_.timing;
  std::uint32_t columns = inside_->runs.fewest(std::numeric_limits<std::uint32_t>::max());
  for (const auto& backlog : inside_->backlog) {
    for (const DramRun& run : backlog) {
      columns = std::min(columns, run.bursts);
    }
  }
  return std::min(end, std::max(now_, decided_) +
                           static_cast<Clock>(columns - 1) * std::min(t.CCD_S, t.CCD_L) +
                           std::min(t.CL, t.CWL) + t.burst);
}

}  // namespace lacuna::memory
