// SPDX-License-Identifier: Apache-2.0
// The channel and the logic within a rank never wait for each other for ever, whatever schedules either.
#include <algorithm>
#include <random>

#include <catch2/catch.hpp>

#include "memory/dram_channel.h"
#include "memory/dram_device_file.h"

namespace lacuna {

namespace {

using memory::Clock;
using memory::DramPolicies;
using memory::DramRun;

/// Bursts of runs of both ports onto few banks and rows, of two priorities, each burst until all is done.
/// @return whether every burst came to an end
bool drains(const memory::DramDevice& device, std::uint32_t ranks, const DramPolicies& policies,
            std::uint32_t seed) {
  memory::DramChannel channel(device, ranks, policies);
  channel.serve_ranks();
  std::mt19937 random(seed);
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  Clock now = 0;
  for (unsigned burst = 0; burst < 16; ++burst) {
    for (unsigned i = 0; i < 60; ++i) {
      DramRun run;
      run.first.rank = below(ranks);
      run.first.bank = below(std::min(4U, device.organisation.banks_per_group));
      run.first.row = below(3);
      run.first.column = below(device.organisation.bursts_per_row() / 2);
      run.write = below(3) == 0;
      run.bursts = 1 + below(8);
      run.lanes = below(2) == 0 ? device.organisation.bank_groups : 1;
      run.inside = below(2) != 0;
      run.priority = below(3) == 0 ? 1 : 0;
      now += below(burst % 2 == 0 ? 2 : 12);
      run.visible = now + 1;
      channel.advance(now);
      channel.add(run);
    }
    const Clock begun = now;
    while (!channel.idle()) {
      if (now > begun + 1000000) {
        return false;
      }
      now = std::max(now, channel.earliest_drain()) + 1;
      channel.advance(now);
    }
    channel.done().clear();
    now += below(20000);
  }
  return true;
}

}  // namespace

TEST_CASE("the channel and the ranks' logic never wait for each other for ever") {
  using memory::DramScheduling;
  std::uint32_t seed = 0;
  for (const char* name : {"ddr4-2400", "lpddr4-3200", "hbm2"}) {
    const memory::DramDevice device = memory::load_dram_device(name, {});
    for (const auto host :
         {DramScheduling::fcfs, DramScheduling::fr_fcfs, DramScheduling::fr_fcfs_cap}) {
      for (const auto inside : {DramScheduling::fcfs, DramScheduling::fr_fcfs}) {
        for (const auto page :
             {memory::DramPagePolicy::open, memory::DramPagePolicy::closed,
              memory::DramPagePolicy::open_adaptive, memory::DramPagePolicy::closed_adaptive}) {
          for (const auto kind :
               {memory::DramQueueKind::shared, memory::DramQueueKind::read_write}) {
            for (const auto power : {memory::DramPowerDown::off, memory::DramPowerDown::on}) {
              DramPolicies policies;
              policies.scheduler.policy = host;
              policies.scheduler.age_cap = 200;
              policies.rank_scheduler = inside;
              policies.page_policy = page;
              policies.queue.kind = kind;
              policies.queue.depth = 16;
              policies.power_down = power;
              policies.refresh =
                  memory::DramRefresh::off;  // which closes rows, and so hides a wait
              INFO(name << ", channel " << name_of_value(host) << ", rank " << name_of_value(inside)
                        << ", " << name_of_value(page) << ", " << name_of_value(kind));
              ++seed;
              CHECK(drains(device, 1 + seed % 2, policies, seed));
            }
          }
        }
      }
    }
  }
}

}  // namespace lacuna
