// SPDX-License-Identifier: Apache-2.0
// Programs that a user writes for a rank of an ENMC DIMM: assembled, sent over the channel by a script, asked for what they did.
#include <cstdint>
#include <iomanip>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "core/files.h"
#include "support/program.h"

namespace lacuna::testing {

namespace {

using Catch::Contains;

constexpr std::uint64_t window = 16ULL << 30;  // right behind two ranks

/// Two ranks of one channel, whose processor does what a script says.
std::string platform_text(const std::string& rank) {
  return fmt::format(R"(name: enmc_program
clock: 400 MHz
technology: {}/platforms/tech/28nm.yaml
modules:
  processor: {{type: access_script, script: program.script}}
  accelerator: {{type: enmc, ranks: 2, rank: {{{}}}}}
  dram:
    type: dram
    device: ddr4-2400-u
    ranks: 2
    rank_ports: true
    posted_writes: false
    address_map: rank row bank column bankgroup
    instruction_window: 16 GiB
bind:
  processor.memory: dram.memory
  accelerator.rank_port[0..1]: dram.rank_port[0..1]
  accelerator.rank_instructions[0..1]: dram.rank_instructions[0..1]
)",
                     LACUNA_SOURCE_DIR, rank);
}

std::uint64_t address_of(std::uint64_t encoding, bool data) {
  return window + (data ? 0 : 1U << 19) + (encoding << 6);
}

/// Accesses that send what the assembler makes of a program to rank 0.
std::string script_of(const TemporaryFolder& folder, const std::string& program) {
  folder.write("program.enmc", program);
  const auto words = run_program({"asm", "enmc", "program.enmc"}, folder.path());
  INFO(words.errors);
  REQUIRE(words.status == 0);
  std::istringstream lines(words.output);
  std::string script;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string encoding;
    std::string data;
    fields >> encoding >> data;
    script += fmt::format("write {:#x} {}\n",
                          address_of(std::stoull(encoding, nullptr, 16), !data.empty()),
                          data.empty() ? "0" : data);
  }
  return script;
}

/// QUERY until the register has the value.
std::string query(unsigned number, std::uint64_t value) {
  return fmt::format("poll {:#x} 0xffffffffffffffff {:#x}\n",
                     address_of(0b01001U << 8 | number << 2, true), value);
}

ProgramResult run_script(const TemporaryFolder& folder, const std::string& script,
                         const std::string& rank = "") {
  folder.write("platform.yaml", platform_text(rank));
  folder.write("program.script", script);
  return run_program({"run", "platform.yaml"}, folder.path());
}

}  // namespace

TEST_CASE("a rank executes what a script sends, and says how far it is") {
  const TemporaryFolder folder;
  const auto run = run_script(
      folder,
      script_of(folder, "INIT threshold, 0x123456789abcdef0\nINIT rows, 77\nNOP\nBARRIER\n") +
          query(7, 0x123456789abcdef0) + query(8, 77) + query(18, 4) + query(17, 0) + query(20, 0) +
          script_of(folder, "CLR\nNOP\n") + query(18, 6) + query(7, 0) + query(8, 0));
  INFO(run.errors);
  CHECK(run.status == 0);
}

TEST_CASE(
    "the example's program gives what a hand calculation gives, and its script is the "
    "assembler's") {
  const TemporaryFolder folder;
  const std::string platforms = LACUNA_SOURCE_DIR "/platforms/";
  const auto run = run_program({"run", platforms + "enmc_program.yaml"}, folder.path());
  INFO(run.errors);
  CHECK(run.status == 0);
  const auto script = run_program(
      {"asm", "enmc", platforms + "enmc_program.enmc", "--script", "0x400000000"}, folder.path());
  REQUIRE(script.status == 0);
  CHECK(read_file(platforms + "enmc_program.script").find(script.output) != std::string::npos);
  std::string sent;  // without comments it is what this file makes of the words
  std::istringstream lines(script.output);
  for (std::string line; std::getline(lines, line);) {
    sent += line.substr(0, line.find("  #")) + "\n";
  }
  const std::string program = read_file(platforms + "enmc_program.enmc");
  std::istringstream expected(script_of(folder, program));
  std::istringstream got(sent);
  for (std::string line; std::getline(expected, line);) {
    std::string other;
    REQUIRE(std::getline(got, other));
    std::istringstream a(line);
    std::istringstream b(other);
    std::string word;
    std::string same;
    a >> word;
    b >> same;
    CHECK(word == same);
    std::uint64_t x = 0;
    std::uint64_t y = 0;
    a >> std::setbase(0) >> x;
    b >> std::setbase(0) >> y;
    CHECK(x == y);
    a >> x;
    b >> y;
    CHECK(x == y);
  }
}

