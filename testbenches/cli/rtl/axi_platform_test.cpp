// SPDX-License-Identifier: Apache-2.0
// Modules in SystemVerilog with AXI ports on a platform: the same DRAM, the same interconnect, the same errors as everything else.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "support/program.h"

namespace lacuna::testing {

namespace {

const std::string rtl_dma = LACUNA_SOURCE_DIR "/platforms/rtl_dma.yaml";

bool without_rtl() {
  if (LACUNA_HAVE_RTL == 0) {
    WARN("skipped: built without Verilator");
  }
  return LACUNA_HAVE_RTL == 0;
}

ProgramResult run_dma(const TemporaryFolder& folder, const std::vector<std::string>& settings) {
  std::vector<std::string> arguments = {"run", rtl_dma};
  for (const std::string& setting : settings) {
    arguments.insert(arguments.end(), {"--set", setting});
  }
  return run_program(arguments, folder.path());
}

/// The engine of platforms/rtl_dma.yaml, and a memory in SystemVerilog beside the DRAM.
std::string with_memory(const std::string& technology) {
  return R"(name: two_memories
clock: 800 MHz
technology: )" +
         technology + R"(
modules:
  host: {type: access_script, script: there_and_back.script}
  dma: {type: axi_rtl, model: axi_dma}
  memory: {type: axi_rtl, model: axi_memory, clock: 500 MHz}
  noc: {type: crossbar}
  dram: {type: dram, model: timed, device: ddr3-1600}
bind:
  host.memory: noc.target
  dma.memory: noc.target
memory_map:
  dram.memory: {base: 0x0, size: 4 GiB}
  dma.control: {base: 0x1_0000_0000, size: 4 KiB}
  memory.port: {base: 0x2_0000_0000, size: 16 KiB}
)";
}

std::string copy(const std::string& from, const std::string& to, unsigned bytes) {
  return "write 0x100000000 " + from + "\nwrite 0x100000008 " + to + "\nwrite 0x100000010 " +
         std::to_string(bytes) + "\nwrite 0x100000018 1\npoll 0x100000018 3 0\n";
}

}  // namespace

TEST_CASE("a DMA engine in SystemVerilog copies through the modelled DRAM, whatever waits") {
  if (without_rtl()) {
    return;
  }
  const TemporaryFolder folder;
  for (const std::string throttle : {"0", "60"}) {
    const ProgramResult result = run_dma(folder, {"dma.throttle=" + throttle});
    CHECK(result.errors.empty());
    CHECK(result.status == 0);
    CHECK_THAT(result.output, Catch::Contains("dram.row_hits"));
  }
}

TEST_CASE(
    "bytes go from DRAM to a memory in SystemVerilog and back, by a DMA engine in SystemVerilog") {
  if (without_rtl()) {
    return;
  }
  const TemporaryFolder folder;
  folder.write("two.yaml", with_memory(LACUNA_SOURCE_DIR "/platforms/tech/28nm.yaml"));
  // The second copy is unaligned at both ends; the last word of what came back is written by the host.
  folder.write("there_and_back.script",
               "fill 0x1003 16000 1\n" + copy("0x1003", "0x200000083", 16000) +
                   copy("0x200000083", "0x50003", 16000) + "compare 0x1003 0x50003 16000\n" +
                   "write 0x200000100 0x123456789abcdef0\n" +
                   "poll 0x200000100 0xffffffffffffffff 0x123456789abcdef0\n" +
                   copy("0x200000100", "0x70000", 8) + "write 0x80000 0x123456789abcdef0\n" +
                   "compare 0x70000 0x80000 8\n");
  for (const std::string throttle : {"0", "50"}) {
    const ProgramResult result =
        run_program({"run", "two.yaml", "--set", "dma.throttle=" + throttle, "--set",
                     "memory.throttle=" + throttle},
                    folder.path());
    CHECK(result.errors.empty());
    CHECK(result.status == 0);
  }
}

