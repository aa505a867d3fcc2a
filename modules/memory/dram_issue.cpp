// SPDX-License-Identifier: Apache-2.0
// What a channel's commands do to its banks, ranks and requests.
#include <algorithm>

#include "memory/dram_channel.h"

namespace lacuna::memory {

void DramChannel::issue(const Choice& choice) {
  Rank& rank = ranks_[constraints_.rank_of(choice.bank)];
  const Clock clock = choice.clock;
  switch (choice.wish.command) {
    case DramCommand::read:
    case DramCommand::write:
      issue_columns(choice, 1);
      return;
    case DramCommand::activate: {
      const DramEntry& entry = queue_[choice.wish.entry];
      apply(choice.wish.command, choice.bank, clock);
      log(choice.wish.command, clock, entry, run_of(entry));
      activated(choice.bank, entry.row, clock);
      return;
    }
    case DramCommand::precharge:
      apply(choice.wish.command, choice.bank, clock);
      if (choice.wish.step == Step::row) {
        const DramEntry& entry = queue_[choice.wish.entry];
        log(choice.wish.command, clock, entry, run_of(entry));
      } else {
        log(choice.wish.command, choice.bank, clock);
      }
      precharged(choice.bank, clock, choice.wish.step == Step::row);
      return;
    case DramCommand::precharge_all: {
      log(choice.wish.command, choice.bank, clock);
      apply(choice.wish.command, choice.bank, clock);
      for (std::uint64_t left = rank.open; left != 0; left &= left - 1) {
        const std::uint32_t bank = choice.bank + static_cast<std::uint32_t>(__builtin_ctzll(left));
        apply_to_bank(choice.wish.command, bank, clock);
        precharged(bank, clock, false);
      }
      return;
    }
    case DramCommand::refresh:
    case DramCommand::refresh_bank:
      issue_refresh(choice);
      return;
    case DramCommand::power_down_exit:
      apply(choice.wish.command, choice.bank, clock);
      log(choice.wish.command, choice.bank, clock);
      count_state(rank, clock);
      rank.down = false;
      plan_look();
      return;
    case DramCommand::power_down_enter:
      return;  // look() does
    case DramCommand::instruct:
    case DramCommand::instruct_write:
    case DramCommand::instruct_read:
      issue_instruction(clock);
      return;
  }
}

/// So many columns of an entry, as close together as their bank allows.
void DramChannel::issue_columns(const Choice& first, std::uint32_t columns) {
  const DramEntry entry = queue_[first.wish.entry];
  const DramTimings& t = device_.timing;
  const Clock spacing = constraints_.column_spacing(first.wish.command);
  const Clock last = first.clock + (columns - 1) * spacing;
  now_ = last + 1;
  // Each rule asks for so many clocks after the latest.
  apply(first.wish.command, first.bank, last);
  if (log_ != nullptr) {
    for (std::uint32_t i = 0; i < columns; ++i) {
      log(first.wish.command, first.clock + i * spacing, entry, run_of(entry), i);
    }
  }
  (entry.write ? counts_.writes : counts_.reads) += columns;
  count_rows(first.bank, columns);
  const Clock latency = entry.write ? t.CWL : t.CL;
  Runs& runs = runs_[entry.write ? 1 : 0];
  Run& run = runs.all[entry.run];
  run.first_data = std::min(run.first_data, first.clock + latency);
  run.remaining -= columns;
  outstanding_ -= columns;
  if (run.remaining == 0) {
    done_.push_back({run.id, run.first_data, last + latency + t.burst});
    runs.free.push_back(entry.run);
  }
  Rank& rank = ranks_[constraints_.rank_of(first.bank)];
  rank.stale |= bit(first.bank);
  if (queue_.advance(first.wish.entry, columns)) {
    if (--rank.entries == 0) {
      rank.idle_since = now_;
      if (looks_) {
        plan_look();
      }
    }
    mark(first.bank);
  }
  if (policies_.page_policy != DramPagePolicy::open) {
    banks_[first.bank].close = policies_.page_policy == DramPagePolicy::closed;
    apply_page_policy(first.bank);
  }
}

void DramChannel::count_rows(std::uint32_t index, std::uint32_t columns) {
  Bank& bank = banks_[index];
  counts_.row_hits += columns;
  if (bank.fresh) {
    --counts_.row_hits;
    ++(bank.conflict ? counts_.row_conflicts : counts_.row_misses);
    bank.fresh = false;
  }
}

/// Further columns of the entry that has just been given one, as many as would be chosen before
/// anything else.
void DramChannel::issue_stream(const Choice& first, Clock limit) {
  // An entry that is done has nothing left, and its place is nobody's yet.
  const DramEntry& entry = queue_[first.wish.entry];
  const Clock spacing = constraints_.column_spacing(first.wish.command);
  Choice column = first;
  column.clock += spacing;
  if (entry.remaining == 0 || column.clock >= limit) {
    return;
  }
  const auto before_limit = static_cast<std::uint64_t>((limit - 1 - column.clock) / spacing) + 1;
  const std::uint64_t columns =
      std::min({std::uint64_t{entry.remaining}, before_limit, unrivalled(column)});
  if (columns != 0) {
    issue_columns(column, static_cast<std::uint32_t>(columns));
  }
}

void DramChannel::issue_refresh(const Choice& choice) {
  Rank& rank = ranks_[constraints_.rank_of(choice.bank)];
  const std::uint32_t first = choice.bank & ~(constraints_.banks_per_rank() - 1);
  apply(choice.wish.command, choice.bank, choice.clock);
  if (choice.wish.command == DramCommand::refresh) {
    log(choice.wish.command, choice.bank, choice.clock);
    ++counts_.refreshes;
    rank.due += device_.timing.REFI;
  } else {
    for (std::uint64_t left = rank.refreshing; left != 0; left &= left - 1) {
      apply_to_bank(choice.wish.command, first + static_cast<std::uint32_t>(__builtin_ctzll(left)),
                    choice.clock);
    }
    log(choice.wish.command, choice.bank, choice.clock);
    ++counts_.bank_refreshes;
    rank.round |= rank.refreshing & refresh_units();
    rank.round = rank.round == refresh_units() ? 0 : rank.round;
    rank.due += device_.timing.REFI_pb;
  }
  rank.refreshing = 0;
  rank.idle_since = std::max(rank.idle_since, choice.clock);
  plan_look();
}

void DramChannel::activated(std::uint32_t index, std::uint32_t row, Clock clock) {
  Rank& rank = ranks_[constraints_.rank_of(index)];
  if (rank.open == 0) {
    count_state(rank, clock);
  }
  rank.open |= bit(index);
  rank.stale |= bit(index);
  queue_.open(index, row);
  if (inside_) {
    inside_->queue.open(index, row);
  }
  banks_[index].fresh = true;
  ++counts_.activates;
}

void DramChannel::precharged(std::uint32_t index, Clock clock, bool conflict) {
  Rank& rank = ranks_[constraints_.rank_of(index)];
  if ((rank.open & ~bit(index)) == 0) {
    count_state(rank, clock);
  }
  rank.open &= ~bit(index);
  queue_.close(index);
  if (inside_) {
    inside_->queue.close(index);
  }
  banks_[index] = {false, conflict, false};
  ++counts_.precharges;
  mark(index);
}

void DramChannel::mark(std::uint32_t index) {
  Rank& rank = ranks_[constraints_.rank_of(index)];
  rank.stale |= bit(index);
  if (queue_.bank(index).entries != 0 || banks_[index].close) {
    rank.waiting |= bit(index);
  } else {
    rank.waiting &= ~bit(index);
  }
}

void DramChannel::apply_page_policy(std::uint32_t index) {
  const DramQueue::Bank& bank = queue_.bank(index);
  const bool hit = (bank.hit[0] | bank.hit[1]) != DramQueue::none || hit_inside(index);
  if (bank.open_row < 0 || banks_[index].fresh) {
    banks_[index].close = false;
  } else if (policies_.page_policy == DramPagePolicy::closed_adaptive) {
    banks_[index].close = !hit;
  } else if (policies_.page_policy == DramPagePolicy::open_adaptive) {
    banks_[index].close = !hit && (bank.entries != 0 || waits_inside(index));
  }
  mark(index);
}

IssuedCommand DramChannel::addressed(DramCommand command, std::uint32_t bank, Clock clock) const {
  const DramOrganisation& o = device_.organisation;
  const std::uint32_t in_rank = bank_in_rank(bank);
  const bool of_rank = command == DramCommand::precharge_all || command == DramCommand::refresh ||
                       command == DramCommand::power_down_enter ||
                       command == DramCommand::power_down_exit;
  IssuedCommand issued;
  issued.clock = clock;
  issued.command = command;
  issued.rank = constraints_.rank_of(bank);
  if (!of_rank) {
    const bool every =
        command == DramCommand::refresh_bank && policies_.refresh == DramRefresh::same_bank;
    issued.bank_group = every ? every_bank_group : in_rank / o.banks_per_group;
    issued.bank = in_rank % o.banks_per_group;
  }
  return issued;
}

void DramChannel::log(DramCommand command, std::uint32_t bank, Clock clock) const {
  if (log_ != nullptr) {
    log_->push_back(addressed(command, bank, clock));
  }
}

void DramChannel::log(DramCommand command, Clock clock, const DramEntry& entry, const Run& run,
                      std::uint32_t ahead) const {
  if (log_ == nullptr) {
    return;
  }
  IssuedCommand issued = addressed(command, entry.bank, clock);
  const bool column = command == DramCommand::read || command == DramCommand::write;
  issued.row = column || command == DramCommand::activate ? entry.row : 0;
  issued.column = column ? entry.column + ahead : 0;
  issued.payload = run.payload;
  issued.arrival = run.visible;
  issued.inside = run.inside;
  log_->push_back(issued);
}

}  // namespace lacuna::memory
