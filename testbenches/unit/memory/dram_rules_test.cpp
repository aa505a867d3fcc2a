// SPDX-License-Identifier: Apache-2.0
// Random traffic through the timing kernel; an independent checker reads the command trace.
#include <catch2/catch.hpp>

#include "memory/dram_address_map.h"
#include "memory/dram_channel.h"
#include "memory/dram_device_file.h"
#include "unit/memory/command_checker.h"
#include "unit/memory/devices.h"
#include "unit/memory/random_commands.h"

namespace lacuna {

namespace {

void require_clean(const memory::DramDevice& device, unsigned ranks,
                   const memory::DramPolicies& policies, std::uint32_t seed) {
  const memory::CommandLog log = test::random_commands(device, ranks, policies, 100000, seed);
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
    const memory::CommandLog log = test::random_commands(faster, 2, {}, 20000, 5);
    const auto broken = test::check_commands(log, device, 2, true);
    INFO(name);
    CHECK(broken.count(name) == 1);
  }
}

}  // namespace lacuna
