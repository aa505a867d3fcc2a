// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "memory/dram_address_map.h"
#include "memory/dram_command.h"
#include "memory/dram_command_bus.h"
#include "memory/dram_device.h"
#include "memory/dram_rules.h"

namespace lacuna::memory {

/// What an access found in its bank.
enum class RowOutcome : std::uint8_t { hit, miss, conflict };

/// When one burst is served.
struct BurstTimes {
  Clock command = 0;      ///< the column command
  Clock first_data = 0;   ///< first clock of data on the bus
  Clock end_of_data = 0;  ///< the clock after the last data
  RowOutcome row = RowOutcome::hit;
};

/// What a channel did so far.
struct DramCommandCounts {
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::uint64_t activates = 0;
  std::uint64_t precharges = 0;  ///< banks precharged, by PRE or PREA
  std::uint64_t refreshes = 0;
  std::uint64_t row_hits = 0;
  std::uint64_t row_misses = 0;     ///< the bank was precharged
  std::uint64_t row_conflicts = 0;  ///< another row was open
  std::uint64_t active_clocks = 0;  ///< rank-clocks with a row open; the rest is precharged standby
};

/// The timing of one channel: banks with open pages, bank groups, ranks, command and data bus,
/// refresh. No SystemC: bursts go in, the clocks of their commands come out.
///
/// Bursts get their column commands in the order of the calls. Precharge and activate of a burst
/// are planned as early as its bank and the bus allow, thus while earlier bursts still transfer.
/// Activates of a rank keep the order of the calls. A rank is refreshed every tREFI: from the
/// moment it is due no column command is planned before the refresh; refreshes of an idle rank are
/// made up for when somebody looks.
class DramTiming {
 public:
  DramTiming(const DramDevice& device, std::uint32_t ranks, bool refresh);

  /// Records every command in `log`, which must outlive the channel.
  void record(CommandLog& log) { log_ = &log; }

  /// Serves one burst; nothing of it happens before `not_before`, which is not before the last
  /// advance().
  BurstTimes access(const DramLocation& at, bool write, Clock not_before);

  /// Serves `count` bursts as so many calls of access() would, in less time. They go round `lanes` bank groups (a power of two;
  /// 1: stay in one), next column after each round, in one row of one rank.
  /// @return clocks of the first data and of the end of the last
  BurstTimes access_run(const DramLocation& first, std::uint32_t lanes, std::uint64_t count,
                        bool write, Clock not_before);

  /// Time has come to `now`: refreshes due before are done, and no access will ask for an earlier
  /// clock.
  void advance(Clock now);

  /// Counts up to the last advance(), and of everything planned.
  DramCommandCounts counts() const;

 private:
  static constexpr std::size_t window = 4;  // activates that tFAW spans
  using Earliest = std::array<Clock, dram_command_count>;

  struct Bank {
    Earliest next{};
    std::int64_t open_row = -1;
  };
  struct Rank {
    Earliest next{};
    std::array<Clock, window> activates{};  // the last four, a ring
    std::size_t oldest = 0;
    Clock refresh_due = 0;
    std::uint32_t open_banks = 0;
    Clock active_since = 0;
    Clock last_closed = 0;
    Clock active_clocks = 0;  // of finished active times
  };
  struct Update {
    std::size_t later = 0;
    Clock clocks = 0;
  };
  struct Updates {
    std::vector<Update> bank;
    std::vector<Update> group;
    std::vector<Update> rank;
    std::vector<Update> others;
  };
  struct Plan {
    Clock precharge = -1;
    Clock activate = -1;
    Clock column = 0;
  };

  static std::size_t index(DramCommand command) { return static_cast<std::size_t>(command); }
  std::size_t group_index(const DramLocation& at) const {
    return std::size_t{at.rank} * device_.organisation.bank_groups + at.bank_group;
  }
  std::size_t bank_index(const DramLocation& at) const {
    return group_index(at) * device_.organisation.banks_per_group + at.bank;
  }
  Clock earliest(DramCommand command, const DramLocation& at) const;
  Plan plan(const DramLocation& at, DramCommand column, Clock not_before) const;
  /// Columns of open rows at their regular distance, until `count` are issued or a refresh is due. Every lane has been
  /// accessed immediately before. Moves `at` on. @return how many
  std::uint64_t stream(DramLocation& at, std::uint32_t lanes, std::uint64_t count,
                       DramCommand column, BurstTimes& last);
  void issue(DramCommand command, const DramLocation& at, Clock clock);
  void apply(const Updates& updates, const DramLocation& at, Clock clock);
  void open(const DramLocation& at, Clock clock);
  void close(Bank& bank, Rank& rank, Clock clock);
  void refresh(std::uint32_t rank);
  void skip_idle_refreshes(Rank& rank, Clock now);
  void log(DramCommand command, const DramLocation& at, Clock clock) const;

  DramDevice device_;
  bool refresh_;
  std::array<Updates, dram_command_count> updates_;
  std::vector<Bank> banks_;
  std::vector<Earliest> groups_;
  std::vector<Rank> ranks_;
  DramCommandBus bus_;
  Clock now_ = 0;
  DramCommandCounts counts_;
  std::vector<std::pair<DramLocation, Clock>> lane_ends_;  // of stream(), kept for its memory
  CommandLog* log_ = nullptr;
};

}  // namespace lacuna::memory
