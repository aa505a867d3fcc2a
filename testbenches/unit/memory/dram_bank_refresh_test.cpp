// SPDX-License-Identifier: Apache-2.0
// Which bank is refreshed when banks are refreshed one by one.
#include <set>
#include <vector>

#include <catch2/catch.hpp>

#include "memory/dram_channel.h"
#include "memory/dram_device_file.h"
#include "support/command_checker.h"

namespace lacuna {

namespace {

using memory::Clock;
using memory::DramCommand;

struct Stream {
  Clock clocks = 0;  ///< of all data
  memory::CommandLog log;
};

/// Reads rows one after the other, all columns of a bank before the next bank, 32 columns before the scheduler.
Stream read_rows(const memory::DramDevice& device, std::uint32_t rows) {
  memory::DramPolicies policies;
  policies.refresh = memory::DramRefresh::per_bank;
  policies.queue.kind = memory::DramQueueKind::shared;
  memory::DramChannel channel(device, 1, policies);
  Stream stream;
  channel.record(&stream.log);
  const memory::DramOrganisation& o = device.organisation;
  const std::uint32_t bursts = o.columns / o.burst_length;
  const std::uint32_t all = rows * o.banks() * bursts;
  std::uint32_t added = 0;
  std::uint32_t done = 0;
  for (Clock now = 0; done < all; now += 4) {
    channel.advance(now);
    for (const memory::DramRunDone& run : channel.done()) {
      stream.clocks = std::max(stream.clocks, run.end_of_data);
      ++done;
    }
    channel.done().clear();
    for (; added < all && added < done + 32; ++added) {
      memory::DramRun run;
      run.visible = now + 1;
      run.first.row = added / bursts / o.banks();
      run.first.bank_group = added / bursts % o.banks() / o.banks_per_group;
      run.first.bank = added / bursts % o.banks_per_group;
      run.first.column = added % bursts;
      channel.add(run);
    }
  }
  return stream;
}

std::vector<std::uint32_t> refreshed_banks(const memory::DramDevice& device,
                                           const memory::CommandLog& log) {
  std::vector<std::uint32_t> banks;
  for (const memory::IssuedCommand& command : log) {
    if (command.command == DramCommand::refresh_bank) {
      banks.push_back(command.bank_group * device.organisation.banks_per_group + command.bank);
    }
  }
  return banks;
}

/// Share of the data bus that the stream gets.
double use_of(const memory::DramDevice& device, const Stream& stream, std::uint32_t rows) {
  const memory::DramOrganisation& o = device.organisation;
  const double data = static_cast<double>(rows) * o.banks() * o.bursts_per_row();
  return data * static_cast<double>(device.timing.CCD_S) / static_cast<double>(stream.clocks);
}

}  // namespace

TEST_CASE("a stream through the banks of LPDDR4 does not wait for their refreshes in turn") {
  const memory::DramDevice device = memory::load_dram_device("lpddr4-3200", {});
  constexpr std::uint32_t rows = 40;
  const Stream stream = read_rows(device, rows);
  // In the order of banks the stream is held to a bank every tREFIpb: 512 of 781 clocks, 0.656.
  CHECK(use_of(device, stream, rows) > 0.95);

  test::RefreshDuty duty;
  duty.mode = test::RefreshDuty::Mode::per_bank;
  duty.slack = 300;
  CHECK(test::check_commands(stream.log, device, 1, duty).empty());
  const std::vector<std::uint32_t> banks = refreshed_banks(device, stream.log);
  REQUIRE(banks.size() > 100);
  bool in_order = true;
  for (std::size_t i = 0; i + 8 <= banks.size(); i += 8) {
    CHECK(std::set<std::uint32_t>(banks.data() + i, banks.data() + i + 8).size() == 8);
    in_order = in_order && banks[i] == 0 && banks[i + 7] == 7;
  }
  CHECK_FALSE(in_order);
}

TEST_CASE("banks of HBM2 are refreshed in their order") {
  const memory::DramDevice device = memory::load_dram_device("hbm2", {});
  const std::vector<std::uint32_t> banks = refreshed_banks(device, read_rows(device, 10).log);
  REQUIRE(banks.size() > 64);
  for (std::size_t i = 0; i < banks.size(); ++i) {
    CHECK(banks[i] == i % 32);
  }
}

}  // namespace lacuna
