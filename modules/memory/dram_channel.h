// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <vector>

#include "core/fifo.h"
#include "memory/dram_address_map.h"
#include "memory/dram_command.h"
#include "memory/dram_command_counts.h"
#include "memory/dram_constraints.h"
#include "memory/dram_device.h"
#include "memory/dram_policies.h"
#include "memory/dram_queue.h"

namespace lacuna::memory {

/// Consecutive bursts of one payload in one channel: they go round `lanes` bank groups (a power of
/// two; 1: stay in one), next column after each round, in one row of one rank.
struct DramRun {
  DramLocation first;
  std::uint32_t lanes = 1;
  std::uint32_t flip = 0;  ///< lane n is the bank group (n ^ flip) of its lanes
  std::uint32_t bursts = 1;
  bool write = false;
  std::int32_t priority = 0;  ///< lower is served first
  Clock visible = 0;          ///< the first clock at which a command may be issued for it
  std::uint32_t id = 0;       ///< the caller's
  std::uint64_t payload = 0;  ///< for command logs: the number of the payload that it is of
  bool inside = false;        ///< asked for within its rank: its data stay off the channel's bus
};

/// All columns of a run have been issued.
struct DramRunDone {
  std::uint32_t id = 0;
  Clock first_data = 0;   ///< first clock of data on the bus
  Clock end_of_data = 0;  ///< the clock after the last data
};

/// An instruction to logic beside the devices of a rank, in a reserved encoding of PRE.
struct DramInstruction {
  DramCommand command = DramCommand::instruct;
  std::uint32_t channel = 0;
  std::uint32_t rank = 0;  ///< or every_rank
  std::uint32_t encoding = 0;
  std::uint32_t beats = 0;  ///< of data, at most a burst
  std::int32_t priority = 0;
  Clock visible = 0;  ///< the first clock at which it may be issued
  std::uint32_t id = 0;
  std::uint64_t payload = 0;
  std::uint64_t order = 0;  ///< among columns, once before the scheduler
};

/// An instruction that has been issued.
struct DramInstructionDone {
  DramInstruction instruction;
  Clock clock = 0;        ///< of the command
  Clock first_data = 0;   ///< first clock of data on the bus; without data as end_of_data
  Clock end_of_data = 0;  ///< the clock after the last data, or the command
};

/// The order of runs and instructions before the scheduler sees them.
template <class Access>
bool visible_before(const Access& a, const Access& b) {
  return a.visible < b.visible;
}

/// One channel: banks, queue, scheduler, refresh, command and data bus. No SystemC: runs go in,
/// advance() decides command by command, finished runs come out.
///
/// Decisions are those that a controller clocked by the device would take, one command a clock; the
/// clocks between are leapt over. They are final: advance(until) is called when every run visible
/// before `until` has been added.
class DramChannel {
 public:
  static constexpr Clock never = std::numeric_limits<Clock>::max() / 4;

  DramChannel(const DramDevice& device, std::uint32_t ranks, const DramPolicies& policies);

  /// Records every command in `log`, which must outlive the channel; nullptr: no more.
  void record(CommandLog* log) { log_ = log; }

  /// From now on runs may come from within ranks. Called before the first command.
  /// @param ahead  whether a rank that the channel leaves alone is planned by itself; the commands are
  /// the same
  void serve_ranks(bool ahead = true) {
    inside_.emplace(device_, rank_count_);
    inside_->ahead = ahead;
  }

  /// Runs come in the order of `visible`, none before the last advance().
  void add(const DramRun& run);
  /// Decides everything that happens at clocks before `until`. Runs whose data end before it are
  /// appended to done(), and such as end later if that is known.
  void advance(Clock until);
  std::vector<DramRunDone>& done() { return done_; }
  bool all_taken() const { return done_.empty(); }

  /// The same of instructions, served in this order. Only for standards that know them.
  void add(const DramInstruction& instruction);
  /// Issued, in order; nobody has taken them yet.
  std::vector<DramInstructionDone>& instructed() { return instructed_; }
  /// No instruction that has not been issued can be before.
  Clock earliest_instruction() const;

  bool idle() const {
    return outstanding_ == 0 && (!inside_ || inside_->outstanding == 0) && !instructing();
  }
  /// Whether a row is to be closed or a refresh has begun, whoever else may come.
  bool has_begun() const;
  /// The rank changes hands: whoever left rows open, they are closed.
  void close_rows(std::uint32_t rank, Clock clock);
  /// No run from within a rank, nor any that is done and not taken, ends before.
  Clock earliest_inside_end() const;
  /// No run that has not finished can end its data before, whatever else may be added later;
  /// `reads`: no read.
  Clock earliest_end(bool reads) const;
  /// Not everything is done before.
  Clock earliest_drain() const;
  /// The same of a run that could be added now.
  /// @param others  from when on runs are visible that have not been added either
  Clock earliest_end(const DramRun& run, Clock others) const;