TEST_CASE("what QUERY and RETURN ask for is polled, and a window is an address") {
  const TemporaryFolder folder;
  folder.write("ask.enmc", "QUERY status\nRETURN\n");
  const auto script =
      run_program({"asm", "enmc", "ask.enmc", "--script", "0x400000000"}, folder.path());
  CHECK(script.output == "poll 0x400025100 0 0  # QUERY status\npoll 0x40002c000 0 0  # RETURN\n");
  const auto wrong = run_program({"asm", "enmc", "ask.enmc", "--script", "16 GiB"}, folder.path());
  CHECK(wrong.status == 2);
  CHECK_THAT(wrong.errors, Contains("--script 16 GiB: expected an address"));
}

TEST_CASE("what a rank cannot execute ends the run with its place and the reason") {
  struct Case {
    std::string program;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"STR psum_fp32, 64\n", "STR is not executed by this model"},
      {"LDR output, 64\n", "LDR output is not executed by this model"},
      {"MUL_ADD_INT4 psum_int4, weight_int4\n",
       "MUL_ADD_INT4 of other buffers than feature_int4 and weight_int4"},
      {"INIT batch_size, 2\nINIT screener_length, 514\nLDR feature_int4, 0\n",
       "514 bytes of features for a buffer of 256"},
      {"INIT candidates, 1\n", "INIT candidates: it is read only"},
      {"INIT batch_size, 1\nLDR feature_int4, 0\n", "0 bytes of features for a buffer of 256"},
      {"INIT batch_size, 1\nINIT block_rows, 65\nLDR psum_int4, 0\n", "65 sums for a buffer of 64"},
  };
  for (const Case& wrong : cases) {
    const TemporaryFolder folder;
    const auto run = run_script(folder, script_of(folder, wrong.program) + query(0, 1));
    CAPTURE(wrong.program);
    CHECK(run.status == 3);
    CHECK_THAT(run.errors, Contains("accelerator.rank0.controller: " + wrong.message));
  }
}

TEST_CASE("bits that are no instruction, and questions without an answer, end the run") {
  const TemporaryFolder folder;
  const std::uint64_t barrier = 0b11001U << 8;
  const auto stray =
      run_script(folder, fmt::format("write {:#x} 0\n", address_of(barrier | 1, false)));
  CHECK(stray.status == 3);
  CHECK_THAT(stray.errors, Contains("accelerator.rank0.controller"));
  const auto asked = run_script(folder, fmt::format("poll {:#x} 0 0\n", address_of(barrier, true)));
  CHECK(asked.status == 3);
  CHECK_THAT(asked.errors, Contains("asked for data by an instruction that has none"));
}

TEST_CASE("more instructions than the buffer holds end the run") {
  const TemporaryFolder folder;
  std::string program =
      "INIT batch_size, 1\nINIT screener_length, 512\nINIT rows, 64\nINIT block_rows, 64\n"
      "INIT loop_tiles, 64\nINIT owner, 1\nINIT batch_id, 0\nLDR feature_int4, 0\nLDR psum_int4, "
      "4096\n"
      "MUL_ADD_INT4 feature_int4, weight_int4\nBARRIER\n";
  for (int i = 0; i < 8; ++i) {
    program += "NOP\n";
  }
  const std::string script = script_of(folder, program);
  const auto short_buffer = run_script(folder, script, "instruction_buffer: 8");
  CHECK(short_buffer.status == 3);
  CHECK_THAT(short_buffer.errors, Contains("an instruction more than the instruction buffer's 8"));
  const auto enough = run_script(folder, script + query(18, 19), "instruction_buffer: 64");
  INFO(enough.errors);
  CHECK(enough.status == 0);
}

TEST_CASE("ranks are as many as the memory's, and the memory is a DRAM with ports for them") {
  const TemporaryFolder folder;
  folder.write("program.script", "");
  std::string text = platform_text("");
  text.replace(text.find("ranks: 2, rank:"), 8, "ranks: 1");
  text.replace(text.find("rank_port[0..1]: dram.rank_port[0..1]"), 37,
               "rank_port0: dram.rank_port0");
  text.replace(text.find("rank_instructions[0..1]: dram.rank_instructions[0..1]"), 53,
               "rank_instructions0: dram.rank_instructions0");
  folder.write("platform.yaml", text);
  const auto run = run_program({"run", "platform.yaml"}, folder.path());
  CHECK(run.status == 2);
  CHECK_THAT(run.errors, Contains("the memory has 2 ranks, found 1"));
}

}  // namespace lacuna::testing
