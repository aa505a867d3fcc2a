// SPDX-License-Identifier: Apache-2.0
// Random traffic through the timing kernel; an independent checker reads the command trace.
#include <random>

#include <catch2/catch.hpp>

#include "memory/dram_address_map.h"
#include "memory/dram_channel.h"
#include "memory/dram_device_file.h"
#include "unit/memory/command_checker.h"
#include "unit/memory/devices.h"

namespace lacuna {

namespace {

using memory::Clock;

/// Bursts with some locality: runs in a row, row changes in a bank, other banks, other ranks, idle times.
memory::CommandLog random_commands(const memory::DramDevice& device, unsigned ranks,
                                   const memory::DramPolicies& policies, std::size_t commands,
                                   std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  memory::DramChannel channel(device, ranks, policies);
  memory::CommandLog log;
  channel.record(&log);
  const memory::DramOrganisation& organisation = device.organisation;
  memory::DramRun run;
  Clock now = 0;
  while (log.size() < commands) {
    const std::uint32_t change = below(8);
    run.first.bank_group = change < 4 ? below(organisation.bank_groups) : run.first.bank_group;
    run.first.bank = change < 5 ? below(organisation.banks_per_group) : run.first.bank;
    run.first.row = change != 3 ? below(3) : run.first.row;
    run.first.rank = change < 2 ? below(ranks) : run.first.rank;
    run.first.column = below(organisation.bursts_per_row() / 2);
    run.write = below(3) == 0 ? !run.write : run.write;
    run.lanes = below(2) == 0 ? organisation.bank_groups : 1;
    run.bursts = 1 + below(below(8) == 0 ? 60 : 4);
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

void require_clean(const memory::DramDevice& device, unsigned ranks,
                   const memory::DramPolicies& policies, std::uint32_t seed) {
  const memory::CommandLog log = random_commands(device, ranks, policies, 100000, seed);
  const bool refresh = policies.refresh != memory::DramRefresh::off;
  const std::map<std::string, int> broken = test::check_commands(log, device, ranks, refresh);
  for (const auto& [rule, times] : broken) {
    UNSCOPED_INFO(rule << " broken " << times << " times");
  }
  REQUIRE(broken.empty());
}

}  // namespace

TEST_CASE("100,000 random commands on DDR4 keep every rule") {
  require_clean(test::ddr4_set_u(), 1, {}, 1);
}

TEST_CASE("100,000 random commands on four ranks of DDR4 keep every rule") {
  require_clean(test::ddr4_set_u(), 4, {}, 2);
}

TEST_CASE("100,000 random commands on DDR3 keep every rule") {
  require_clean(memory::load_dram_device("ddr3-1600", {}), 2, {}, 3);
}

TEST_CASE("100,000 random commands without refresh keep every rule") {
  memory::DramPolicies policies;
  policies.refresh = memory::DramRefresh::off;
  require_clean(memory::load_dram_device("ddr4-2400", {}), 2, policies, 4);
}

TEST_CASE("the checker notices each timing parameter that the traffic breaks by one clock") {
  const memory::DramDevice device = test::ddr4_set_u();
  using Field = std::int64_t memory::DramTimings::*;
  using T = memory::DramTimings;
  const std::vector<std::pair<std::string, Field>> parameters{
      {"tRC", &T::RC},
      {"tRAS", &T::RAS},
      {"tRCD", &T::RCD},
      {"tRP", &T::RP},
      {"tRTP", &T::RTP},
      {"tWR", &T::WR},
      {"tRRD_S", &T::RRD_S},
      {"tRRD_L", &T::RRD_L},
      {"tFAW", &T::FAW},
      {"tCCD_S", &T::CCD_S},
      {"tCCD_L", &T::CCD_L},
      {"tWTR_S", &T::WTR_S},
      {"tWTR_L", &T::WTR_L},
      {"tRFC", &T::RFC},
      {"tRTRS", &T::RTRS},
      {"read to write", &T::CL},
      {"refresh before it is due", &T::REFI}};
  for (const auto& [name, field] : parameters) {
    memory::DramDevice faster = device;
    faster.timing.*field -= 1;
    if (name == "tRC") {
      faster.timing.RAS -= 1;  // else tRAS + tRP hides it
    }
    if (name == "tFAW") {
      faster.timing.FAW -= 2;
    }
    const memory::CommandLog log = random_commands(faster, 2, {}, 20000, 5);
    const auto broken = test::check_commands(log, device, 2, true);
    INFO(name);
    CHECK(broken.count(name) == 1);
  }
}

}  // namespace lacuna