  /// Counts of all commands before the clock `now`, up to which the channel has advanced.
  DramCommandCounts counts(Clock now);

 private:
  enum class Step : std::uint8_t { none, column, row, close, instruct, maintain };
  /// A command that a bank could be given for someone.
  struct Wish {
    std::uint64_t order = 0;
    std::uint32_t entry = DramQueue::none;
    std::int32_t priority = 0;
    Step step = Step::none;
    DramCommand command = DramCommand::activate;
    bool young = true;  // not aged
  };
  /// Of one bank: a column of either direction, or what its row needs first.
  struct Wishes {
    std::array<Wish, 2> all;
    std::uint32_t count = 0;
    Clock not_before = 0;  // none of them can be granted before, as far as is known

    void add(const Wish& wish) { all[count++] = wish; }
  };
  /// The command that comes next, and when.
  struct Choice {
    Clock clock = never;
    std::uint32_t bank = 0;
    Wish wish;
  };
  struct Run {
    std::uint32_t id = 0;
    std::uint32_t remaining = 0;
    Clock first_data = never;
    std::uint64_t payload = 0;
    Clock visible = 0;
    bool inside = false;
  };
  /// Runs that have entries; numbers are used again.
  struct Runs {
    std::vector<Run> all;
    std::vector<std::uint32_t> free;

    std::uint32_t add(const Run& run);
    /// Columns that a run has left, if it has fewer than this.
    std::uint32_t fewest(std::uint32_t columns) const;
  };
  /// What policies remember of a bank.
  struct Bank {
    bool close = false;     // precharge it when possible
    bool conflict = false;  // the last precharge made room for another row
    bool fresh = false;     // activated, no column yet
  };
  struct Rank {
    std::uint64_t waiting = 0;  // bit per bank: has entries or is to be closed
    std::uint64_t stale = 0;    // bit per bank: its wishes have changed
    std::uint64_t open = 0;     // bit per bank
    std::uint32_t entries = 0;
    std::uint32_t host_runs = 0;  // of the channel, not yet before the scheduler
    Clock idle_since = 0;
    Clock due = 0;                 // of the next refresh, or that of the next single bank
    std::uint64_t round = 0;       // bit per bank (of a group): refreshed by itself since all were
    std::uint64_t refreshing = 0;  // bit per bank: nothing but precharge and refresh
    bool down = false;             // in power-down
    Clock state_since = 0;
    std::uint64_t active_clocks = 0;  // of finished states
    std::uint64_t active_down_clocks = 0;
    std::uint64_t precharged_down_clocks = 0;
  };

  // dram_channel.cpp: entries
  void admit();
  void admit_run(const DramRun& run);
  /// Calls visit(entry) with the run's share of each bank.
  template <class Visit>
  void for_each_entry(const DramRun& run, std::uint32_t number, Visit visit);
  bool room_for(const DramRun& run) const;
  Clock next_admission() const;

  /// Of a run that has not finished; `reads`: of a read.
  std::uint32_t fewest_columns(bool reads) const;

  // dram_scheduler.cpp: which command comes next
  /// What all others that wait have at least.
  struct Rivals {
    Clock clock = never;
    std::int32_t priority = std::numeric_limits<std::int32_t>::max();
    std::uint64_t order = std::numeric_limits<std::uint64_t>::max();

    void add(Clock when, const Wish& wish);
  };
  /// Sets choice_; the second, to the best of what banks wish.
  void choose();
  void choose_among(unsigned directions);
  /// Sets it to the other command, unless that comes later.
  void prefer(const Choice& other);
  /// Visits every bank that may be served, or (bank, wish) of each of its wishes.
  template <class Visit>
  void for_each_bank(Visit visit) const;
  template <class Visit>
  void for_each_wish(Visit visit) const;
  void renew_wishes(unsigned directions);
  void renew_wishes_of(std::uint32_t index, unsigned directions, std::uint64_t oldest);
  Clock clock_of(std::uint32_t bank, const Wish& wish) const {
    return std::max(now_, constraints_.earliest(bank, wish.command));
  }
  static bool precedes(Clock clock, const Wish& wish, Clock other_clock, const Wish& other);
  std::uint32_t wanted(std::uint32_t index, unsigned directions) const;
  /// The channel's most urgent column of the directions, among those that need not wait for another.
  std::uint32_t oldest_wanted(unsigned directions) const;
  void choose_direction();
  bool aged(const DramEntry& entry) const;

