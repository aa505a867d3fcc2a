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

DramChannel::Choices DramChannel::choose() {
  unsigned directions = both;
  if (policies_.queue.kind == DramQueueKind::read_write) {
    choose_direction();
    directions = writing_ ? write_bit : read_bit;
  }
  Choices choices = choose_among(directions);
  if (choices.best.step == Step::none && directions != both) {
    // Writes that wait for older reads of their bytes.
    choices = choose_among(both);
  }
  for (std::uint32_t r = 0; r < ranks_.size(); ++r) {
    if (ranks_[r].refreshing != 0 || ranks_[r].down) {
      const Choice maintenance = choose_maintenance(r);
      if (maintenance.clock <= choices.best.clock) {
        lose(choices.best, choices);
        choices.best = maintenance;
      } else {
        lose(maintenance, choices);
      }
    }
  }
  return choices;
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

DramChannel::Choices DramChannel::choose_among(unsigned directions) {
  Choices choices;
  const std::uint64_t oldest =
      policies_.scheduler.policy == DramScheduling::fcfs ? oldest_order(directions) : 0;
  for (std::uint32_t r = 0; r < ranks_.size(); ++r) {
    const Rank& rank = ranks_[r];
    if (rank.down) {
      continue;
    }
    const std::uint32_t first = r * constraints_.banks_per_rank();
    for (std::uint64_t left = rank.waiting & ~rank.refreshing; left != 0; left &= left - 1) {
      const std::uint32_t index = first + static_cast<std::uint32_t>(__builtin_ctzll(left));
      consider_bank(index, directions, oldest, choices);
    }
  }
  return choices;
}

std::uint32_t DramChannel::wanted(std::uint32_t index, unsigned directions) const {
  const DramQueue::Bank& bank = queue_.bank(index);
  const std::uint32_t read = (directions & read_bit) != 0 ? bank.head[0] : DramQueue::none;
  const std::uint32_t write = (directions & write_bit) != 0 ? bank.head[1] : DramQueue::none;
  return queue_.first_of(read, write);
}

std::uint64_t DramChannel::oldest_order(unsigned directions) const {
  std::uint32_t oldest = DramQueue::none;
  for (std::uint32_t r = 0; r < ranks_.size(); ++r) {
    for (std::uint64_t left = ranks_[r].waiting; left != 0; left &= left - 1) {
      oldest = queue_.first_of(oldest, wanted(r * constraints_.banks_per_rank() +
                                                  static_cast<std::uint32_t>(__builtin_ctzll(left)),
                                              directions));
    }
  }
  return oldest == DramQueue::none ? 0 : queue_[oldest].order;
}

bool DramChannel::precedes(const Choice& a, const Choice& b) {
  // Aged requests keep all others off, even from clocks that they cannot use themselves: else a
  // stream of reads would never leave the bus to an old write.
  return std::tie(a.young, a.clock, a.priority, a.step, a.order) <
         std::tie(b.young, b.clock, b.priority, b.step, b.order);
}

void DramChannel::Rivals::add(const Choice& choice) {
  clock = std::min(clock, choice.clock);
  priority = std::min(priority, choice.priority);
  order = std::min(order, choice.order);
}

void DramChannel::lose(const Choice& choice, Choices& choices) {
  (choice.step == Step::column ? choices.columns : choices.others).add(choice);
}

void DramChannel::consider(const Choice& choice, Choices& choices) {
  if (precedes(choice, choices.best)) {
    lose(choices.best, choices);
    choices.best = choice;
  } else {
    lose(choice, choices);
  }
}

void DramChannel::consider_bank(std::uint32_t index, unsigned directions, std::uint64_t oldest,
                                Choices& choices) const {
  const DramQueue::Bank& bank = queue_.bank(index);
  const bool in_order = policies_.scheduler.policy == DramScheduling::fcfs;
  const std::uint32_t first = wanted(index, directions);
  Choice choice;
  choice.bank = index;
  if (banks_[index].close) {
    choice.step = Step::close;
    choice.command = DramCommand::precharge;
    choice.clock = std::max(now_, constraints_.earliest(index, choice.command));
    if (first != DramQueue::none) {
      choice.young = !aged(queue_[first]);
      choice.priority = queue_[first].priority;
    }
    consider(choice, choices);
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
    const bool may = head.row == bank.open_row ||
                     (entry.priority <= head.priority && (!old || aged(entry)) && !in_order);
    if (!may) {
      continue;
    }
    served = true;
    if (in_order && entry.order != oldest) {
      continue;
    }
    choice.step = Step::column;
    choice.command = list == 0 ? DramCommand::read : DramCommand::write;
    choice.clock = std::max(now_, constraints_.earliest(index, choice.command));
    choice.young = !aged(entry);
    choice.priority = entry.priority;
    choice.order = entry.order;
    choice.entry = hit;
    consider(choice, choices);
  }
  if (served || head.row == bank.open_row) {
    return;
  }
  choice.step = Step::row;
  choice.command = bank.open_row < 0 ? DramCommand::activate : DramCommand::precharge;
  choice.clock = std::max(now_, constraints_.earliest(index, choice.command));
  choice.young = !old;
  choice.priority = head.priority;
  choice.order = head.order;
  choice.entry = first;
  consider(choice, choices);
}

}  // namespace lacuna::memory
