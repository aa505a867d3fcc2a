// SPDX-License-Identifier: Apache-2.0
#include "traffic/trace_reader.h"

#include <random>

#include <catch2/catch.hpp>

#include "support/temporary_file.h"

namespace lacuna {

namespace {

using test::TemporaryFile;
using traffic::MemoryRequest;
using traffic::TraceReader;

std::vector<MemoryRequest> read_all(const std::string& text) {
  const TemporaryFile file(text);
  TraceReader reader(file.path(), {});
  std::vector<MemoryRequest> all;
  for (MemoryRequest request; reader.next(request);) {
    all.push_back(request);
  }
  return all;
}

/// "line:column: message" of the first thing wrong.
std::string problem(const std::string& text) {
  const TemporaryFile file(text);
  try {
    TraceReader reader(file.path(), {});
    for (MemoryRequest request; reader.next(request);) {
    }
  } catch (const Error& error) {
    CHECK(error.fault() == Fault::bad_input);
    const Diagnostic& first = error.diagnostics().front();
    CHECK(first.place.file == file.path());
    return std::to_string(first.place.line) + ":" + std::to_string(first.place.column) + ": " +
           first.message;
  }
  return "";
}

}  // namespace

TEST_CASE("a trace line is clock, direction, address and, if it says so, a length") {
  const auto all = read_all(
      "# a comment\n"
      "\n"
      "0 R 0x0\n"
      "  7\tW  0xFfc0   128 # why not\r\n"
      "7 R 0xffffffffffffffc0#close\n"
      "9007199254740992 W 0x1 65536");
  REQUIRE(all.size() == 4);
  CHECK(all[0].clock == 0);
  CHECK_FALSE(all[0].write);
  CHECK(all[0].bytes == 64);
  CHECK(all[0].line == 3);
  CHECK(all[1].clock == 7);
  CHECK(all[1].write);
  CHECK(all[1].address == 0xffc0);
  CHECK(all[1].bytes == 128);
  CHECK(all[1].line == 4);
  CHECK(all[1].address_column == 8);
  CHECK(all[2].address == 0xffffffffffffffc0U);
  CHECK(all[3].clock == std::int64_t{1} << 53);
  CHECK(all[3].bytes == 65536);
}

TEST_CASE("an empty trace and one of comments hold no requests") {
  CHECK(read_all("").empty());
  CHECK(read_all("# nothing\n   \n\t# here").empty());
}

TEST_CASE("lines come whole across the pieces in which a file is read") {
  // Some 40 bytes a line, 30,000 lines: several pieces, whose ends fall anywhere in a line.
  std::string text;
  for (int i = 0; i < 30000; ++i) {
    text += std::to_string(i) + (i % 7 == 0 ? " W 0x" : " R 0x") + std::to_string(i) + "40 " +
            std::to_string(1 + i % 64) + std::string(static_cast<std::size_t>(i % 23), ' ') + "\n";
  }
  const auto all = read_all(text);
  REQUIRE(all.size() == 30000);
  for (int i = 0; i < 30000; ++i) {
    const MemoryRequest& request = all[static_cast<std::size_t>(i)];
    REQUIRE(request.clock == i);
    REQUIRE(request.write == (i % 7 == 0));
    REQUIRE(request.address == std::stoull(std::to_string(i) + "40", nullptr, 16));
    REQUIRE(request.bytes == static_cast<std::uint32_t>(1 + i % 64));
    REQUIRE(request.line == static_cast<std::uint64_t>(i + 1));
  }
}

TEST_CASE("a malformed trace is refused at its line and column") {
  struct Case {
    const char* text;
    const char* place;
    const char* says;
  };
  const std::vector<Case> cases = {
      {"R 0x0\n", "1:1", "expected a clock"},
      {"0 R 0x0\n-1 R 0x0\n", "2:1", "expected a clock"},
      {"1.5 R 0x0\n", "1:1", "'1.5'"},
      {"0x10 R 0x0\n", "1:1", "expected a clock"},
      {"99999999999999999999 R 0x0\n", "1:1", "too late"},
      {"9007199254740993 R 0x0\n", "1:1", "too late"},
      {"5 R 0x0\n\n 4 R 0x0\n", "3:2", "clock 4 lies before the last request's, 5"},
      {"0\n", "1:2", "expected R or W, found the end of the line"},
      {"0 r 0x0\n", "1:3", "'r'"},
      {"0 READ 0x0\n", "1:3", "'READ'"},
      {"0 R\n", "1:4", "expected an address such as 0x1f40, found the end"},
      {"0 R # 0x0\n", "1:5", "expected an address"},
      {"0 R 64\n", "1:5", "'64'"},
      {"0 R 0x\n", "1:5", "'0x'"},
      {"0 R 0xg0\n", "1:5", "'0xg0'"},
      {"0 R 0X40\n", "1:5", "'0X40'"},
      {"0 R 0x-40\n", "1:5", "'0x-40'"},
      {"0 R 0x10000000000000000\n", "1:5", "64 bits"},
      {"0 R 0xffffffffffffffc1\n", "1:5", "beyond 2^64"},
      {"0 R 0x0 0\n", "1:9", "from 1 to 65536"},
      {"0 R 0x0 65537\n", "1:9", "from 1 to 65536"},
      {"0 R 0x0 99999999999\n", "1:9", "from 1 to 65536"},
      {"0 R 0x0 many\n", "1:9", "'many'"},
      {"0 R 0x0 64 7\n", "1:12", "one field too many"},
      {"0,R,0x0\n", "1:1", "expected a clock"},
  };
  for (const Case& test : cases) {
    INFO(test.text);
    const std::string found = problem(test.text);
    CHECK(found.rfind(std::string(test.place) + ": ", 0) == 0);
    CHECK_THAT(found, Catch::Contains(test.says));
  }
  CHECK_THAT(problem(std::string("0 R 0x0\n0 R\0 0x0\n", 17)), Catch::StartsWith("2:3: "));
}

TEST_CASE("a line without an end does not fill the memory") {
  CHECK_THAT(problem("0 R 0x0\n" + std::string(10 << 20, '7')),
             Catch::StartsWith("2:4097: the line is longer than 4096"));
  CHECK_THAT(problem("0 R 0x0" + std::string(5000, ' ') + "\n"), Catch::StartsWith("1:4097: "));
}

TEST_CASE("whatever stands in a trace, it is read or refused within it") {
  const std::string good = "0 R 0x0\n16 W 0x7f40 128 # x\n\n17 R 0xffff\n";
  const std::string letters = std::string("0123456789 RWx#\n\t\r-abf\xff") + '\0';
  std::mt19937 random(3);
  std::size_t refused = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string text = good;
    for (std::size_t changes = 1 + random() % 4; changes > 0; --changes) {
      const std::size_t at = random() % text.size();
      const char letter = letters[random() % letters.size()];
      switch (random() % 3) {
        case 0:
          text[at] = letter;
          break;
        case 1:
          text.insert(at, 1, letter);
          break;
        default:
          text.erase(at, 1);
      }
    }
    const TemporaryFile file(text);
    TraceReader reader(file.path(), {});
    try {
      for (MemoryRequest request; reader.next(request);) {
        REQUIRE(request.bytes >= 1);
        REQUIRE(request.line <= 8);
      }
    } catch (const Error& error) {
      ++refused;
      REQUIRE(error.fault() == Fault::bad_input);
      REQUIRE(error.diagnostics().front().place.line <= 8);
      REQUIRE(error.diagnostics().front().place.column <= text.size() + 1);
    }
  }
  CHECK(refused > 1000);
  CHECK(refused < 3000);
}

TEST_CASE("a trace that cannot be read is said so") {
  CHECK_THROWS_WITH(TraceReader("/nowhere/trace.txt", {}), Catch::Contains("cannot read"));
  CHECK_THROWS_WITH(TraceReader("/", {}), Catch::Contains("folder"));
}

}  // namespace lacuna
