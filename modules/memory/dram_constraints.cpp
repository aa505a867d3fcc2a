// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_constraints.h"

#include "memory/dram_rules.h"

namespace lacuna::memory {

DramConstraints::DramConstraints(const DramDevice& device, std::uint32_t ranks, bool shared_bus)
    : banks_(std::size_t{ranks} * device.organisation.banks()),
      groups_(std::size_t{ranks} * device.organisation.bank_groups),
      ranks_(ranks),
      banks_per_rank_(device.organisation.banks()),
      FAW_(device.timing.FAW) {
  while ((1U << group_shift_) < device.organisation.banks_per_group) {
    ++group_shift_;
  }
  while ((1U << rank_shift_) < banks_per_rank_) {
    ++rank_shift_;
  }
  for (Rank& rank : ranks_) {
    rank.activates.fill(-FAW_);
  }
  rcd_ = device.timing.RCD;
  const std::vector<DramRule> rules = rules_for(device);
  for (const DramRule& rule : rules) {
    const bool to_column = rule.later == DramCommand::read || rule.later == DramCommand::write;
    if (rule.earlier == DramCommand::activate && to_column) {
      rcd_ = std::min(rcd_, rule.clocks);
    }
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
        if (ranks > 1 && shared_bus) {
          updates.others.push_back(update);
        }
        break;
      case DramScope::bus:
        if (shared_bus) {
          updates.bus.push_back(update);
        }
        break;
    }
  }
  // A PREA is a PRE of all banks at once, and what the standard says of itself beside.
  const auto add = [](std::vector<Update>& to, const std::vector<Update>& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  const Updates& one = updates_[index(DramCommand::precharge)];
  Updates& all = updates_[index(DramCommand::precharge_all)];
  add(all.bank, one.bank);
  add(all.group, one.group);
  add(all.rank, one.rank);
  add(all.others, one.others);
  measure_spacing(DramCommand::read);
  measure_spacing(DramCommand::write);
}

void DramConstraints::measure_spacing(DramCommand command) {
  const Updates& updates = updates_[index(command)];
  // One command a clock, whatever the rules say.
  const auto longest = [](const std::vector<Update>& rules, DramCommand later) {
    Clock clocks = 1;
    for (const Update& rule : rules) {
      clocks = rule.later == index(later) ? std::max(clocks, rule.clocks) : clocks;
    }
    return clocks;
  };
  spacing_[index(command)] =
      std::max({longest(updates.bank, command), longest(updates.group, command),
                longest(updates.rank, command)});
  rank_spacing_[index(command)] = longest(updates.rank, command);
  Clock least =
      std::min(longest(updates.rank, DramCommand::read), longest(updates.rank, DramCommand::write));
  if (ranks_.size() > 1) {
    least = std::min({least, longest(updates.others, DramCommand::read),
                      longest(updates.others, DramCommand::write)});
  }
  least_spacing_[index(command)] = least;
}

void DramConstraints::raise_others(std::uint32_t rank, const std::vector<Update>& updates,
                                   Clock clock) {
  for (std::uint32_t other = 0; other < ranks_.size(); ++other) {
    if (other != rank) {
      raise(ranks_[other].next, updates, clock);
    }
  }
}

}  // namespace lacuna::memory
