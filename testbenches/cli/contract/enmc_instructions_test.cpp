// SPDX-License-Identifier: Apache-2.0
// Programs that a user writes for a rank of an ENMC DIMM: assembled, sent over the channel by a script, asked for what they did.
#include <cstdint>
#include <iomanip>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "cli/contract/rank_program.h"
#include "core/files.h"

namespace lacuna::testing {

namespace {

using Catch::Contains;

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
      {"STR output, 64\n", "STR: output gives its content to RETURN only"},
      {"MOVE index, output\n", "MOVE: index gives its content to the Executor only"},
      {"STR psum_fp32\n", "STR: psum_fp32 has no address register: expected an address"},
      {"LDR output, 64\n",
       "LDR: output holds no FP32: expected feature_fp32, weight_fp32 or psum_fp32"},
      {"MOVE psum_int4, psum_fp32\n",
       "MOVE: psum_int4 holds no FP32: expected feature_fp32, weight_fp32 or psum_fp32"},
      {"ADD_FP32 feature_fp32, weight_int4\n",
       "ADD_FP32: weight_int4 holds no FP32: expected feature_fp32, weight_fp32 or psum_fp32"},
      {"ADD_INT4 feature_int4, psum_fp32\n",
       "ADD_INT4: psum_fp32 holds no integers: expected feature_int4, weight_int4 or psum_int4"},
      {"MUL_ADD_FP32 weight_fp32, feature_fp32\n",
       "MUL_ADD_FP32: other buffers than feature_fp32 and weight_fp32"},
      {"INIT batch_size, 1\nINIT screener_length, 4\nINIT rows, 1\nINIT block_rows, 1\n"
       "MUL_ADD_INT4 feature_int4, weight_int4\nSTR psum_int4, 64\n",
       "STR: psum_int4 after MUL_ADD_INT4 or FILTER: its sums leave by FILTER only"},
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
