// SPDX-License-Identifier: Apache-2.0
// Random traffic under every combination of policies; an independent checker reads the commands. The nightly tests do the
// same with many more.
#include <catch2/catch.hpp>

#include "memory/dram_device_file.h"
#include "unit/memory/devices.h"
#include "unit/memory/random_commands.h"

namespace lacuna {

namespace {

constexpr std::size_t commands = 20000;

memory::DramPolicies with(memory::DramRefresh refresh, unsigned postpone = 0,
                          unsigned pull_in = 0) {
  memory::DramPolicies policies;
  policies.refresh = refresh;
  policies.refresh_postpone = postpone;
  policies.refresh_pull_in = pull_in;
  return policies;
}

test::RefreshDuty duty(test::RefreshDuty::Mode mode, unsigned postpone = 0, unsigned pull_in = 0) {
  test::RefreshDuty result;
  result.mode = mode;
  result.postpone = postpone;
  result.pull_in = pull_in;
  result.drained = mode == test::RefreshDuty::Mode::all_bank && postpone == 0 && pull_in == 0;
  return result;
}

using memory::DramRefresh;
using Mode = test::RefreshDuty::Mode;

}  // namespace

TEST_CASE("every policy keeps every rule of DDR4 without refresh") {
  CHECK(test::broken_under_every_policy(test::ddr4_set_u(), 2, with(DramRefresh::off),
                                        duty(Mode::none), commands) == "");
}

TEST_CASE("every policy keeps every rule of DDR4 with refresh") {
  CHECK(test::broken_under_every_policy(test::ddr4_set_u(), 2, with(DramRefresh::all_bank),
                                        duty(Mode::all_bank), commands) == "");
}

TEST_CASE("every policy keeps every rule of DDR3 with refreshes postponed and pulled in") {
  CHECK(test::broken_under_every_policy(memory::load_dram_device("ddr3-1600", {}), 2,
                                        with(DramRefresh::all_bank, 8, 4),
                                        duty(Mode::all_bank, 8, 4), commands) == "");
}

TEST_CASE("every policy keeps every rule of LPDDR4 with refresh of banks") {
  CHECK(test::broken_under_every_policy(memory::load_dram_device("lpddr4-3200", {}), 1,
                                        with(DramRefresh::per_bank), duty(Mode::per_bank),
                                        commands) == "");
}

TEST_CASE("every policy keeps every rule of LPDDR4 with refresh of ranks") {
  CHECK(test::broken_under_every_policy(memory::load_dram_device("lpddr4-3200", {}), 2,
                                        with(DramRefresh::all_bank), duty(Mode::all_bank),
                                        commands) == "");
}

TEST_CASE("every policy keeps every rule of HBM2 with refresh of banks") {
  CHECK(test::broken_under_every_policy(memory::load_dram_device("hbm2", {}), 1,
                                        with(DramRefresh::per_bank), duty(Mode::per_bank),
                                        commands) == "");
}

TEST_CASE("every policy keeps every rule with refresh of a bank in all bank groups") {
  CHECK(test::broken_under_every_policy(memory::load_dram_device("hbm2", {}), 1,
                                        with(DramRefresh::same_bank), duty(Mode::same_bank),
                                        commands) == "");
}

}  // namespace lacuna
