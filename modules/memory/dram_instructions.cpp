// SPDX-License-Identifier: Apache-2.0
// Instructions to logic beside the devices: they pass over the channel's buses and leave banks alone.
#include <algorithm>
#include <tuple>

#include "memory/dram_channel.h"

namespace lacuna::memory {

void DramChannel::add(const DramInstruction& instruction) {
  quiet_until_ = 0;
  instruction_backlog_.insert_in_order(instruction, visible_before<DramInstruction>);
}

void DramChannel::admit_instructions() {
  while (!instruction_backlog_.empty() && instruction_backlog_.front().visible <= now_) {
    chosen_ = false;
    renew_inside();
    DramInstruction admitted = instruction_backlog_.front();
    instruction_backlog_.pop_front();
    admitted.order = columns_;
    instructions_.push_back(admitted);
    for_ranks_of(admitted, [this](std::uint32_t r) { ++ranks_[r].entries; });
    if (looks_) {
      plan_look();
    }
  }
}

bool DramChannel::older(const Wish& wish) const {
  const DramInstruction& next = instructions_.front();
  return std::tie(wish.priority, wish.order) < std::tie(next.priority, next.order);
}

Clock DramChannel::earliest(const DramInstruction& instruction) const {
  Clock clock = 0;
  for_ranks_of(instruction, [&](std::uint32_t r) {
    clock = std::max(clock, constraints_.of_rank(r, instruction.command));
  });
  return clock;
}

Clock DramChannel::earliest_instruction() const {
  const Clock start = std::max(now_, decided_);
  if (!instructions_.empty()) {
    return std::max(start, earliest(instructions_.front()));
  }
  return instruction_backlog_.empty() ? never
                                      : std::max(start, instruction_backlog_.front().visible);
}

/// Whether the channel's next command is for this rank: of one clock, a rank takes that.
bool DramChannel::host_takes_rank(const Choice& host, std::uint32_t rank) const {
  if (host.wish.step == Step::instruct) {
    const std::uint32_t to = instructions_.front().rank;
    return to == rank || to == every_rank;
  }
  return host.wish.step != Step::none && constraints_.rank_of(host.bank) == rank;
}

void DramChannel::issue_instruction(Clock clock) {
  const DramInstruction next = instructions_.front();
  instructions_.pop_front();
  const DramTimings& t = device_.timing;
  bool idle_rank = false;
  for_ranks_of(next, [&](std::uint32_t r) {
    apply(next.command, r * constraints_.banks_per_rank(), clock);
    Rank& rank = ranks_[r];
    rank.idle_since = std::max(rank.idle_since, clock + 1);
    idle_rank = --rank.entries == 0 || idle_rank;
    if (is_alone(r)) {
      inside_->alone[r].taken.push_back(clock);
    }
  });
  if (idle_rank && looks_) {
    plan_look();
  }
  DramInstructionDone done{next, clock, clock + 1, clock + 1};
  if (next.command != DramCommand::instruct) {
    const bool write = next.command == DramCommand::instruct_write;
    ++(write ? counts_.instruction_writes : counts_.instruction_reads);
    counts_.instruction_beats += next.beats;
    done.first_data = clock + (write ? t.CWL : t.CL);
    done.end_of_data = done.first_data + t.burst;
  }
  ++counts_.instructions;
  instructed_.push_back(done);
  if (log_ != nullptr) {
    IssuedCommand issued;
    issued.clock = clock;
    issued.command = next.command;
    issued.rank = next.rank;
    issued.row = next.encoding;
    issued.payload = next.payload;
    issued.arrival = next.visible;
    log_->push_back(issued);
  }
}

}  // namespace lacuna::memory
