// SPDX-License-Identifier: Apache-2.0
// Random traffic on devices whose standards have rules of their own, read by the independent checker.
#include <algorithm>

#include <catch2/catch.hpp>

#include "memory/dram_device_file.h"
#include "support/command_checker.h"
#include "unit/memory/random_commands.h"

namespace lacuna {

namespace {

void require_clean(const std::string& name, unsigned ranks, memory::DramRefresh refresh,
                   std::uint32_t seed) {
  const memory::DramDevice device = memory::load_dram_device(name, {});
  memory::DramPolicies policies;
  policies.refresh = refresh;
  const memory::CommandLog log = test::random_commands(device, ranks, policies, 60000, seed);
  REQUIRE(log.size() >= 60000);
  test::RefreshDuty duty;
  if (refresh == memory::DramRefresh::all_bank) {
    duty.mode = test::RefreshDuty::Mode::all_bank;
    duty.slack = 300;
  }
  const auto broken = test::check_commands(log, device, ranks, duty);
  for (const auto& [rule, times] : broken) {
    UNSCOPED_INFO(rule << " broken " << times << " times");
  }
  CHECK(broken.empty());
  const bool single = refresh == memory::DramRefresh::per_bank;
  const auto wanted = single ? memory::DramCommand::refresh_bank : memory::DramCommand::refresh;
  CHECK(std::any_of(log.begin(), log.end(), [&](const memory::IssuedCommand& command) {
    return command.command == wanted;
  }));
}

}  // namespace

TEST_CASE("random commands on LPDDR4 keep every rule") {
  require_clean("lpddr4-3200", 1, memory::DramRefresh::all_bank, 1);
}

TEST_CASE("random commands on two ranks of LPDDR4 with refreshes of banks keep every rule") {
  require_clean("lpddr4-3200", 2, memory::DramRefresh::per_bank, 2);
}

TEST_CASE("random commands on HBM2 keep every rule") {
  require_clean("hbm2", 1, memory::DramRefresh::all_bank, 3);
}

TEST_CASE("random commands on HBM2 with refreshes of banks keep every rule") {
  require_clean("hbm2", 1, memory::DramRefresh::per_bank, 4);
}

TEST_CASE("random commands on DDR4-3200 keep every rule") {
  require_clean("ddr4-3200", 2, memory::DramRefresh::all_bank, 5);
}

}  // namespace lacuna