  // dram_maintenance.cpp: refresh and power-down
  void look();
  Clock refresh_at(const Rank& rank) const;
  Clock power_down_at(const Rank& rank) const;
  void plan_look();
  void skip_idle_refreshes(Clock until);
  Choice choose_maintenance(std::uint32_t rank) const;
  static void count_state(Rank& rank, Clock clock);
  std::uint64_t refresh_set(std::uint32_t rank) const;
  std::uint64_t refresh_units() const;

  // dram_channel.cpp: time
  void decide(Clock until);
  Clock next_event();

  // dram_issue.cpp: what a command does
  void issue(const Choice& choice);
  void issue_columns(const Choice& first, std::uint32_t columns);
  void issue_stream(const Choice& first, Clock limit);
  std::uint64_t unrivalled(const Choice& column) const;
  void issue_refresh(const Choice& choice);
  void activated(std::uint32_t index, std::uint32_t row, Clock clock);
  void precharged(std::uint32_t index, Clock clock, bool conflict);
  void mark(std::uint32_t index);
  void apply_page_policy(std::uint32_t index);
  void count_rows(std::uint32_t index, std::uint32_t columns);
  IssuedCommand addressed(DramCommand command, std::uint32_t bank, Clock clock) const;
  void log(DramCommand command, std::uint32_t bank, Clock clock) const;
  /// A command for the sake of an entry: RD and WR of its column plus `ahead`.
  void log(DramCommand command, Clock clock, const DramEntry& entry, const Run& run,
           std::uint32_t ahead = 0) const;
  const Run& run_of(const DramEntry& entry) const {
    return runs_[entry.write ? 1 : 0].all[entry.run];
  }
  /// The command is issued by the channel's controller.
  void apply(DramCommand command, std::uint32_t bank, Clock clock) {
    constraints_.issued(command, bank, clock);
    if (inside_) {
      inside_->constraints.issued(command, bank, clock);
    }
  }
  void apply_to_bank(DramCommand command, std::uint32_t bank, Clock clock) {
    constraints_.issued_to_bank(command, bank, clock);
    if (inside_) {
      inside_->constraints.issued_to_bank(command, bank, clock);
    }
  }

  /// A rank whose own controller is not in the channel's way nor the other way round, but for clocks at
  /// which its pins take an instruction: its commands are decided in one go, and not before somebody
  /// needs to know them.
  struct Alone {
    bool is = false;
    Clock at = 0;             // everything before is decided
    Clock end = 0;            // no run from within it ends before
    std::deque<Clock> taken;  // by the channel's instructions, from there on
  };

  // dram_rank_port.cpp: accesses from within the ranks
  /// Requests of the ranks' own controllers. They share banks and what holds within a rank, and have
  /// command and data paths of their own.
  struct Inside {
    explicit Inside(const DramDevice& device, std::uint32_t ranks);
    DramConstraints constraints;  // without those of the channel's data bus
    DramQueue queue;
    Runs runs;
    std::vector<Fifo<DramRun>> backlog;  // by rank
    std::vector<std::uint64_t> waiting;  // by rank; bit per bank: has entries
    std::vector<std::uint32_t> entries;  // by rank
    std::uint64_t outstanding = 0;       // columns accepted and not issued
    std::vector<Clock> not_before;       // by rank: no command for it can come earlier
    bool ahead = true;
    bool same_priority = true;  // of all runs so far
    std::vector<Alone> alone;   // by rank
  };
  /// Something happened to the channel that ranks' own controllers may care for.
  void renew_inside() {
    if (inside_) {
      std::fill(inside_->not_before.begin(), inside_->not_before.end(), 0);
    }
  }
  void add_inside(const DramRun& run);
  void admit_inside();
  Clock next_inside_admission() const;
  /// What comes next inside the ranks before `host`, the channel's next command.
  Choice choose_inside(const Choice& host);
  /// The same in one rank, if it precedes `best`.
  void choose_in_rank(std::uint32_t rank, const Choice& host, Choice& best);
  std::uint64_t oldest_inside(std::uint32_t rank) const {
    const std::uint32_t oldest = oldest_entry_inside(rank);
    return oldest == DramQueue::none ? 0 : inside_->queue[oldest].order;
  }
  std::uint32_t oldest_entry_inside(std::uint32_t rank) const;

