// SPDX-License-Identifier: Apache-2.0
// Columns in a stream are issued at once where nobody else can come between, and a decision is kept while nothing happens
// that could change it. An age cap that nobody reaches decides as if there were none, but anew for each column and whenever
// somebody comes: the commands must be the same.
#include <catch2/catch.hpp>

#include "memory/dram_device_file.h"
#include "unit/memory/devices.h"
#include "unit/memory/random_commands.h"

namespace lacuna {

namespace {

using memory::DramScheduling;

/// The first place at which two logs differ, as text; nothing if they are equal.
std::string difference(const memory::CommandLog& a, const memory::CommandLog& b) {
  if (a.size() != b.size()) {
    return std::to_string(a.size()) + " and " + std::to_string(b.size()) + " commands";
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto& x = a[i];
    const auto& y = b[i];
    if (std::tie(x.clock, x.command, x.rank, x.bank_group, x.bank, x.row, x.column) !=
        std::tie(y.clock, y.command, y.rank, y.bank_group, y.bank, y.row, y.column)) {
      return "command " + std::to_string(i) + ": " + name_of(x.command) + " at " +
             std::to_string(x.clock) + ", " + name_of(y.command) + " at " + std::to_string(y.clock);
    }
  }
  return {};
}

void check_streams(const memory::DramDevice& device, memory::DramRefresh refresh) {
  std::uint32_t seed = 100;
  for (const std::uint32_t ranks : {1U, 2U}) {
    for (const auto queue : {memory::DramQueueKind::shared, memory::DramQueueKind::per_bank,
                             memory::DramQueueKind::read_write}) {
      for (const auto power : {memory::DramPowerDown::off, memory::DramPowerDown::on}) {
        memory::DramPolicies policies;
        policies.refresh = refresh;
        policies.queue.kind = queue;
        policies.queue.depth = queue == memory::DramQueueKind::per_bank ? 4 : 32;
        policies.power_down = power;
        policies.scheduler.policy = DramScheduling::fr_fcfs;
        const auto streams = test::random_commands(device, ranks, policies, 20000, ++seed);
        policies.scheduler.policy = DramScheduling::fr_fcfs_cap;
        policies.scheduler.age_cap = 1000000;
        const auto single = test::random_commands(device, ranks, policies, 20000, seed);
        CAPTURE(device.name, ranks, name_of_value(queue), name_of_value(power), seed);
        CHECK(difference(streams, single) == "");
      }
    }
  }
}

}  // namespace

TEST_CASE("streams of DDR3 columns are the commands of a scheduler that looks at each") {
  check_streams(memory::load_dram_device("ddr3-1600", {}), memory::DramRefresh::all_bank);
}

TEST_CASE("streams of DDR4 columns are the commands of a scheduler that looks at each") {
  check_streams(test::ddr4_set_u(), memory::DramRefresh::all_bank);
}

TEST_CASE("streams of LPDDR4 columns are the commands of a scheduler that looks at each") {
  check_streams(memory::load_dram_device("lpddr4-3200", {}), memory::DramRefresh::per_bank);
}

TEST_CASE("streams of HBM2 columns are the commands of a scheduler that looks at each") {
  check_streams(memory::load_dram_device("hbm2", {}), memory::DramRefresh::same_bank);
}

}  // namespace lacuna
