// SPDX-License-Identifier: Apache-2.0
#include "memory/command_trace.h"

#include <cstdlib>
#include <random>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "core/files.h"
#include "support/temporary_file.h"

namespace lacuna {

namespace {

using memory::Clock;
using memory::CommandTraceReader;
using memory::CommandTraceWriter;
using memory::DramCommand;
using memory::TracedCommand;
using test::TemporaryFile;

const memory::CommandTraceHeader header{833, 4, 2, "set U"};

/// Any values that a command can have, most of them as in traffic.
std::vector<TracedCommand> random_commands(std::size_t count) {
  std::mt19937_64 random(11);
  std::vector<TracedCommand> all;
  Clock clock = 0;
  for (std::size_t i = 0; i < count; ++i) {
    clock += static_cast<Clock>(random() % 20) - (random() % 8 == 0 ? 15 : 0);
    clock += random() % 1000 == 0 ? Clock{1} << 40 : 0;
    TracedCommand traced;
    traced.channel = static_cast<std::uint32_t>(random() % 4);
    auto& c = traced.command;
    c.clock = clock;
    c.command = static_cast<DramCommand>(random() % memory::dram_command_count);
    c.rank = static_cast<std::uint32_t>(random() % 2);
    c.bank_group = c.command == DramCommand::refresh_bank && random() % 2 == 0
                       ? memory::every_bank_group
                       : static_cast<std::uint32_t>(random() % 8);
    c.bank = static_cast<std::uint32_t>(random() % 4);
    const bool column = c.command == DramCommand::read || c.command == DramCommand::write;
    if (column || c.command == DramCommand::activate) {
      c.row = static_cast<std::uint32_t>(random() % 65536);
    }
    if (column) {
      c.column = static_cast<std::uint32_t>(random() % 128);
    }
    if (c.command != DramCommand::refresh) {
      traced.payload = random() % 10 == 0 ? 0 : 1 + i - random() % (i + 1) % 30;
      traced.arrival = traced.payload == 0 ? 0 : clock - static_cast<Clock>(random() % 500);
      c.inside = random() % 2 == 0;
    }
    all.push_back(traced);
  }
  return all;
}

bool same(const TracedCommand& a, const TracedCommand& b) {
  const auto& x = a.command;
  const auto& y = b.command;
  return x.clock == y.clock && x.command == y.command && x.rank == y.rank &&
         x.bank_group == y.bank_group && x.bank == y.bank && x.row == y.row &&
         x.column == y.column && a.channel == b.channel && a.payload == b.payload &&
         a.arrival == b.arrival && x.inside == y.inside;
}

void write_all(const std::string& path, const std::vector<TracedCommand>& all) {
  CommandTraceWriter writer(path, header);
  for (const TracedCommand& traced : all) {
    writer.add(traced);
  }
  CHECK(writer.commands() == all.size());
  writer.finish();
}

/// "byte: message" of what is wrong with a file of these bytes.
std::string problem(const std::string& bytes) {
  const TemporaryFile file(bytes);
  try {
    CommandTraceReader reader(file.path());
    for (TracedCommand traced; reader.next(traced);) {
    }
  } catch (const Error& error) {
    CHECK(error.fault() == Fault::bad_input);
    const Place& place = error.diagnostics().front().place;
    REQUIRE(place.byte_offset.has_value());
    return std::to_string(*place.byte_offset) + ": " + error.diagnostics().front().message;
  }
  return "";
}

}  // namespace

TEST_CASE("commands come back from their trace as they went in, in few bytes") {
  const TemporaryFile file;
  const auto all = random_commands(100000);
  write_all(file.path(), all);
  CommandTraceReader reader(file.path());
  CHECK(reader.header().clock_ps == 833);
  CHECK(reader.header().channels == 4);
  CHECK(reader.header().ranks == 2);
  CHECK(reader.header().device == "set U");
  TracedCommand traced;
  for (const TracedCommand& expected : all) {
    REQUIRE(reader.next(traced));
    REQUIRE(same(traced, expected));
  }
  CHECK_FALSE(reader.next(traced));
  CHECK(read_file(file.path()).size() < 11 * all.size());
}

TEST_CASE("the script shows a command trace as the reader reads it") {
  const TemporaryFile file;
  const TemporaryFile text;
  std::vector<TracedCommand> all(4);
  all[0].command = {7, DramCommand::activate, 1, 2, 3, 65535, 0};
  all[1].command = {23, DramCommand::read, 1, 2, 3, 65535, 127};
  all[1].channel = 3;
  all[1].command.inside = true;
  all[1].payload = 9;
  all[1].arrival = 5;
  all[2].command = {20, DramCommand::refresh_bank, 0, memory::every_bank_group, 1, 0, 0};
  all[3].command = {200, DramCommand::power_down_enter, 0, 0, 0, 0, 0};
  write_all(file.path(), all);
  const std::string command = std::string(LACUNA_SOURCE_DIR) +
                              "/scripts/show_command_trace --csv " + file.path() + " > " +
                              text.path();
  REQUIRE(std::system(command.c_str()) == 0);
  CHECK(read_file(text.path()) ==
        "clock,channel,command,rank,bank_group,bank,row,column,payload,arrival,port\n"
        "7,0,ACT,1,2,3,65535,-,-,-,channel\n"
        "23,3,RD,1,2,3,65535,127,9,5,rank\n"
        "20,0,REFB,0,*,1,-,-,-,-,channel\n"
        "200,0,PDE,0,0,0,-,-,-,-,channel\n");
}

TEST_CASE("a command trace that is cut or damaged is refused at its byte") {
  const TemporaryFile file;
  write_all(file.path(), {});
  const std::string empty = read_file(file.path());
  CHECK(problem(empty).empty());
  CHECK_THAT(problem(""), Catch::Contains("no command trace"));
  CHECK_THAT(problem("LACMDT02" + empty.substr(8)), Catch::Contains("no command trace"));
  for (std::size_t length = 8; length < empty.size(); ++length) {
    CHECK_THAT(problem(empty.substr(0, length)), Catch::Contains("cut short"));
  }
  CHECK(problem(empty + '\x0f') == std::to_string(empty.size() + 1) + ": 0x0f is no command");
  CHECK_THAT(problem(empty + '\x80'), Catch::Contains("no command"));
  CHECK_THAT(problem(empty + std::string("\0\0", 2)), Catch::Contains("cut short"));
  CHECK_THAT(problem(empty + std::string("\0\0\4", 3)), Catch::Contains("4 where at most 3"));
  CHECK_THAT(problem(empty + std::string(12, '\xff')), Catch::Contains("no command"));
  CHECK_THAT(problem(empty + '\0' + std::string(12, '\xff')), Catch::Contains("more than 64 bits"));
}

TEST_CASE("a command trace that cannot be written is said so") {
  CHECK_THROWS_WITH(CommandTraceWriter("/nowhere/trace", header), Catch::Contains("cannot write"));
  CommandTraceWriter writer("/dev/full", header);
  CHECK_THROWS_WITH(writer.finish(), Catch::Contains("cannot write"));
}

}  // namespace lacuna
