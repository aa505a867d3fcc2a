// SPDX-License-Identifier: Apache-2.0
// Random traffic under the policies; an independent checker reads the commands. Here every pair of values occurs (of
// scheduler, queue, page policy, refresh, power-down, ranks and device; policy_choices.h); testbenches/unit/memory_nightly
// takes a hundred times the commands, and every combination.
#include <set>

#include <catch2/catch.hpp>

#include "memory/dram_channel.h"
#include "unit/memory/devices.h"
#include "unit/memory/policy_choices.h"

namespace lacuna {

namespace {

constexpr std::size_t commands = 100000;

void require_clean(const std::string& device) {
  CHECK(test::broken_on(device, test::pairwise_choices(), commands) == "");
}

}  // namespace

TEST_CASE("every pair of policies is among those chosen") {
  std::set<std::uint32_t> possible;
  for (const test::PolicyChoice& choice : test::every_choice()) {
    for (const std::uint32_t pair : test::pairs_of(choice)) {
      possible.insert(pair);
    }
  }
  const std::vector<test::PolicyChoice> chosen = test::pairwise_choices();
  for (const test::PolicyChoice& choice : chosen) {
    for (const std::uint32_t pair : test::pairs_of(choice)) {
      possible.erase(pair);
    }
  }
  CHECK(possible.empty());
  // Each of seven devices meets four kinds of refresh, two of them six.
  CHECK(chosen.size() >= 5 * 4 + 2 * 6);
  // Whoever adds a device adds its test below.
  CHECK(memory::builtin_dram_devices() ==
        std::vector<std::string>{"ddr3-1600", "ddr4-2400-u", "ddr4-2400", "ddr4-2666", "ddr4-3200",
                                 "hbm2", "lpddr4-3200"});
}

TEST_CASE("all policies keep every rule of DDR3-1600") {
  require_clean("ddr3-1600");
}
TEST_CASE("all policies keep every rule of DDR4-2400") {
  require_clean("ddr4-2400");
}
TEST_CASE("all policies keep every rule of DDR4-2400 in timing set U") {
  require_clean("ddr4-2400-u");
}
TEST_CASE("all policies keep every rule of DDR4-2666") {
  require_clean("ddr4-2666");
}
TEST_CASE("all policies keep every rule of DDR4-3200") {
  require_clean("ddr4-3200");
}
TEST_CASE("all policies keep every rule of HBM2") {
  require_clean("hbm2");
}
TEST_CASE("all policies keep every rule of LPDDR4-3200") {
  require_clean("lpddr4-3200");
}

namespace {

/// What the checker says of a run on a device whose banks are refreshed one by one.
std::string found_in_run(const memory::DramDevice& built, const memory::DramDevice& real,
                         memory::DramRefresh refresh) {
  test::RefreshDuty duty;
  duty.mode = refresh == memory::DramRefresh::per_bank ? test::RefreshDuty::Mode::per_bank
                                                       : test::RefreshDuty::Mode::same_bank;
  memory::DramPolicies policies;
  policies.refresh = refresh;
  std::string text;
  for (const auto& [rule, times] :
       test::check_commands(test::random_commands(built, 1, policies, 20000, 7), real, 1, duty)) {
    text += rule + "; ";
  }
  return text;
}

}  // namespace

TEST_CASE("a controller that leaves banks without refresh is caught") {
  for (const char* name : {"lpddr4-3200", "hbm2"}) {
    const memory::DramDevice real = memory::load_dram_device(name, {});
    for (const auto refresh : {memory::DramRefresh::per_bank, memory::DramRefresh::same_bank}) {
      CHECK(found_in_run(real, real, refresh) == "");
      // It believes that there are half as many banks in a group, and refreshes those twice as often.
      memory::DramDevice half = real;
      half.organisation.banks_per_group /= 2;
      CHECK(found_in_run(half, real, refresh) == "banks refreshed unequally often; ");
    }
  }
}

TEST_CASE("a refresh of a bank that a run leaves out is caught") {
  for (const char* name : {"lpddr4-3200", "hbm2"}) {
    const memory::DramDevice device = memory::load_dram_device(name, {});
    memory::DramPolicies policies;
    policies.refresh = memory::DramRefresh::per_bank;
    const memory::CommandLog log = test::random_commands(device, 2, policies, 20000, 8);
    test::RefreshDuty duty;
    duty.mode = test::RefreshDuty::Mode::per_bank;
    REQUIRE(test::check_commands(log, device, 2, duty).empty());
    memory::CommandLog skipped;
    for (const memory::IssuedCommand& command : log) {
      const bool is_left_out = command.command == memory::DramCommand::refresh_bank &&
                               command.rank == 1 && command.bank_group == 0 && command.bank == 2;
      if (!is_left_out) {
        skipped.push_back(command);
      }
    }
    const auto broken = test::check_commands(skipped, device, 2, duty);
    CHECK(broken.count("banks refreshed unequally often") == 1);
    CHECK(broken.count("refresh late") == 1);
  }
}

TEST_CASE("rows are closed behind the last column, however often the channel is asked") {
  for (const auto policy :
       {memory::DramPagePolicy::closed, memory::DramPagePolicy::closed_adaptive}) {
    for (const memory::Clock step : {1, 7, 100}) {
      memory::DramPolicies policies;
      policies.page_policy = policy;
      policies.refresh = memory::DramRefresh::off;
      memory::DramChannel channel(test::ddr4_set_u(), 1, policies);
      memory::DramRun run;
      run.visible = 10;
      channel.add(run);
      for (memory::Clock clock = step; clock <= 100; clock += step) {
        channel.advance(clock);
      }
      channel.advance(100);
      const memory::DramCommandCounts counts = channel.counts(100);
      INFO("asked every " << step << " clocks");
      CHECK(counts.reads == 1);
      CHECK(counts.precharges == 1);
      CHECK(counts.active_clocks == 39);  // tRAS
    }
  }
}

TEST_CASE("a refresh that has begun is counted, however often the channel is asked") {
  for (const memory::Clock step : {1, 7, 20000}) {
    memory::DramPolicies policies;
    policies.refresh = memory::DramRefresh::all_bank;
    const memory::DramDevice device = test::ddr4_set_u();
    memory::DramChannel channel(device, 1, policies);
    memory::DramRun run;
    run.visible = 10;
    channel.add(run);
    // The row is closed when the refresh is due, and tRP later it comes.
    const memory::Clock end = device.timing.REFI + device.timing.RP + 1;
    for (memory::Clock clock = step; clock <= end; clock += step) {
      channel.advance(clock);
    }
    channel.advance(end);
    INFO("asked every " << step << " clocks");
    CHECK(channel.counts(end).refreshes == 1);
  }
}

}  // namespace lacuna