  // dram_rank_alone.cpp: the same of ranks that the channel leaves alone
  struct AloneNext;
  bool may_be_alone(std::uint32_t rank) const;
  bool is_alone(std::uint32_t rank) const { return inside_ && inside_->alone[rank].is; }
  void leave_alone();
  /// The rank is planned among the others again, from this clock on.
  void join(std::uint32_t rank, Clock clock);
  void join_before_look();
  void advance_alone(std::uint32_t rank, Clock until);
  void advance_alone_ranks(Clock until);
  AloneNext next_alone(std::uint32_t rank) const;
  Clock issue_alone_row(const Choice& row);
  Clock issue_alone_columns(const Choice& first, Clock limit);
  void plan_check(std::uint32_t rank);
  Clock earliest_column_alone(std::uint32_t rank, std::uint32_t& columns, bool& write) const;
  Wishes wishes_inside(std::uint32_t index, std::uint64_t oldest) const;
  /// Whether it is a column of the other direction than the channel's older one.
  static bool turns_against(const Wish& wish, const Wish& host);
  void issue_inside(const Choice& first);
  void issue_inside_column(const Choice& choice);
  void apply_inside(DramCommand command, std::uint32_t bank, Clock clock);
  /// So many columns of that entry of the queue have been issued, from one clock to another.
  void count_inside_columns(std::uint32_t number, std::uint32_t columns, Clock first, Clock last);
  bool host_wants_row(std::uint32_t index) const;
  bool hit_inside(std::uint32_t bank) const {
    return inside_ && (inside_->queue.bank(bank).hit[0] | inside_->queue.bank(bank).hit[1]) != 0;
  }
  bool waits_inside(std::uint32_t bank) const {
    return inside_ && inside_->queue.bank(bank).entries != 0;
  }

  // dram_instructions.cpp: instructions to logic beside the devices
  bool instructing() const { return !instructions_.empty() || !instruction_backlog_.empty(); }
  void admit_instructions();
  Clock next_instruction_admission() const {
    return instruction_backlog_.empty() ? never
                                        : std::max(now_, instruction_backlog_.front().visible);
  }
  /// Whether a column must wait for the next instruction.
  bool yields(const Wish& wish) const {
    return !instructions_.empty() && wish.step == Step::column && !older(wish);
  }
  bool older(const Wish& wish) const;
  template <class Visit>
  void for_ranks_of(const DramInstruction& instruction, Visit visit) const {
    const bool all = instruction.rank == every_rank;
    const std::uint32_t end = all ? constraints_.ranks() : instruction.rank + 1;
    for (std::uint32_t r = all ? 0 : instruction.rank; r < end; ++r) {
      visit(r);
    }
  }
  Clock earliest(const DramInstruction& instruction) const;
  Choice choose_instruction() const;
  bool host_takes_rank(const Choice& host, std::uint32_t rank) const;
  void issue_instruction(Clock clock);

  std::uint32_t bank_in_rank(std::uint32_t bank) const {
    return bank & (constraints_.banks_per_rank() - 1);
  }
  std::uint64_t bit(std::uint32_t bank) const { return std::uint64_t{1} << bank_in_rank(bank); }

  DramDevice device_;
  DramPolicies policies_;
  DramConstraints constraints_;
  DramQueue queue_;
  std::vector<Bank> banks_;
  std::vector<Rank> ranks_;
  std::uint32_t rank_count_;      // as ranks_.size(), which takes a division
  std::optional<Inside> inside_;  // from the first access from within a rank on
  std::vector<Wishes> wishes_;    // by bank
  unsigned wished_ = 0;           // directions that they are of
  Fifo<DramRun> backlog_;         // not yet before the scheduler
  std::array<Runs, 2> runs_;      // reads, writes
  std::vector<DramRunDone> done_;
  Fifo<DramInstruction> instruction_backlog_;  // not yet before the scheduler
  Fifo<DramInstruction> instructions_;
  std::vector<DramInstructionDone> instructed_;
  std::uint64_t columns_ = 0;      // accepted so far: the age of the next
  std::uint64_t outstanding_ = 0;  // columns accepted and not issued
  std::uint32_t writes_high_ = 0;
  std::uint32_t writes_low_ = 0;
  bool writing_ = false;  // writes have their turn
  bool steady_ = false;  // by the policies, a choice rests on what banks offer, and on nothing else
  bool looks_ = false;   // there are refreshes or power-downs to plan
  Clock now_ = 0;        // the next free clock of the command bus
  Clock decided_ = 0;    // everything before is decided
  Clock quiet_until_ = 0;  // nothing happens before, unless something is added
  Clock next_look_ = never;
  Choice choice_;        // what choose() found
  bool chosen_ = false;  // choice_ still holds
  DramCommandCounts counts_;
  CommandLog* log_ = nullptr;
};

}  // namespace lacuna::memory
