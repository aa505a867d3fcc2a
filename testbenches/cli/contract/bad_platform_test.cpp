// SPDX-License-Identifier: Apache-2.0
// Every malformed platform file is refused with exit status 2 at the line and column that this table states.
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "support/program.h"

namespace lacuna::testing {

namespace {

/// A platform that is right; cases replace one of its lines.
const std::vector<std::string> good_platform = {
    /* 1*/ "name: test",
    /* 2*/ "clock: 800 MHz",
    /* 3*/ std::string("technology: ") + LACUNA_SOURCE_DIR + "/platforms/tech/28nm.yaml",
    /* 4*/ "modules:",
    /* 5*/ "  dram: {type: dram, model: timed, device: ddr3-1600}",
    /* 6*/ "  noc: {type: crossbar}",
    /* 7*/ "  host: {type: host}",
    /* 8*/ "  accelerator: {type: bitvert}",
    /* 9*/ "bind:",
    /*10*/ "  host.memory: noc.target",
    /*11*/ "  accelerator.memory: noc.target",
    /*12*/ "  accelerator.interrupt: host.interrupt",
    /*13*/ "memory_map:",
    /*14*/ "  dram.memory: {base: 0x0, size: 4 GiB}",
    /*15*/ "  accelerator.control: {base: 0x1_0000_0000, size: 4 KiB}",
};

struct Case {
  const char* what;
  std::size_t line;         ///< which line of good_platform is replaced
  const char* replacement;  ///< may hold several lines
  const char* place;        ///< line:column of the first message
  const char* says;         ///< part of the message
};

const std::vector<Case> cases = {
    {"a number without its unit", 2, "clock: 800", "2:8", "MHz"},
    {"a unit of another dimension", 2, "clock: 800 KiB", "2:8", "MHz"},
    {"a misspelt unit", 2, "clock: 800 MHZ", "2:8", "MHz"},
    {"a clock of nothing", 2, "clock: 0 MHz", "2:8", "0 MHz"},
    {"a negative clock", 2, "clock: -800 MHz", "2:8", "-800"},
    {"no clock", 2, "", "1:1", "clock"},
    {"an unknown key at the top", 2, "clok: 800 MHz", "2:1", "did you mean 'clock'"},
    {"a technology file that is not there", 3, "technology: nowhere.yaml", "3:13", "nowhere.yaml"},
    {"a technology that is a list", 3, "technology: [a, b]", "3:13", "path"},
    {"modules that are a list", 4, "modules: [dram]\nother:", "4:10", "mapping"},
    {"an unknown module type", 6, "  noc: {type: crosbar}", "6:15", "did you mean 'crossbar'"},
    {"a module without a type", 7, "  host: {}", "7:3", "type"},
    {"a module that is a scalar", 7, "  host: host", "7:9", "mapping"},
    {"an unknown parameter", 8, "  accelerator: {type: bitvert, pe_aray: {rows: 32}}", "8:32",
     "did you mean 'pe_array'"},
    {"an unknown nested parameter", 8, "  accelerator: {type: bitvert, pe_array: {rowz: 32}}",
     "8:43", "did you mean 'rows'"},
    {"a parameter of the wrong kind", 8, "  accelerator: {type: bitvert, pe_array: {rows: many}}",
     "8:49", "many"},
    {"a fraction where a whole number is due", 8,
     "  accelerator: {type: bitvert, pe_array: {rows: 1.5}}", "8:49", "1.5"},
    {"zero rows", 8, "  accelerator: {type: bitvert, pe_array: {rows: 0}}", "8:49", "1"},
    {"negative rows", 8, "  accelerator: {type: bitvert, pe_array: {rows: -4}}", "8:49", "-4"},
    {"too many rows", 8, "  accelerator: {type: bitvert, pe_array: {rows: 5000000000}}", "8:49",
     "5000000000"},
    {"a number that looks octal", 8, "  accelerator: {type: bitvert, pe_array: {rows: 032}}",
     "8:49", "032"},
    {"a buffer without a unit", 8, "  accelerator: {type: bitvert, weight_buffer: 262144}", "8:47",
     "KiB"},
    {"a buffer of no bytes", 8, "  accelerator: {type: bitvert, weight_buffer: 0 KiB}", "8:47",
     "0"},
    {"a choice that is none", 8, "  accelerator: {type: bitvert, pe_array: {model: fats}}", "8:50",
     "did you mean 'fast'"},
    {"a yes that is no boolean", 8, "  accelerator: {type: bitvert, count: {metadata: yes}}",
     "8:50", "true"},
    {"a share above one", 8, "  accelerator: {type: bitvert, compression: {beta: 1.5}}", "8:52",
     "1.5"},
    {"not a number", 8, "  accelerator: {type: bitvert, compression: {beta: .nan}}", "8:52", "nan"},
    {"a key twice", 8, "  accelerator: {type: bitvert, clock: 1 GHz, clock: 2 GHz}", "8:46",
     "clock"},
    {"a module twice", 8, "  accelerator: {type: bitvert}\n  noc: {type: crossbar}", "9:3", "noc"},
    {"a merge key", 8, "  accelerator: {<<: {a: 1}, type: bitvert}", "8:17", "<<"},
    {"a device that does not exist", 5, "  dram: {type: dram, model: timed, device: ddr9-9999}",
     "5:44", "ddr9-9999"},
    {"a memory model that does not exist", 5,
     "  dram: {type: dram, model: times, device: ddr3-1600}", "5:29", "timed"},
    {"a bind to a module that is not there", 10, "  host.memory: nok.target", "10:16",
     "did you mean 'noc'"},
    {"a bind to a socket that is not there", 10, "  host.memory: noc.tarjet", "10:16",
     "did you mean 'target'"},
    {"a bind from a socket that is not there", 10, "  host.memori: noc.target", "10:3",
     "did you mean 'memory'"},
    {"a bind without a socket", 10, "  host.memory: noc", "10:16", "module.socket"},
    {"a missing bind", 11, "", "8:3", "accelerator.memory"},
    {"an interrupt that goes nowhere", 12, "", "7:3", "host.interrupt"},
    {"an overlapping map", 15, "  accelerator.control: {base: 0x1000, size: 4 KiB}", "15:31",
     "overlaps"},
    {"a region of no bytes", 15, "  accelerator.control: {base: 0x1_0000_0000, size: 0 B}", "15:52",
     "no bytes"},
    {"a region that wraps around", 15,
     "  accelerator.control: {base: 0xffff_ffff_ffff_ff00, size: 4 KiB}", "15:31", "wraps"},
    {"a base that is no address", 15, "  accelerator.control: {base: here, size: 4 KiB}", "15:31",
     "address"},
    {"a region without a size", 15, "  accelerator.control: {base: 0x1_0000_0000}", "15:24",
     "size"},
    {"a map of something unknown", 15, "  acelerator.control: {base: 0x1_0000_0000, size: 4 KiB}",
     "15:3", "did you mean 'accelerator'"},
    {"a tab where YAML has none", 8, "\taccelerator: {type: bitvert}", "8:2", "tabs cannot indent"},
    {"an open bracket", 8, "  accelerator: {type: bitvert", "8:16", "never closed"},
    {"an include that is not there", 1, "include: parts/none.yaml", "1:10", "none.yaml"},
    {"an include of itself", 1, "include: platform.yaml", "1:10", "platform.yaml"},
    {"interconnects in a ring", 6, "  noc: {type: crossbar}\n  second: {type: crossbar}", "7:3",
     ""},
};

std::string platform_text(const Case& test) {
  std::string text;
  for (std::size_t i = 0; i < good_platform.size(); ++i) {
    text += (i + 1 == test.line ? std::string(test.replacement) : good_platform[i]) + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("the platform that the malformed ones start from is accepted") {
  const TemporaryFolder folder;
  folder.write("platform.yaml", platform_text({"", 0, "", "", ""}));
  const ProgramResult result = run_program({"check", "platform.yaml"}, folder.path());
  INFO(result.errors);
  CHECK(result.status == 0);
}

TEST_CASE("a malformed platform file is refused at its line and column") {
  for (const Case& test : cases) {
    DYNAMIC_SECTION(test.what) {
      const TemporaryFolder folder;
      folder.write("platform.yaml", platform_text(test));
      const ProgramResult result = run_program({"check", "platform.yaml"}, folder.path());
      INFO(result.errors);
      CHECK(result.status == 2);
      const std::string place = fmt::format("platform.yaml:{}:", test.place);
      CHECK_THAT(result.errors, Catch::Contains(place));
      CHECK_THAT(result.errors, Catch::Contains(test.says));
    }
  }
}

}  // namespace lacuna::testing
