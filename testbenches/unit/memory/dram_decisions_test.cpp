// SPDX-License-Identifier: Apache-2.0
// Decisions of the scheduler at the very clock and entry at which they turn.
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "memory/dram_channel.h"
#include "unit/memory/devices.h"

namespace lacuna {

namespace {

using memory::Clock;
using memory::DramCommand;

memory::DramRun burst(bool write, std::uint32_t row, std::uint32_t column) {
  memory::DramRun run;
  run.first.row = row;
  run.first.column = column;
  run.write = write;
  run.visible = 1;
  return run;
}

/// The commands with which a channel serves these runs.
memory::CommandLog served(const memory::DramPolicies& policies,
                          const std::vector<memory::DramRun>& runs) {
  memory::DramChannel channel(test::ddr4_set_u(), 1, policies);
  memory::CommandLog log;
  channel.record(&log);
  for (const memory::DramRun& run : runs) {
    channel.add(run);
  }
  channel.advance(5000);
  CHECK(channel.idle());
  return log;
}

/// When the open row is closed for somebody who waits since clock 1 while 60 hits are before him.
Clock precharge_under_cap(std::uint32_t age_cap) {
  memory::DramPolicies policies;
  policies.refresh = memory::DramRefresh::off;
  policies.queue.kind = memory::DramQueueKind::shared;
  policies.scheduler.policy = memory::DramScheduling::fr_fcfs_cap;
  policies.scheduler.age_cap = age_cap;
  memory::DramChannel channel(test::ddr4_set_u(), 1, policies);
  memory::CommandLog log;
  channel.record(&log);
  channel.add(burst(false, 0, 0));
  channel.add(burst(false, 1, 0));
  // Young ones all the time, each visible when the one before is served.
  for (std::uint32_t i = 0; i < 60; ++i) {
    memory::DramRun hit = burst(false, 0, 1 + i);
    hit.visible = 6 * i + 1;
    channel.add(hit);
  }
  channel.advance(5000);
  for (const memory::IssuedCommand& command : log) {
    if (command.command == DramCommand::precharge) {
      return command.clock;
    }
  }
  return 0;
}

}  // namespace

TEST_CASE("a request is old when it has waited for age_cap clocks, not one more") {
  // Hits at 17, 23, ..., 101, 107; the channel decides after each, and when another comes, at 103: then the other has waited
  // 102 clocks, and its row is made room for tRTP 9 behind the last read. A clock less of age, and another hit goes before.
  CHECK(precharge_under_cap(102) == 101 + 9);
  CHECK(precharge_under_cap(103) == 107 + 9);
}

/// "W" and "R" in the order in which so many writes and three reads are served.
std::string served_order(double write_low, std::uint32_t writes) {
  memory::DramPolicies policies;
  policies.refresh = memory::DramRefresh::off;
  policies.queue.depth = 16;
  policies.queue.write_high = 0.5;  // 8 writes
  policies.queue.write_low = write_low;
  std::vector<memory::DramRun> runs;
  for (std::uint32_t i = 0; i < writes; ++i) {
    runs.push_back(burst(true, 0, i));
  }
  for (std::uint32_t i = 0; i < 3; ++i) {
    runs.push_back(burst(false, 0, 64 + i));
  }
  std::string text;
  for (const memory::IssuedCommand& command : served(policies, runs)) {
    text += command.command == DramCommand::write  ? "W"
            : command.command == DramCommand::read ? "R"
                                                   : "";
  }
  return text;
}

TEST_CASE("a batch of writes begins at the high mark and ends at the low one") {
  CHECK(served_order(0.25, 8) == "WWWWRRRWWWW");
  CHECK(served_order(0.25, 7) == "RRRWWWWWWW");
  // Marks that round to one number: a batch is of one write at least.
  CHECK(served_order(0.49, 8) == "WRRRWWWWWWW");
}

TEST_CASE("writes of the same bytes keep their order, whatever their priority") {
  memory::DramPolicies policies;
  policies.refresh = memory::DramRefresh::off;
  std::vector<memory::DramRun> runs{burst(true, 0, 3), burst(true, 0, 3), burst(true, 0, 4)};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    runs[i].payload = i;
    runs[i].priority = -static_cast<std::int32_t>(i);
  }
  std::vector<std::uint64_t> order;
  for (const memory::IssuedCommand& command : served(policies, runs)) {
    if (command.command == DramCommand::write) {
      order.push_back(command.payload);
    }
  }
  CHECK(order == std::vector<std::uint64_t>{2, 0, 1});
}

