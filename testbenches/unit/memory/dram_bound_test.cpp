// SPDX-License-Identifier: Apache-2.0
// Bounds that a channel gives for the end of a run, which tell when the memory has to wake.
#include <algorithm>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include "memory/dram_channel.h"
#include "unit/memory/devices.h"

namespace lacuna {

using memory::Clock;
using memory::DramLocation;
using memory::DramRun;

namespace {

DramLocation location(std::uint32_t group, std::uint32_t bank, std::uint32_t row,
                      std::uint32_t column = 0, std::uint32_t rank = 0) {
  return {0, rank, group, bank, row, column};
}

/// Every page policy with every way to refresh and to choose, and with power-down or without.
std::vector<memory::DramPolicies> many_policies() {
  using namespace memory;
  std::vector<DramPolicies> all;
  for (const auto page : {DramPagePolicy::open, DramPagePolicy::closed,
                          DramPagePolicy::open_adaptive, DramPagePolicy::closed_adaptive}) {
    for (const auto refresh : {DramRefresh::off, DramRefresh::all_bank}) {
      for (const auto scheduling :
           {DramScheduling::fcfs, DramScheduling::fr_fcfs, DramScheduling::fr_fcfs_cap}) {
        for (const auto down : {DramPowerDown::off, DramPowerDown::on}) {
          DramPolicies policies;
          policies.page_policy = page;
          policies.refresh = refresh;
          policies.refresh_postpone = all.size() % 3;
          policies.refresh_pull_in = all.size() % 2;
          policies.scheduler.policy = scheduling;
          policies.queue.kind = scheduling == DramScheduling::fcfs ? DramQueueKind::shared
                                                                   : DramQueueKind::read_write;
          policies.power_down = down;
          all.push_back(policies);
        }
      }
    }
  }
  return all;
}

}  // namespace

TEST_CASE("no run ends before the clock that the channel gave as a bound") {
  std::mt19937 random(9);
  for (const memory::DramPolicies& policies : many_policies()) {
    memory::DramChannel channel(test::ddr4_set_u(), 2, policies);
    Clock now = 0;
    for (int i = 0; i < 2000; ++i) {
      now += random() % 60;
      channel.advance(now);
      channel.done().clear();
      // Several at once: each bound holds whatever comes with it.
      std::vector<DramRun> runs(1 + random() % 3);
      Clock bound = channel.earliest_end(false);
      Clock read_bound = channel.earliest_end(true);
      Clock visible = now;
      for (DramRun& run : runs) {
        run.first = location(random() % 4, random() % 2, random() % 3, random() % 64, random() % 2);
        run.lanes = random() % 2 == 0 ? 4 : 1;
        run.bursts = 1 + random() % (random() % 4 == 0 ? 64 : 9);
        run.write = random() % 3 == 0;
        run.priority = static_cast<std::int32_t>(random() % 2);
        run.visible = visible;
        run.id = run.write ? 1 : 0;
        visible += random() % 20;
        const Clock own = channel.earliest_end(run, now);
        bound = std::min(bound, own);
        read_bound = run.write ? read_bound : std::min(read_bound, own);
      }
      for (const DramRun& run : runs) {
        channel.add(run);
      }
      // Sometimes so long that a refresh of the idle ranks passes, whichever part of it was known.
      now = visible + 1 + random() % (random() % 2 == 0 ? 3000 : 300);
      channel.advance(now);
      for (const memory::DramRunDone& done : channel.done()) {
        REQUIRE(done.end_of_data >= (done.id == 0 ? read_bound : bound));
      }
    }
  }
}

TEST_CASE("a bound knows that a refresh may have closed the row in the meantime") {
  const memory::DramDevice device = test::ddr4_set_u();
  const Clock interval = device.timing.REFI;
  for (Clock before = 0; before < 80; ++before) {
    for (Clock after = 0; after < 40; ++after) {
      memory::DramChannel channel(device, 1, memory::DramPolicies());
      DramRun run;
      run.first = location(0, 0, 1);
      run.visible = interval - before;
      channel.advance(run.visible);
      channel.add(run);
      channel.advance(interval +
                      after);  // somewhere between the read and the refresh's own command
      run.first = location(0, 0, 2);
      run.visible = interval + 3000;
      channel.advance(run.visible);
      const Clock bound =
          std::min(channel.earliest_end(false), channel.earliest_end(run, run.visible));
      channel.add(run);
      channel.advance(run.visible + 3000);
      CAPTURE(before, after);
      REQUIRE(channel.done().size() == 2);
      REQUIRE(channel.done().back().end_of_data >= bound);
    }
  }
}

}  // namespace lacuna
