// SPDX-License-Identifier: Apache-2.0
// A request that needs another row of a bank in which a stream never ends to hit the open one.
#include <catch2/catch.hpp>

#include "memory/dram_channel.h"
#include "unit/memory/devices.h"

namespace lacuna {

namespace {

using memory::Clock;

/// Clocks that such a request waits for its data when 32 reads of the open row wait all the time; `never` if it does not get them.
Clock wait_of_conflict(memory::DramScheduling policy, std::uint32_t age_cap) {
  memory::DramPolicies policies;
  policies.refresh = memory::DramRefresh::off;
  policies.queue.kind = memory::DramQueueKind::shared;
  policies.scheduler.policy = policy;
  policies.scheduler.age_cap = age_cap;
  memory::DramChannel channel(test::ddr4_set_u(), 1, policies);
  constexpr std::uint32_t conflict = 1;
  constexpr Clock begin = 2000;
  constexpr Clock end = 40000;
  std::uint32_t waiting = 0;
  bool sent = false;
  for (Clock now = 0; now < end; now += 4) {
    channel.advance(now);
    for (const memory::DramRunDone& done : channel.done()) {
      if (done.id == conflict) {
        return done.end_of_data - begin;
      }
      --waiting;
    }
    channel.done().clear();
    memory::DramRun run;
    run.visible = now + 1;
    for (; waiting < 32; ++waiting) {
      run.first.column = waiting;
      channel.add(run);
    }
    if (now >= begin && !sent) {
      run.id = conflict;
      run.first.row = 1;
      channel.add(run);
      sent = true;
    }
  }
  return memory::DramChannel::never;
}

}  // namespace

TEST_CASE("a stream of row hits starves who needs another row, unless there is an age cap") {
  CHECK(wait_of_conflict(memory::DramScheduling::fr_fcfs, 2000) == memory::DramChannel::never);
  // PRE, ACT, RD and data beside the cap; the read before has its data to finish.
  constexpr Clock access = 16 + 16 + 16 + 4 + 20;
  for (const std::uint32_t cap : {8000U, 2000U, 512U}) {
    const Clock wait = wait_of_conflict(memory::DramScheduling::fr_fcfs_cap, cap);
    CHECK(wait >= cap);
    CHECK(wait <= cap + access);
  }
  // Below what the 32 before it take, 6 clocks each, all have grown old: their order is that of arrival.
  for (const std::uint32_t cap : {128U, 32U, 1U}) {
    CHECK(wait_of_conflict(memory::DramScheduling::fr_fcfs_cap, cap) <= 33 * 6 + access);
  }
}

}  // namespace lacuna