TEST_CASE("page policies close a row behind each column, behind the last, for another, or never") {
  // Two reads of a row; a write of the bank's other row that waits while reads of another bank come.
  const auto commands = [](memory::DramPagePolicy page, bool write) {
    memory::DramPolicies policies;
    policies.refresh = memory::DramRefresh::off;
    policies.page_policy = page;
    std::vector<memory::DramRun> runs{burst(false, 0, 0), burst(false, 0, 1)};
    if (write) {
      runs.push_back(burst(true, 1, 0));
    }
    for (std::uint32_t i = 0; i < 60; ++i) {
      memory::DramRun read = burst(false, 0, i);
      read.first.bank_group = 1;
      read.visible = 1 + 6 * i;
      runs.push_back(read);
    }
    std::string text;
    for (const memory::IssuedCommand& command : served(policies, runs)) {
      const bool first_bank = command.bank_group == 0;
      text += first_bank && command.clock < 300
                  ? fmt::format("{} {}, ", name_of(command.command), command.clock)
                  : "";
    }
    return text;
  };
  using memory::DramPagePolicy;
  // The second column waits for another bank group's at 21. PRE: tRAS 39 behind the ACT.
  const std::string once = "ACT 1, RD 17, RD 25, ";
  for (const bool write : {false, true}) {
    CHECK(commands(DramPagePolicy::open, write) == once);
    CHECK(commands(DramPagePolicy::open_adaptive, write) == once + (write ? "PRE 40, " : ""));
    CHECK(commands(DramPagePolicy::closed_adaptive, write) == once + "PRE 40, ");
    CHECK(commands(DramPagePolicy::closed, write) ==
          "ACT 1, RD 17, PRE 40, ACT 56, RD 72, PRE 95, ");
  }
}

TEST_CASE("an old write has the bus before a stream of reads, which would never leave it") {
  const auto write_clock = [](memory::DramScheduling policy) {
    memory::DramPolicies policies;
    policies.refresh = memory::DramRefresh::off;
    policies.queue.kind = memory::DramQueueKind::shared;
    policies.scheduler.policy = policy;
    policies.scheduler.age_cap = 300;
    std::vector<memory::DramRun> runs{burst(false, 0, 0), burst(true, 0, 1)};
    // A hit every tCCD_S, in another bank group each.
    for (std::uint32_t i = 0; i < 500; ++i) {
      memory::DramRun read = burst(false, 0, 2 + i / 4);
      read.first.bank_group = i % 4;
      read.visible = 1 + 4 * i;
      runs.push_back(read);
    }
    for (const memory::IssuedCommand& command : served(policies, runs)) {
      if (command.command == DramCommand::write) {
        return command.clock;
      }
    }
    return Clock{0};
  };
  CHECK(write_clock(memory::DramScheduling::fr_fcfs) > 2000);
  const Clock clock = write_clock(memory::DramScheduling::fr_fcfs_cap);
  CHECK(clock > 300);
  CHECK(clock < 320);
}

/// A bank that is to be closed after its column, with somebody waiting for another of its rows from clock 18
/// on; and a column of another bank that could have the clock of the precharge, 40.
memory::CommandLog close_or_column(memory::DramPolicies policies, std::int32_t priority) {
  policies.refresh = memory::DramRefresh::off;
  policies.page_policy = memory::DramPagePolicy::closed;
  memory::DramRun waiting = burst(false, 1, 0);
  waiting.visible = 18;
  waiting.priority = priority;
  memory::DramRun other = burst(false, 0, 0);
  other.first.bank_group = 1;
  other.visible = 24;
  memory::DramRun late = burst(false, 0, 0);  // its ACT at 39 has the others looked at anew
  late.first.bank_group = 2;
  late.visible = 39;
  return served(policies, {burst(false, 0, 0), waiting, other, late});
}

/// "RD" or "PRE": what the log has at a clock.
std::string command_at(Clock clock, const memory::CommandLog& log) {
  for (const memory::IssuedCommand& command : log) {
    if (command.clock == clock) {
      return name_of(command.command);
    }
  }
  return "";
}

TEST_CASE("closing a row is as urgent as who waits for another of the bank") {
  const memory::DramPolicies policies;
  CHECK(command_at(40, close_or_column(policies, 0)) == name_of(DramCommand::read));
  CHECK(command_at(40, close_or_column(policies, -5)) == name_of(DramCommand::precharge));
}

TEST_CASE("closing a row for somebody old comes before young columns") {
  memory::DramPolicies policies;
  policies.scheduler.policy = memory::DramScheduling::fr_fcfs_cap;
  // Waiting since 18 and since 24, looked at after clock 39.
  policies.scheduler.age_cap = 20;
  CHECK(command_at(40, close_or_column(policies, 0)) == name_of(DramCommand::precharge));
  policies.scheduler.age_cap = 30;
  CHECK(command_at(40, close_or_column(policies, 0)) == name_of(DramCommand::read));
}

}  // namespace lacuna
