// SPDX-License-Identifier: Apache-2.0
// A memory that records its commands while payloads come in by its socket.
#include <random>

#include <catch2/catch.hpp>

#include "memory/command_trace.h"
#include "memory/dram.h"
#include "support/command_checker.h"
#include "support/temporary_file.h"
#include "unit/memory/devices.h"
#include "unit/tlm/bench.h"
#include "unit/tlm/player.h"

namespace lacuna {

namespace {

std::vector<test::Access> random_accesses(std::size_t count) {
  std::mt19937 random(8);
  std::vector<test::Access> result(count);
  std::int64_t at = 0;
  for (test::Access& access : result) {
    at += random() % 40000;
    access.at = at;
    access.write = random() % 3 == 0;
    access.bytes = 64 * (1 + random() % 8);
    access.address = random() % (1 << 24) / 64 * 64;
  }
  return result;
}

}  // namespace

TEST_CASE("recorded commands are those that were counted, and break no rule") {
  const test::TemporaryFile file;
  memory::DramParams params;
  params.command_trace = file.path();
  test::Bench bench;
  memory::Dram dram("dram", params, test::ddr4_set_u(), bench.surroundings);
  test::Player player("player", random_accesses(2000));
  player.memory.bind(dram.memory);
  sc_core::sc_start();
  dram.settle();
  Summary summary;
  dram.summarise(summary);

  memory::CommandTraceReader reader(file.path());
  CHECK(reader.header().device == test::ddr4_set_u().name);
  memory::CommandLog log;
  std::map<memory::DramCommand, std::uint64_t> counts;
  for (memory::TracedCommand traced; reader.next(traced);) {
    CHECK(traced.channel == 0);
    log.push_back(traced.command);
    ++counts[traced.command.command];
  }
  CHECK(counts[memory::DramCommand::read] == bench.value("dram.column_reads"));
  CHECK(counts[memory::DramCommand::write] == bench.value("dram.column_writes"));
  CHECK(counts[memory::DramCommand::activate] == bench.value("dram.activates"));
  CHECK(counts[memory::DramCommand::refresh] == bench.value("dram.refreshes"));
  CHECK(counts[memory::DramCommand::refresh] > 3);
  CHECK(test::check_commands(log, test::ddr4_set_u(), 1, true).empty());
}

TEST_CASE("commands of a memory that has none cannot be recorded") {
  memory::DramParams params;
  params.model = memory::DramModel::flat;
  params.command_trace = "commands.bin";
  Diagnostics diagnostics;
  const Node mapping;
  Validation check(mapping, "dram", diagnostics);
  params.validate(check);
  CHECK_FALSE(diagnostics.empty());
}

}  // namespace lacuna
