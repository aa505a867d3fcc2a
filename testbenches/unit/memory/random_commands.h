// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>
#include <string>

#include "memory/dram_channel.h"
#include "support/command_checker.h"

namespace lacuna::test {

/// Bursts with some locality: runs in a row, row changes in a bank, other banks, other ranks, idle times.
inline memory::CommandLog random_commands(const memory::DramDevice& device, unsigned ranks,
                                          const memory::DramPolicies& policies,
                                          std::size_t commands, std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  memory::DramChannel channel(device, ranks, policies);
  memory::CommandLog log;
  channel.record(&log);
  const memory::DramOrganisation& organisation = device.organisation;
  memory::DramRun run;
  memory::Clock now = 0;
  while (log.size() < commands) {
    const std::uint32_t change = below(8);
    run.first.bank_group = change < 4 ? below(organisation.bank_groups) : run.first.bank_group;
    run.first.bank = change < 5 ? below(organisation.banks_per_group) : run.first.bank;
    run.first.row = change != 3 ? below(3) : run.first.row;
    run.first.rank = change < 2 ? below(ranks) : run.first.rank;
    run.first.column = below(organisation.bursts_per_row() / 2);
    run.write = below(3) == 0 ? !run.write : run.write;
    run.lanes = below(2) == 0 ? organisation.bank_groups : 1;
    run.bursts = 1 + below(below(8) == 0 ? 20 : 4);
    run.priority = below(4) == 0 ? 1 : 0;
    // New traffic comes while the last is still under way, after a pause, or after many refreshes.
    const std::uint32_t pause = below(100);
    now += pause == 0 ? below(3 * 9360) : pause < 10 ? below(200) : below(12);
    run.visible = now + 1;
    channel.advance(now);
    channel.add(run);
    channel.done().clear();
  }
  return log;
}

/// What the checker finds in so many random commands under every scheduler, queue and page policy, with and without power-down.
/// Names the policies that broke a rule; nothing if all is well.
inline std::string broken_under_every_policy(const memory::DramDevice& device, unsigned ranks,
                                             memory::DramPolicies policies, const RefreshDuty& duty,
                                             std::size_t commands) {
  using memory::DramPagePolicy;
  using memory::DramQueueKind;
  using memory::DramScheduling;
  std::string text;
  std::uint32_t seed = 0;
  for (const auto scheduling :
       {DramScheduling::fcfs, DramScheduling::fr_fcfs, DramScheduling::fr_fcfs_cap}) {
    for (const auto queue :
         {DramQueueKind::shared, DramQueueKind::per_bank, DramQueueKind::read_write}) {
      for (const auto page : {DramPagePolicy::open, DramPagePolicy::closed,
                              DramPagePolicy::open_adaptive, DramPagePolicy::closed_adaptive}) {
        for (const auto power : {memory::DramPowerDown::off, memory::DramPowerDown::on}) {
          policies.scheduler.policy = scheduling;
          policies.scheduler.age_cap = 200;
          policies.queue.kind = queue;
          policies.queue.depth = queue == DramQueueKind::per_bank ? 4 : 16;
          policies.page_policy = page;
          policies.power_down = power;
          policies.power_down_idle = 20;
          const memory::CommandLog log = random_commands(device, ranks, policies, commands, ++seed);
          for (const auto& [rule, times] : check_commands(log, device, ranks, duty)) {
            text += name_of_value(scheduling) + " " + name_of_value(queue) + " " +
                    name_of_value(page) + " power-down " + name_of_value(power) + ": " + rule +
                    " broken " + std::to_string(times) + " times\n";
          }
        }
      }
    }
  }
  return text;
}

}  // namespace lacuna::test
