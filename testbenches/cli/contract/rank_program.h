// SPDX-License-Identifier: Apache-2.0
// Programs for a rank of an ENMC DIMM, sent by a processor that does what a script says.
#pragma once

#include <cstdint>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "support/program.h"

namespace lacuna::testing {

inline constexpr std::uint64_t window = 16ULL << 30;  // right behind two ranks

/// Two ranks of one channel, whose processor does what a script says.
inline std::string platform_text(const std::string& rank) {
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

inline std::uint64_t address_of(std::uint64_t encoding, bool data) {
  return window + (data ? 0 : 1U << 19) + (encoding << 6);
}

/// Accesses that send what the assembler makes of a program to rank 0.
inline std::string script_of(const TemporaryFolder& folder, const std::string& program) {
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
inline std::string query(unsigned number, std::uint64_t value) {
  return fmt::format("poll {:#x} 0xffffffffffffffff {:#x}\n",
                     address_of(0b01001U << 8 | number << 2, true), value);
}

inline ProgramResult run_script(const TemporaryFolder& folder, const std::string& script,
                                const std::string& rank = "") {
  folder.write("platform.yaml", platform_text(rank));
  folder.write("program.script", script);
  return run_program({"run", "platform.yaml"}, folder.path());
}

}  // namespace lacuna::testing
