// SPDX-License-Identifier: Apache-2.0
// When ranks refresh and power down, to the clock.
#include <vector>

#include <catch2/catch.hpp>

#include "memory/dram_channel.h"
#include "memory/dram_device_file.h"
#include "unit/memory/devices.h"

namespace lacuna {

namespace {

using memory::Clock;
using memory::DramCommand;

memory::DramPolicies policies(memory::DramRefresh refresh) {
  memory::DramPolicies result;
  result.refresh = refresh;
  return result;
}

memory::DramRun read_at(Clock visible) {
  memory::DramRun run;
  run.visible = visible;
  return run;
}

/// What a channel of one rank does after a single read, whose ACT stands at clock 1 and whose RD at tRCD behind it.
memory::CommandLog log_after_read(const memory::DramDevice& device,
                                  const memory::DramPolicies& policies, Clock until) {
  memory::DramChannel channel(device, 1, policies);
  memory::CommandLog log;
  channel.record(&log);
  channel.add(read_at(1));
  channel.advance(until);
  return log;
}

std::vector<Clock> clocks_of(DramCommand command, const memory::CommandLog& log) {
  std::vector<Clock> clocks;
  for (const memory::IssuedCommand& each : log) {
    if (each.command == command) {
      clocks.push_back(each.clock);
    }
  }
  return clocks;
}

/// A channel that may leap over the refreshes of an idle memory, and one that may not as it is recorded.
struct Twins {
  Twins(std::uint32_t ranks, const memory::DramPolicies& policies)
      : leap(test::ddr4_set_u(), ranks, policies), step(test::ddr4_set_u(), ranks, policies) {
    step.record(&log);
  }
  void advance(Clock until) {
    leap.advance(until);
    step.advance(until);
  }
  void add(const memory::DramRun& run) {
    leap.add(run);
    step.add(run);
  }
  memory::DramChannel leap;
  memory::DramChannel step;
  memory::CommandLog log;
};

}  // namespace

TEST_CASE("a rank powers down when it has been idle for power_down_idle clocks") {
  memory::DramPolicies p = policies(memory::DramRefresh::off);
  p.power_down = memory::DramPowerDown::on;
  // ACT 1, RD 17: idle from 18 on.
  p.power_down_idle = 40;
  CHECK(clocks_of(DramCommand::power_down_enter, log_after_read(test::ddr4_set_u(), p, 1000)) ==
        std::vector<Clock>{58});
  // No earlier than CL + burst + 1 behind the RD.
  p.power_down_idle = 1;
  CHECK(clocks_of(DramCommand::power_down_enter, log_after_read(test::ddr4_set_u(), p, 1000)) ==
        std::vector<Clock>{38});
}

TEST_CASE("refreshes are pulled in when a rank has been idle for as long as one takes") {
  memory::DramPolicies p = policies(memory::DramRefresh::all_bank);
  p.refresh_pull_in = 4;
  const memory::CommandLog log = log_after_read(test::ddr4_set_u(), p, 20000);
  // Idle from 18 on: at 438 the row is closed, and four refreshes follow a tRFC of 420 apart. The
  // fifth is the first one's due, 9360, ahead of its own by four intervals.
  CHECK(clocks_of(DramCommand::precharge_all, log) == std::vector<Clock>{438});
  CHECK(clocks_of(DramCommand::refresh, log) ==
        std::vector<Clock>{454, 874, 1294, 1714, 9360, 18720});
}

TEST_CASE("an idle rank pays a refresh when it is due, whatever keeps it from powering down") {
  memory::DramPolicies p = policies(memory::DramRefresh::all_bank);
  p.power_down = memory::DramPowerDown::on;
  for (const unsigned idle : {1U, 20U, 2000U}) {
    p.power_down_idle = idle;
    p.refresh_postpone = idle == 20 ? 8 : 0;  // which is for ranks that have something else to do
    const memory::CommandLog log = log_after_read(test::ddr4_set_u(), p, 30000);
    // Woken for it: tXP 8 after the exit the open row is closed, tRP 16 later comes the refresh. From
    // then on there is no row to close.
    CAPTURE(idle);
    CHECK(clocks_of(DramCommand::refresh, log) ==
          std::vector<Clock>{9360 + 8 + 16, 18720 + 8, 28080 + 8});
    if (idle == 2000) {
      CHECK(clocks_of(DramCommand::power_down_enter, log) ==
            std::vector<Clock>{18 + 2000, 9384 + 2000, 18728 + 2000});
    }
  }
}

TEST_CASE("where any bank may be refreshed, those come first whose rows need not be closed") {
  const memory::DramDevice device = memory::load_dram_device("lpddr4-3200", {});
  const memory::CommandLog log = log_after_read(device, policies(memory::DramRefresh::per_bank),
                                                device.timing.REFI_pb * 9 - 1);
  std::vector<std::uint32_t> banks;
  for (const memory::IssuedCommand& each : log) {
    if (each.command == DramCommand::refresh_bank) {
      banks.push_back(each.bank_group * device.organisation.banks_per_group + each.bank);
    }
  }
  CHECK(banks == std::vector<std::uint32_t>{1, 2, 3, 4, 5, 6, 7, 0});
}

TEST_CASE("a leap over refreshes leaves the last one in the way of a request") {
  constexpr Clock refreshed = 4680 + 100 * Clock{9360};  // rank 0 of two
  for (const Clock behind : {-50, 0, 1, 10, 419, 420, 1000}) {
    Twins twins(2, policies(memory::DramRefresh::all_bank));
    twins.advance(refreshed + behind);
    twins.add(read_at(refreshed + behind));
    twins.advance(refreshed + 5000);
    CAPTURE(behind);
    REQUIRE(twins.leap.done().size() == 1);
    CHECK(twins.leap.done().at(0).end_of_data == twins.step.done().at(0).end_of_data);
    const Clock from = behind < 0 || behind > 420 ? behind : 420;
    CHECK(twins.step.done().at(0).end_of_data == refreshed + from + 16 + 16 + 4);
  }
}

TEST_CASE("a memory that powers down is not leapt over") {
  memory::DramPolicies p = policies(memory::DramRefresh::all_bank);
  p.power_down = memory::DramPowerDown::on;
  Twins twins(2, p);
  twins.advance(1000000);
  const memory::DramCommandCounts leap = twins.leap.counts(1000000);
  const memory::DramCommandCounts step = twins.step.counts(1000000);
  CHECK(step.refreshes == 107 + 106);
  CHECK(leap.refreshes == step.refreshes);
  CHECK(step.power_downs > step.refreshes);
  CHECK(leap.power_downs == step.power_downs);
  CHECK(leap.precharged_down_clocks == step.precharged_down_clocks);
}

}  // namespace lacuna
