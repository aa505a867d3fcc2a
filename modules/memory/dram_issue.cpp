// SPDX-License-Identifier: Apache-2.0
// What a channel's commands do to its banks, ranks and requests.
#include <algorithm>

#include "memory/dram_channel.h"

namespace lacuna::memory {

void DramChannel::issue(const Choice& choice) {
  Rank& rank = ranks_[constraints_.rank_of(choice.bank)];
  const Clock clock = choice.clock;
  switch (choice.command) {
    case DramCommand::read:
    case DramCommand::write:
      issue_column(choice);
      return;
    case DramCommand::activate: {
      const std::uint32_t row = queue_[choice.entry].row;
      constraints_.issued(choice.command, choice.bank, clock);
      log(choice.command, choice.bank, clock, row);
      if (rank.open == 0) {
        count_state(rank, clock);
      }
      rank.open |= bit(choice.bank);
      queue_.open(choice.bank, row);
      banks_[choice.bank].fresh = true;
      ++counts_.activates;
      return;
    }
    case DramCommand::precharge:
      constraints_.issued(choice.command, choice.bank, clock);
      log(choice.command, choice.bank, clock);
      precharged(choice.bank, clock, choice.step == Step::row);
      return;
    case DramCommand::precharge_all: {
      log(choice.command, choice.bank, clock);
      constraints_.issued(choice.command, choice.bank, clock);
      for (std::uint64_t left = rank.open; left != 0; left &= left - 1) {
        const std::uint32_t bank = choice.bank + static_cast<std::uint32_t>(__builtin_ctzll(left));
        constraints_.issued_to_bank(choice.command, bank, clock);
        precharged(bank, clock, false);
      }
      return;
    }
    case DramCommand::refresh:
    case DramCommand::refresh_bank:
      issue_refresh(choice);
      return;
    case DramCommand::power_down_exit:
      constraints_.issued(choice.command, choice.bank, clock);
      log(choice.command, choice.bank, clock);
      count_state(rank, clock);
      rank.down = false;
      rank.idle_since = clock;
      plan_look();
      return;
    case DramCommand::power_down_enter:
      return;  // look() does
  }
}

void DramChannel::issue_column(const Choice& choice) {
  const DramEntry entry = queue_[choice.entry];
  const DramTimings& t = device_.timing;
  constraints_.issued(choice.command, choice.bank, choice.clock);
  if (log_ != nullptr) {
    log(choice.command, choice.bank, choice.clock, entry.row, entry.column);
  }
  ++(entry.write ? counts_.writes : counts_.reads);
  Bank& bank = banks_[choice.bank];
  if (!bank.fresh) {
    ++counts_.row_hits;
  } else {
    ++(bank.conflict ? counts_.row_conflicts : counts_.row_misses);
    bank.fresh = false;
    bank.conflict = false;
  }
  const Clock data = choice.clock + (entry.write ? t.CWL : t.CL);
  Run& run = runs_[entry.run];
  run.first_data = std::min(run.first_data, data);
  --outstanding_;
  if (--run.remaining == 0) {
    done_.push_back({run.id, run.first_data, data + t.burst});
    free_runs_.push_back(entry.run);
  }
  if (queue_.advance(choice.entry)) {
    Rank& rank = ranks_[constraints_.rank_of(choice.bank)];
    if (--rank.entries == 0) {
      rank.idle_since = now_;
      if (next_look_ != never) {
        plan_look();
      }
    }
    mark(choice.bank);
  }
  if (policies_.page_policy != DramPagePolicy::open) {
    bank.close = policies_.page_policy == DramPagePolicy::closed;
    apply_page_policy(choice.bank);
  }
}

/// Further columns of the entry that has just been given one, as long as nothing else would be chosen: what is left of an
/// entry only gets its turn later by another's columns, so the rival's clock and place are bounds that hold.
void DramChannel::issue_stream(const Choice& first, const Choice& rival, Clock limit) {
  Choice column = first;
  // An entry that is done has nothing left, and its place is nobody's yet.
  for (std::uint32_t left = queue_[first.entry].remaining; left != 0; --left) {
    column.clock = std::max(now_, constraints_.earliest(column.bank, column.command));
    column.order = queue_[column.entry].order;
    if (column.clock >= limit || !precedes(column, rival)) {
      return;
    }
    now_ = column.clock + 1;
    issue_column(column);
  }
}

void DramChannel::issue_refresh(const Choice& choice) {
  Rank& rank = ranks_[constraints_.rank_of(choice.bank)];
  const std::uint32_t first = choice.bank & ~(constraints_.banks_per_rank() - 1);
  constraints_.issued(choice.command, choice.bank, choice.clock);
  if (choice.command == DramCommand::refresh) {
    log(choice.command, choice.bank, choice.clock);
    ++counts_.refreshes;
    rank.due += device_.timing.REFI;
  } else {
    for (std::uint64_t left = rank.refreshing; left != 0; left &= left - 1) {
      constraints_.issued_to_bank(
          choice.command, first + static_cast<std::uint32_t>(__builtin_ctzll(left)), choice.clock);
    }
    log(choice.command, choice.bank, choice.clock);
    ++counts_.bank_refreshes;
    const DramOrganisation& o = device_.organisation;
    const bool same = policies_.refresh == DramRefresh::same_bank;
    rank.next_bank = (rank.next_bank + 1) & ((same ? o.banks_per_group : o.banks()) - 1);
    rank.due += device_.timing.REFI_pb;
  }
  rank.refreshing = 0;
  rank.idle_since = std::max(rank.idle_since, choice.clock);
  plan_look();
}

void DramChannel::precharged(std::uint32_t index, Clock clock, bool conflict) {
  Rank& rank = ranks_[constraints_.rank_of(index)];
  if ((rank.open & ~bit(index)) == 0) {
    count_state(rank, clock);
  }
  rank.open &= ~bit(index);
  queue_.close(index);
  banks_[index] = {false, conflict, false};
  ++counts_.precharges;
  mark(index);
}

void DramChannel::mark(std::uint32_t index) {
  Rank& rank = ranks_[constraints_.rank_of(index)];
  if (queue_.bank(index).entries != 0 || banks_[index].close) {
    rank.waiting |= bit(index);
  } else {
    rank.waiting &= ~bit(index);
  }
}

void DramChannel::apply_page_policy(std::uint32_t index) {
  const DramQueue::Bank& bank = queue_.bank(index);
  const bool hit = (bank.hit[0] | bank.hit[1]) != DramQueue::none;
  if (bank.open_row < 0 || banks_[index].fresh) {
    banks_[index].close = false;
  } else if (policies_.page_policy == DramPagePolicy::closed_adaptive) {
    banks_[index].close = !hit;
  } else if (policies_.page_policy == DramPagePolicy::open_adaptive) {
    banks_[index].close = !hit && bank.entries != 0;
  }
  mark(index);
}

void DramChannel::log(DramCommand command, std::uint32_t bank, Clock clock, std::uint32_t row,
                      std::uint32_t column) const {
  if (log_ == nullptr) {
    return;
  }
  const DramOrganisation& o = device_.organisation;
  const std::uint32_t in_rank = bank_in_rank(bank);
  const bool of_rank = command == DramCommand::precharge_all || command == DramCommand::refresh ||
                       command == DramCommand::power_down_enter ||
                       command == DramCommand::power_down_exit;
  IssuedCommand issued{clock, command, constraints_.rank_of(bank), 0, 0, row, column};
  if (!of_rank) {
    const bool every =
        command == DramCommand::refresh_bank && policies_.refresh == DramRefresh::same_bank;
    issued.bank_group = every ? every_bank_group : in_rank / o.banks_per_group;
    issued.bank = in_rank % o.banks_per_group;
  }
  log_->push_back(issued);
}

}  // namespace lacuna::memory
