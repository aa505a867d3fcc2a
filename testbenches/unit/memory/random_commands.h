// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <random>
#include <string>

#include "memory/dram_channel.h"
#include "support/command_checker.h"

namespace lacuna::test {

/// Bursts with some locality: runs in a row, row changes in a bank, other banks, other ranks, idle times; if asked for,
/// instructions to logic beside the devices among them. Calls consume(const CommandLog&) with the commands piece by piece.
template <class Consume>
void for_random_commands(const memory::DramDevice& device, unsigned ranks,
                         const memory::DramPolicies& policies, std::size_t commands,
                         std::uint32_t seed, Consume consume, bool instructions = false) {
  constexpr std::size_t piece = 4096;
  std::mt19937 random(seed);
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  memory::DramChannel channel(device, ranks, policies);
  memory::CommandLog log;
  channel.record(&log);
  const memory::DramOrganisation& organisation = device.organisation;
  memory::DramRun run;
  memory::Clock now = 0;
  std::size_t seen = 0;
  while (seen + log.size() < commands) {
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
    // New traffic comes while the last is still under way, or after a pause. Now and then everything
    // ends first, and the channel is idle for a while, or for many refreshes.
    const std::uint32_t pause = below(100);
    if (pause < 2) {
      const memory::Clock begun = now;
      while (!channel.idle()) {
        now = std::max(now, channel.earliest_drain()) + 1;
        channel.advance(now);
        if (now > begun + 1000000) {
          throw model_error("requests that a channel never serves");
        }
      }
      now += pause == 0 ? below(3 * 9360) : below(100);
    }
    now += pause < 10 ? below(200) : below(12);
    run.visible = now + 1;
    channel.advance(now);
    channel.add(run);
    channel.done().clear();
    for (std::uint32_t i = instructions ? below(4) : 0; i > 1; --i) {
      memory::DramInstruction instruction;
      instruction.command = static_cast<memory::DramCommand>(
          static_cast<std::uint32_t>(memory::DramCommand::instruct) + below(3));
      const bool read = instruction.command == memory::DramCommand::instruct_read;
      instruction.rank = !read && below(4) == 0 ? memory::every_rank : below(ranks);
      instruction.encoding = 1 + below(1023);
      instruction.beats = 1;
      instruction.priority = below(4) == 0 ? 1 : 0;
      instruction.visible = now + 1 + below(5);
      channel.add(instruction);
    }
    channel.instructed().clear();
    if (log.size() >= piece) {
      seen += log.size();
      consume(log);
      log.clear();
    }
  }
  consume(log);
}

inline memory::CommandLog random_commands(const memory::DramDevice& device, unsigned ranks,
                                          const memory::DramPolicies& policies,
                                          std::size_t commands, std::uint32_t seed) {
  memory::CommandLog all;
  for_random_commands(device, ranks, policies, commands, seed, [&](const memory::CommandLog& log) {
    all.insert(all.end(), log.begin(), log.end());
  });
  return all;
}

}  // namespace lacuna::test