TEST_CASE("packets go from DRAM through a module with streams and back, whatever waits") {
  if (without_rtl()) {
    return;
  }
  const TemporaryFolder folder;
  const std::string platform = LACUNA_SOURCE_DIR "/platforms/rtl_stream.yaml";
  for (const std::string throttle : {"0", "60"}) {
    const ProgramResult result =
        run_program({"run", platform, "--set", "adder.throttle=" + throttle, "--set",
                     "loader.throttle=" + throttle, "--set", "storer.throttle=" + throttle},
                    folder.path());
    CHECK(result.errors.empty());
    CHECK(result.status == 0);
  }
  const ProgramResult wrong =
      run_program({"run", platform, "--set", "adder.inputs.addend=1"}, folder.path());
  CHECK(wrong.status == 1);
}

TEST_CASE("a module that breaks a rule of AXI ends the run, with the way to see it") {
  if (without_rtl()) {
    return;
  }
  const TemporaryFolder folder;
  const ProgramResult result = run_dma(folder, {"dma.inputs.defect=6", "dma.throttle=20"});
  CHECK(result.status == 3);
  CHECK_THAT(result.errors,
             Catch::Contains("dma.memory: channel W breaks the rule wlast: WLAST is 1 in beat") &&
                 Catch::Contains("--wave violation.fst --wave-from '") &&
                 Catch::Contains("--wave-scope dma"));
}

TEST_CASE("a burst that a bridge does not serve is answered with an error when nobody watches") {
  if (without_rtl()) {
    return;
  }
  const TemporaryFolder folder;
  folder.write("two.yaml", with_memory(LACUNA_SOURCE_DIR "/platforms/tech/28nm.yaml"));
  // The engine asks for bursts of type WRAP; its status then says that it was refused.
  folder.write("there_and_back.script",
               "fill 0x1000 64 1\nwrite 0x100000000 0x1000\nwrite 0x100000008 0x2000\n"
               "write 0x100000010 64\nwrite 0x100000018 1\npoll 0x100000018 3 2\n");
  const std::vector<std::string> arguments = {
      "run", "two.yaml", "--set", "dma.inputs.defect=5", "--set", "dma.check=false"};
  const ProgramResult refused = run_program(arguments, folder.path());
  CHECK(refused.errors.empty());
  CHECK(refused.status == 0);
}

TEST_CASE("what a platform cannot do with its modules in SystemVerilog is told") {
  if (without_rtl()) {
    return;
  }
  const TemporaryFolder folder;
  folder.write("wrong.script",
               "fill 0x10000 64 1\nfill 0x20000 64 2\ncompare 0x10000 0x20000 64\n");
  folder.write("lost.script", copy("0x1000", "0x500000000", 64));
  folder.write("bad.script", "fill 3\npol 3\nwrite 0x 4\ncompare 0 0 9999999999\n");
  struct Case {
    std::string setting;
    int status;
    const char* says;
  };
  const std::vector<Case> cases = {
      {"dma.model=axi_dam", 2, "no model 'axi_dam' was built, did you mean 'axi_dma'?"},
      {"dma.inputs.speed=3", 2, "inputs.speed: no such input of axi_dma"},
      {"host.script=wrong.script", 1, "wrong.script:3:1: byte 0x"},
      // The engine says that it was refused; the script waits for another answer.
      {"host.script=lost.script", 3, "lost.script:5:1"},
      {"host.script=bad.script", 2, "bad.script:2:1: host.script: unknown access 'pol'"},
      {"host.script=bad.script", 2,
       "bad.script:1:1: host.script: 'fill' has 1 numbers, expected 3"},
      {"host.script=bad.script", 2, "bad.script:3:1: host.script: '0x' is no number"},
      {"host.script=bad.script", 2, "bad.script:4:1: host.script: 9999999999 bytes"},
  };
  for (const Case& wrong : cases) {
    INFO(wrong.says);
    const ProgramResult result = run_dma(folder, {wrong.setting, "host.poll_interval=100 us"});
    CHECK(result.status == wrong.status);
    CHECK_THAT(result.errors, Catch::Contains(wrong.says));
  }
}

}  // namespace lacuna::testing
