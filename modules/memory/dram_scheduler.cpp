// SPDX-License-Identifier: Apache-2.0
// Of all commands that could be issued for someone, which comes next, and when.
#include <algorithm>
#include <tuple>

#include "memory/dram_channel.h"

namespace lacuna::memory {

namespace {

constexpr unsigned read_bit = 1;
constexpr unsigned write_bit = 2;
constexpr unsigned both = read_bit | write_bit;

}  // namespace

bool DramChannel::aged(const DramEntry& entry) const {
  return policies_.scheduler.policy == DramScheduling::fr_fcfs_cap &&
         now_ - entry.visible >= static_cast<Clock>(policies_.scheduler.age_cap);
}

void DramChannel::choose() {
  unsigned directions = both;
  if (policies_.queue.kind == DramQueueKind::read_write) {
    choose_direction();
    directions = writing_ ? write_bit : read_bit;
  }
  choose_among(directions);
  if (!instructions_.empty()) {
    prefer(choose_instruction());
  } else if (choice_.wish.step == Step::none && directions != both &&
             oldest_wanted(directions) == DramQueue::none) {
    // Writes that wait for older reads of their bytes.
    choose_among(both);
  }
  for (std::uint32_t r = 0; r < rank_count_; ++r) {
    if (ranks_[r].refreshing != 0 || ranks_[r].down) {
      prefer(choose_maintenance(r));
    }
  }
}

void DramChannel::prefer(const Choice& other) {
  if (other.clock <= choice_.clock) {
    choice_ = other;
  }
}

void DramChannel::choose_direction() {
  const std::uint32_t reads = queue_.reads();
  const std::uint32_t writes = queue_.writes();
  if (writing_) {
    writing_ = writes != 0 && (reads == 0 || writes > writes_low_);
  } else {
    writing_ = writes >= writes_high_ || (reads == 0 && writes != 0);
  }
}

template <class Visit>
void DramChannel::for_each_bank(Visit visit) const {
  for (std::uint32_t r = 0; r < rank_count_; ++r) {
    const Rank& rank = ranks_[r];
    if (rank.down) {
      continue;
    }
    const std::uint32_t first = r * constraints_.banks_per_rank();
    for (std::uint64_t left = rank.waiting & ~rank.refreshing; left != 0; left &= left - 1) {
      visit(first + static_cast<std::uint32_t>(__builtin_ctzll(left)));
    }
  }
}

template <class Visit>
void DramChannel::for_each_wish(Visit visit) const {
  for_each_bank([&](std::uint32_t bank) {
    const Wishes& wishes = wishes_[bank];
    for (std::uint32_t i = 0; i < wishes.count; ++i) {
      visit(bank, wishes.all[i]);
    }
  });
}

/// Only the banks that something happened to, unless wishes depend on the time or on other banks.
void DramChannel::renew_wishes(unsigned directions) {
  const bool all = policies_.scheduler.policy != DramScheduling::fr_fcfs || directions != wished_;
  const bool in_order = policies_.scheduler.policy == DramScheduling::fcfs;
  const std::uint64_t oldest = in_order ? queue_[oldest_wanted(directions)].order : 0;
  wished_ = directions;
  for (std::uint32_t r = 0; r < rank_count_; ++r) {
    Rank& rank = ranks_[r];
    const std::uint32_t first = r * constraints_.banks_per_rank();
    for (std::uint64_t left = rank.waiting & (all ? ~std::uint64_t{0} : rank.stale); left != 0;
         left &= left - 1) {
      const std::uint32_t bank = first + static_cast<std::uint32_t>(__builtin_ctzll(left));
      renew_wishes_of(bank, directions, oldest);
    }
    rank.stale = 0;
  }
}

void DramChannel::choose_among(unsigned directions) {
  renew_wishes(directions);
  const Wish nobody;
  const Wish* best = &nobody;
  Clock best_clock = never;
  choice_.bank = 0;
  const bool instructing = !instructions_.empty();
  for_each_bank([&](std::uint32_t bank) {
    Wishes& wishes = wishes_[bank];
    // Clocks only rise while a wish stands: what could not come before then cannot now.
    if (wishes.not_before > best_clock) {
      return;
    }
    wishes.not_before = never;
    for (std::uint32_t i = 0; i < wishes.count; ++i) {
      const Wish& wish = wishes.all[i];
      const Clock clock = clock_of(bank, wish);
      wishes.not_before = std::min(wishes.not_before, clock);
      if (precedes(clock, wish, best_clock, *best) && !(instructing && yields(wish))) {
        best = &wish;
        best_clock = clock;
        choice_.bank = bank;
      }
    }
  });
  choice_.clock = best_clock;
  choice_.wish = *best;
}

std::uint32_t DramChannel::wanted(std::uint32_t index, unsigned directions) const {
  const DramQueue::Bank& bank = queue_.bank(index);
  const std::uint32_t read = (directions & read_bit) != 0 ? bank.head[0] : DramQueue::none;
  // A row opened for a write that must wait would be closed again for the read it waits for.
  const std::uint32_t write =
      (directions & write_bit) != 0 ? queue_.first_free_write(index) : DramQueue::none;
  return queue_.first_of(read, write);
}

std::uint32_t DramChannel::oldest_wanted(unsigned directions) const {
  std::uint32_t oldest = DramQueue::none;
  for (std::uint32_t r = 0; r < rank_count_; ++r) {
    for (std::uint64_t left = ranks_[r].waiting; left != 0; left &= left - 1) {
      oldest = queue_.first_of(oldest, wanted(r * constraints_.banks_per_rank() +
                                                  static_cast<std::uint32_t>(__builtin_ctzll(left)),
                                              directions));
    }
  }
  return oldest;
}

bool DramChannel::precedes(Clock clock, const Wish& wish, Clock other_clock, const Wish& other) {
  // Aged requests keep all others off, even from clocks that they cannot use themselves: else a
  // stream of reads would never leave the bus to an old write.
  if (wish.young != other.young) {
    return !wish.young;
  }
  if (clock != other_clock) {
    return clock < other_clock;
  }
  return std::tie(wish.priority, wish.step, wish.order) <
         std::tie(other.priority, other.step, other.order);
}

void DramChannel::renew_wishes_of(std::uint32_t index, unsigned directions, std::uint64_t oldest) {
  Wishes& wishes = wishes_[index];
  wishes.count = 0;
  wishes.not_before = 0;
  const DramQueue::Bank& bank = queue_.bank(index);
  const bool in_order = policies_.scheduler.policy == DramScheduling::fcfs;
  const std::uint32_t first = wanted(index, directions);
  Wish wish;
  // Columns from within the rank that wait for the open row are served before it is closed.
  const bool kept = hit_inside(index);
  if (banks_[index].close && !kept) {
    wish.step = Step::close;
    wish.command = DramCommand::precharge;
    if (first != DramQueue::none) {
      wish.young = !aged(queue_[first]);
      wish.priority = queue_[first].priority;
    }
    wishes.add(wish);
    return;
  }
  if (first == DramQueue::none) {
    return;
  }
  const DramEntry& head = queue_[first];
  const bool old = aged(head);
  bool served = false;  // the open row is of use to somebody who may go first
  for (unsigned list = 0; list < 2; ++list) {
    const std::uint32_t hit = bank.hit[list];
    if (hit == DramQueue::none || (directions & (1U << list)) == 0) {
      continue;
    }
    const DramEntry& entry = queue_[hit];
    const bool may =
        head.row == bank.open_row || (entry.priority <= head.priority && !old && !in_order);
    if (!may) {
      continue;
    }
    served = true;
    if (in_order && entry.order != oldest) {
      continue;
    }
    wish.step = Step::column;
    wish.command = list == 0 ? DramCommand::read : DramCommand::write;
    wish.young = !aged(entry);
    wish.priority = entry.priority;
    wish.order = entry.order;
    wish.entry = hit;
    wishes.add(wish);
  }
  if (served || head.row == bank.open_row || (kept && !old)) {
    return;
  }
  // A row opened ahead of its turn, the rank would close for its own again and again.
  if (in_order && bank.open_row < 0 && head.order != oldest && waits_inside(index)) {
    return;
  }
  wish.step = Step::row;
  wish.command = bank.open_row < 0 ? DramCommand::activate : DramCommand::precharge;
  wish.young = !old;
  wish.priority = head.priority;
  wish.order = head.order;
  wish.entry = first;
  wishes.add(wish);
}

/// In order. Neither overtakes an older column whose turn it is, nor is overtaken by a younger one: by
/// clocks alone, a stream of one direction would keep the other off for ever.
DramChannel::Choice DramChannel::choose_instruction() const {
  const DramInstruction& next = instructions_.front();
  Choice choice;
  bool waits = false;
  for_ranks_of(next, [&](std::uint32_t r) { waits = waits || ranks_[r].down; });
  for_each_wish([&](std::uint32_t, const Wish& wish) {
    waits = waits || (wish.step == Step::column && older(wish));
  });
  if (waits) {
    return choice;
  }
  choice.wish.step = Step::instruct;
  choice.wish.command = next.command;
  choice.clock = std::max(now_, earliest(next));
  return choice;
}

void DramChannel::Rivals::add(Clock when, const Wish& wish) {
  clock = std::min(clock, when);
  priority = std::min(priority, wish.priority);
  order = std::min(order, wish.order);
}

/// How many columns an entry surely gets from this one on while others wait.
std::uint64_t DramChannel::unrivalled(const Choice& column) const {
  const DramEntry& entry = queue_[column.wish.entry];
  Rivals columns;
  Rivals others;
  for_each_wish([&](std::uint32_t bank, const Wish& wish) {
    if (wish.entry != column.wish.entry) {
      (wish.step == Step::column ? columns : others).add(clock_of(bank, wish), wish);
    }
  });
  for (std::uint32_t r = 0; r < rank_count_; ++r) {
    if (ranks_[r].refreshing != 0 || ranks_[r].down) {
      const Choice maintenance = choose_maintenance(r);
      others.add(maintenance.clock, maintenance.wish);
    }
  }
  const Clock spacing = constraints_.column_spacing(column.wish.command);
  const auto until = [&](Clock end) {
    return end <= column.clock ? 0
                               : static_cast<std::uint64_t>((end - 1 - column.clock) / spacing) + 1;
  };
  // No column changes when a row can be opened or closed elsewhere; at the same clock, a column of
  // the same priority comes first.
  const std::uint64_t by_others = until(others.clock + (entry.priority <= others.priority ? 1 : 0));
  // Every column delays those of other banks as well, perhaps as much as its own bank's next: then
  // the older goes on.
  std::uint64_t by_columns = until(columns.clock);
  if (spacing <= constraints_.least_column_spacing(column.wish.command)) {
    if (entry.priority < columns.priority) {
      by_columns = entry.remaining;
    } else if (entry.priority == columns.priority && entry.order < columns.order) {
      by_columns = std::max(by_columns, (columns.order - entry.order - 1) / entry.lanes + 1);
    }
  }
  return std::min(by_others, by_columns);
}

}  // namespace lacuna::memory
