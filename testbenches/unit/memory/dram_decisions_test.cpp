// SPDX-License-Identifier: Apache-2.0
// Decisions of the scheduler at the very clock and entry at which they turn.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

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

TEST_CASE("a batch of writes begins at the high mark and ends at the low one") {
  memory::DramPolicies policies;
  policies.refresh = memory::DramRefresh::off;
  policies.queue.depth = 16;
  policies.queue.write_high = 0.5;  // 8 writes
  policies.queue.write_low = 0.25;  // 4
  const auto order = [&](std::uint32_t writes) {
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
  };
  CHECK(order(8) == "WWWWRRRWWWW");
  CHECK(order(7) == "RRRWWWWWWW");
}

}  // namespace lacuna
