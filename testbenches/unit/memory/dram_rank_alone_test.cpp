// SPDX-License-Identifier: Apache-2.0
// Ranks that are planned by themselves give the commands, clock by clock, that they give among the others.
#include <algorithm>
#include <random>
#include <string>
#include <tuple>

#include <catch2/catch.hpp>

#include "memory/dram_channel.h"
#include "memory/dram_device_file.h"
#include "support/port_checker.h"

namespace lacuna {

namespace {

using memory::Clock;
using memory::DramRun;

/// What one case is made of.
struct AloneCase {
  std::string device = "ddr4-2400-u";
  unsigned ranks = 2;
  memory::DramPolicies policies;
  bool host = false;          ///< the channel has accesses to the same ranks
  bool instructions = false;  ///< and sends instructions
  bool priorities = false;
};

struct AloneOutcome {
  memory::CommandLog log;
  std::vector<memory::DramRunDone> done;
  std::vector<memory::DramInstructionDone> instructed;
  memory::DramCommandCounts counts;
  std::string problem;
};

/// The same traffic whoever plans: it depends on its random numbers only.
AloneOutcome play_alone(const AloneCase& what, bool ahead, unsigned steps, std::uint32_t seed) {
  const memory::DramDevice device = memory::load_dram_device(what.device, {});
  const memory::DramOrganisation& o = device.organisation;
  memory::DramChannel channel(device, what.ranks, what.policies);
  channel.serve_ranks(ahead);
  AloneOutcome outcome;
  channel.record(&outcome.log);
  std::mt19937 random(seed);
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  Clock now = 0;
  std::uint32_t number = 0;
  const auto advance = [&](Clock until) {
    const Clock bound = std::min(channel.earliest_end(false), channel.earliest_inside_end());
    channel.advance(until);
    for (const memory::DramRunDone& done : channel.done()) {
      if (done.end_of_data < bound) {
        outcome.problem = ahead ? "a run ended before it could" : "one among others did";
      }
      outcome.done.push_back(done);
    }
    channel.done().clear();
    auto& instructed = channel.instructed();
    outcome.instructed.insert(outcome.instructed.end(), instructed.begin(), instructed.end());
    instructed.clear();
  };
  for (unsigned step = 0; step < steps; ++step) {
    DramRun run;
    run.first.rank = below(what.ranks);
    run.first.bank_group = below(2) == 0 ? 0 : below(o.bank_groups);
    run.first.bank = below(3) == 0 ? below(o.banks_per_group) : 0;
    run.first.row = below(3);
    run.first.column = below(o.bursts_per_row() / 2);
    run.lanes = below(3) != 0 ? o.bank_groups : below(2) == 0 && o.bank_groups > 1 ? 2 : 1;
    run.bursts = 1 + below(below(3) == 0 ? 64 : 8);
    run.bursts = std::min(run.bursts, run.lanes * (o.bursts_per_row() / 2));
    run.write = below(4) == 0;
    run.priority = what.priorities && below(4) == 0 ? 1 : 0;
    run.inside = !what.host || below(12) != 0;
    if (below(80) == 0) {
      now += 3 * 9360;  // all is done, and idle
    }
    now += below(4) == 0 ? below(300) : below(30);
    advance(now);
    run.visible = now + 1 + (below(4) == 0 ? below(40) : 0);
    run.id = number++;
    run.payload = run.id + 1;
    channel.add(run);
    for (std::uint32_t i = what.instructions ? below(4) : 0; i > 0; --i) {
      memory::DramInstruction instruction;
      instruction.command = static_cast<memory::DramCommand>(
          static_cast<std::uint32_t>(memory::DramCommand::instruct) + below(3));
      const bool read = instruction.command == memory::DramCommand::instruct_read;
      instruction.rank = !read && below(4) == 0 ? memory::every_rank : below(what.ranks);
      instruction.encoding = 1 + below(1023);
      instruction.beats = 1;
      instruction.visible = now + 1 + below(5);
      channel.add(instruction);
    }
  }
  for (const Clock begun = now; !channel.idle();) {
    if (now > begun + 1000000) {
      outcome.problem = ahead ? "never done" : "never done among others";
      return outcome;
    }
    now = std::max(now, channel.earliest_drain()) + 1;
    advance(now);
  }
  now = (now / 100000 + 1) * 100000;
  advance(now);
  outcome.counts = channel.counts(now);
  const auto key = [](const memory::IssuedCommand& c) {
    return std::tie(c.clock, c.rank, c.inside, c.command, c.bank_group, c.bank, c.row, c.column,
                    c.payload, c.arrival);
  };
  std::sort(outcome.log.begin(), outcome.log.end(),
            [&](const auto& a, const auto& b) { return key(a) < key(b); });
  std::sort(outcome.done.begin(), outcome.done.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return outcome;
}

std::string command_text(const memory::IssuedCommand& c) {
  return std::to_string(c.clock) + " " + memory::name_of(c.command) + " rank " +
         std::to_string(c.rank) + " bank " + std::to_string(c.bank_group) + "." +
         std::to_string(c.bank) + " row " + std::to_string(c.row) + " column " +
         std::to_string(c.column) + " of " + std::to_string(c.payload) +
         (c.inside ? " inside" : "");
}

/// The first difference; empty if there is none.
std::string difference_alone(const AloneOutcome& a, const AloneOutcome& b) {
  if (!a.problem.empty() || !b.problem.empty()) {
    return a.problem + b.problem;
  }
  for (std::size_t i = 0; i < std::min(a.log.size(), b.log.size()); ++i) {
    if (command_text(a.log[i]) != command_text(b.log[i]) || a.log[i].arrival != b.log[i].arrival) {
      return "command " + std::to_string(i) + ": " + command_text(a.log[i]) + " and " +
             command_text(b.log[i]);
    }
  }
  if (a.log.size() != b.log.size() || a.done.size() != b.done.size()) {
    return "so many commands and runs: " + std::to_string(a.log.size()) + ", " +
           std::to_string(a.done.size()) + " and " + std::to_string(b.log.size()) + ", " +
           std::to_string(b.done.size());
  }
  for (std::size_t i = 0; i < a.done.size(); ++i) {
    if (a.done[i].id != b.done[i].id || a.done[i].first_data != b.done[i].first_data ||
        a.done[i].end_of_data != b.done[i].end_of_data) {
      return "run " + std::to_string(i) + " ends otherwise";
    }
  }
  const auto counts = [](const memory::DramCommandCounts& c) {
    return std::make_tuple(c.reads, c.writes, c.activates, c.precharges, c.refreshes,
                           c.bank_refreshes, c.power_downs, c.inside_reads, c.inside_writes,
                           c.instructions, c.row_hits, c.row_misses, c.row_conflicts,
                           c.active_clocks, c.active_down_clocks, c.precharged_down_clocks);
  };
  return counts(a.counts) == counts(b.counts) ? "" : "counts differ";
}

std::string compare_alone(const AloneCase& what, unsigned steps, std::uint32_t seed) {
  return difference_alone(play_alone(what, true, steps, seed),
                          play_alone(what, false, steps, seed));
}

memory::DramPolicies in_order() {
  memory::DramPolicies policies;
  policies.rank_scheduler = memory::DramScheduling::fcfs;
  policies.queue.depth = 16;
  policies.power_down_idle = 20;
  return policies;
}

}  // namespace

TEST_CASE("ranks that the channel leaves alone issue what they would issue among the others") {
  std::uint32_t seed = 0;
  for (const char* device : {"ddr4-2400-u", "ddr3-1600", "lpddr4-3200", "hbm2"}) {
    for (const auto refresh :
         {memory::DramRefresh::off, memory::DramRefresh::all_bank, memory::DramRefresh::per_bank}) {
      if (refresh == memory::DramRefresh::per_bank &&
          memory::load_dram_device(device, {}).timing.RFC_pb == 0) {
        continue;
      }
      for (const auto down : {memory::DramPowerDown::off, memory::DramPowerDown::on}) {
        for (const unsigned ranks : {1U, 2U, 4U}) {
          for (const unsigned traffic : {0U, 1U, 2U, 3U}) {
            AloneCase what;
            what.device = device;
            what.ranks = ranks;
            what.policies = in_order();
            what.policies.refresh = refresh;
            what.policies.power_down = down;
            what.policies.queue.depth = seed % 3 == 0 ? 4 : 16;
            what.host = traffic % 2 == 1;
            what.instructions = traffic >= 2 && std::string(device).substr(0, 3) == "ddr";
            what.priorities = seed % 5 == 0 && !what.host;
            INFO(device << ", " << name_of_value(refresh) << ", power-down " << name_of_value(down)
                        << ", " << ranks << " ranks, traffic " << traffic << ", seed " << seed);
            CHECK(compare_alone(what, 400, ++seed) == "");
          }
        }
      }
    }
  }
}

TEST_CASE("a rank that is not left alone is planned among the others") {
  std::uint32_t seed = 1000;
  for (const auto page : {memory::DramPagePolicy::closed, memory::DramPagePolicy::open_adaptive,
                          memory::DramPagePolicy::closed_adaptive}) {
    AloneCase what;
    what.policies = in_order();
    what.policies.page_policy = page;
    CHECK(compare_alone(what, 400, ++seed) == "");
  }
  AloneCase postponed;
  postponed.policies = in_order();
  postponed.policies.refresh_postpone = 8;
  postponed.policies.refresh_pull_in = 4;
  CHECK(compare_alone(postponed, 400, ++seed) == "");
}

TEST_CASE("commands of ranks that are left alone keep every rule") {
  AloneCase what;
  what.ranks = 4;
  what.policies = in_order();
  what.instructions = true;
  const AloneOutcome outcome = play_alone(what, true, 4000, 77);
  test::RefreshDuty duty;
  duty.mode = test::RefreshDuty::Mode::all_bank;
  duty.slack = 400;
  CHECK(test::text_of(test::broken_rules(outcome.log, memory::load_dram_device(what.device, {}),
                                         what.ranks, duty)) == "");
  CHECK(outcome.counts.refreshes > 10);
}

}  // namespace lacuna
