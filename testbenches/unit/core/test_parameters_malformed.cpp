// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "parameters_example.h"

using namespace lacuna;
using namespace lacuna_test;

namespace {

/// Every problem on a line of its own.
template <class T>
std::string problems(const std::string& text, const std::string& path = "accelerator") {
  Diagnostics diagnostics;
  read_parameters<T>(parse_yaml(text, "p.yaml"), path, diagnostics);
  std::string all;
  for (const Diagnostic& diagnostic : diagnostics.items()) {
    all += (all.empty() ? "" : "\n") + diagnostic.text();
  }
  return all;
}

struct Malformed {
  const char* text;
  const char* problem;  // after "p.yaml:"
};

}  // namespace

TEST_CASE("every wrong value is refused at its line and column") {
  static const Malformed table[] = {
      // Keys.
      {"rowz: 1", "1:1: accelerator.rowz: unknown parameter 'rowz', did you mean 'rows'?"},
      {"count:\n  metdata: true",
       "2:3: accelerator.count.metdata: unknown parameter 'metdata', did you mean 'metadata'?"},
      {"Rows: 1", "1:1: accelerator.Rows: unknown parameter 'Rows', did you mean 'rows'?"},
      {"frequency: 1 GHz", "1:1: accelerator.frequency: unknown parameter 'frequency'"},
      {"ports:\n  memory: {width: 64}",
       "2:11: accelerator.ports.memory.target: required parameter 'target' is missing"},
      // Whole numbers.
      {"rows: 010",
       "1:7: accelerator.rows: expected a whole number, found '010': leading zeros would make it "
       "octal to some"},
      {"rows: 0x10",
       "1:7: accelerator.rows: expected a whole number, found '0x10': only decimal numbers are "
       "understood"},
      {"rows: 0o17",
       "1:7: accelerator.rows: expected a whole number, found '0o17': only decimal numbers are "
       "understood"},
      {"rows: 1e3",
       "1:7: accelerator.rows: expected a whole number, found '1e3': write it without fraction and "
       "exponent"},
      {"rows: 3.0",
       "1:7: accelerator.rows: expected a whole number, found '3.0': write it without fraction and "
       "exponent"},
      {"rows: +3",
       "1:7: accelerator.rows: expected a whole number, found '+3': write it without '+'"},
      {"rows: 1_000",
       "1:7: accelerator.rows: expected a whole number, found '1_000': write it without "
       "separators"},
      {"rows: \"32\"",
       "1:7: accelerator.rows: expected a whole number, found the text '32': write it without "
       "quotes"},
      {"rows: 32 KiB",
       "1:7: accelerator.rows: expected a whole number, found '32 KiB': it has no unit"},
      {"rows: many", "1:7: accelerator.rows: expected a whole number, found 'many'"},
      {"rows: true", "1:7: accelerator.rows: expected a whole number, found 'true'"},
      {"rows:", "1:1: accelerator.rows: expected a whole number, found nothing"},
      {"rows: ~", "1:7: accelerator.rows: expected a whole number, found nothing"},
      {"rows: [1]", "1:7: accelerator.rows: expected a whole number, found a list"},
      {"rows: {a: 1}", "1:7: accelerator.rows: expected a whole number, found a mapping"},
      {"rows: -1", "1:7: accelerator.rows: '-1' is out of range, expected 0 .. 4294967295"},
      {"rows: 4294967296",
       "1:7: accelerator.rows: '4294967296' is out of range, expected 0 .. 4294967295"},
      {"rows: 0", "1:7: accelerator.rows: '0' is out of range, expected 1 .. 1024"},
      {"rows: 1025", "1:7: accelerator.rows: '1025' is out of range, expected 1 .. 1024"},
      {"offset: -9", "1:9: accelerator.offset: '-9' is out of range, expected -8 .. 7"},
      {"offset: -0x1",
       "1:9: accelerator.offset: expected a whole number, found '-0x1': only decimal numbers are "
       "understood"},
      {"small: 256", "1:8: accelerator.small: '256' is out of range, expected 0 .. 255"},
      {"big: 9223372036854775808",
       "1:6: accelerator.big: '9223372036854775808' is out of range, expected "
       "-9223372036854775808 .. 9223372036854775807"},
      // Numbers.
      {"count: {weight: 1.5}",
       "1:17: accelerator.count.weight: '1.5' is out of range, expected 0 .. 1"},
      {"count: {weight: .inf}", "1:17: accelerator.count.weight: expected a number, found '.inf'"},
      {"count: {weight: nan}", "1:17: accelerator.count.weight: expected a number, found 'nan'"},
      {"count: {weight: .NaN}", "1:17: accelerator.count.weight: expected a number, found '.NaN'"},
      {"count: {weight: .5}", "1:17: accelerator.count.weight: expected a number, found '.5'"},
      {"count: {weight: 1e999}", "1:17: accelerator.count.weight: '1e999' is out of range"},
      {"count: {weight: 00.5}",
       "1:17: accelerator.count.weight: expected a number, found '00.5': leading zeros would make "
       "it "
       "octal to some"},
      {"count: {weight: 50 %}",
       "1:17: accelerator.count.weight: expected a number, found '50 %': it has no unit"},
      {"count: {weight: '0.5'}",
       "1:17: accelerator.count.weight: expected a number, found the text '0.5': write it without "
       "quotes"},
      // True and false.
      {"count: {metadata: yes}",
       "1:19: accelerator.count.metadata: expected true or false, found 'yes': write true"},
      {"count: {metadata: Off}",
       "1:19: accelerator.count.metadata: expected true or false, found 'Off': write false"},
      {"count: {metadata: True}",
       "1:19: accelerator.count.metadata: expected true or false, found 'True': write true"},
      {"count: {metadata: 1}",
       "1:19: accelerator.count.metadata: expected true or false, found '1': write true"},
      {"count: {metadata: 'true'}",
       "1:19: accelerator.count.metadata: expected true or false, found the text 'true': write "
       "true"},
      {"count: {metadata: maybe}",
       "1:19: accelerator.count.metadata: expected true or false, found 'maybe'"},
      // Quantities.
      {"clock: 800",
       "1:8: accelerator.clock: '800' has no unit, expected a clock rate such as '800 MHz' (units: "
       "MHz, GHz, kHz, Hz)"},
      {"clock: 800 mhz",
       "1:8: accelerator.clock: unknown unit 'mhz' in '800 mhz', expected one of MHz, GHz, kHz, "
       "Hz, "
       "did you mean 'MHz'?"},
      {"clock: 3 GHz", "1:8: accelerator.clock: '3 GHz' is out of range, expected 1 MHz .. 2 GHz"},
      {"clock: 0 Hz", "1:8: accelerator.clock: '0 Hz' is no clock rate: it must be positive"},
      {"clock: [1 GHz]",
       "1:8: accelerator.clock: expected a clock rate (MHz, GHz, kHz, Hz), found a list"},
      {"buffer: 0 B", "1:9: accelerator.buffer: '0 B' must be more than zero"},
      {"buffer: -1 KiB",
       "1:9: accelerator.buffer: '-1 KiB' is negative, expected a size such as '256 KiB'"},
      {"latency: 0.0001 ns", "1:10: accelerator.latency: '0.0001 ns' is not a whole number of ps"},
      // Choices.
      {"model: detaild",
       "1:8: accelerator.model: expected one of fast, detailed, rtl, found 'detaild', did you mean "
       "'detailed'?"},
      {"model: 3", "1:8: accelerator.model: expected one of fast, detailed, rtl, found '3'"},
      {"model: [fast]",
       "1:8: accelerator.model: expected one of fast, detailed, rtl, found a list"},
      {"name: matrx",
       "1:7: accelerator.name: 'matrx' is not possible, expected one of array, matrix, did you "
       "mean "
       "'matrix'?"},
      {"name: [matrix]", "1:7: accelerator.name: expected text, found a list"},
      {"ports: {m: {width: 48, target: a}}",
       "1:20: accelerator.ports.m.width: '48' is not possible, expected one of 32, 64, 128"},
      // Lists, maps, groups.
      {"banks: 1 KiB", "1:8: accelerator.banks: expected a list, found '1 KiB'"},
      {"banks: [1 KiB, 2]",
       "1:16: accelerator.banks[1]: '2' has no unit, expected a size such as '256 KiB' (units: B, "
       "KiB, MiB, GiB, kB, MB, GB)"},
      {"banks: [1 KiB, 2 MiB]",
       "1:16: accelerator.banks[1]: '2 MiB' is out of range, expected 1 KiB .. 1 MiB"},
      {"energy: 0 pJ", "1:9: accelerator.energy: '0 pJ' must be more than zero"},
      {"steps: [{}, {weight: x}]",
       "1:22: accelerator.steps[1].weight: expected a number, found 'x'"},
      {"steps: {}", "1:8: accelerator.steps: expected a list, found a mapping"},
      {"ports: [a]", "1:8: accelerator.ports: expected a mapping, found a list"},
      {"count: 3", "1:8: accelerator.count: expected a mapping, found '3'"},
      {"count:", "1:1: accelerator.count: expected a mapping, found nothing"},
      // Rules across fields.
      {"rows: 3", "1:7: accelerator.rows: must be even"},
      {"count: {metadata: false, weight: 1}",
       "1:34: accelerator.count.weight: must be less than 1 without metadata"},
      {"steps: [{}, {metadata: false}]", "1:24: accelerator.steps[1].metadata: must be counted"},
      {"rows: 2\noffset: 5", "1:1: accelerator: 5 is no offset for this array"},
  };
  for (const Malformed& row : table) {
    INFO(row.text);
    CHECK(problems<ArrayParams>(row.text) == std::string("p.yaml:") + row.problem);
  }
}

TEST_CASE("what is not a mapping has no parameters") {
  CHECK(problems<ArrayParams>("[1]") ==
        "p.yaml:1:1: accelerator: expected a mapping, found a list");
  CHECK(problems<ArrayParams>("", "") == "p.yaml:1:1: expected a mapping, found nothing");
}

TEST_CASE("all problems of a file are reported, in the order of the file") {
  CHECK(
      problems<ArrayParams>("rows: 0\n"
                            "clock: 800\n"
                            "colums: 3\n"
                            "count:\n"
                            "  metadata: no\n"
                            "  weight: 2\n"
                            "ports: {a: {}, b: {width: 1, target: x}}\n",
                            "") ==
      "p.yaml:1:7: rows: '0' is out of range, expected 1 .. 1024\n"
      "p.yaml:2:8: clock: '800' has no unit, expected a clock rate such as '800 MHz' (units: MHz, "
      "GHz, kHz, Hz)\n"
      "p.yaml:3:1: colums: unknown parameter 'colums'\n"
      "p.yaml:5:13: count.metadata: expected true or false, found 'no': write false\n"
      "p.yaml:6:11: count.weight: '2' is out of range, expected 0 .. 1\n"
      "p.yaml:7:12: ports.a.target: required parameter 'target' is missing\n"
      "p.yaml:7:27: ports.b.width: '1' is not possible, expected one of 32, 64, 128");
}

TEST_CASE("a field with a problem keeps its value, the others are read") {
  Diagnostics diagnostics;
  const Node node =
      parse_yaml("rows: 0\noffset: 3\nbanks: [4 KiB, x]\ncount: {weight: 9}\n", "p.yaml");
  const auto params = read_parameters<ArrayParams>(node, "", diagnostics);
  CHECK(diagnostics.items().size() == 3);
  CHECK(params.rows == 32);
  CHECK(params.offset == 3);
  CHECK(params.banks == std::vector<Bytes>{1_KiB, 2_KiB});
  CHECK(params.count.weight == 0.5);
}

TEST_CASE("rules across fields wait until the fields themselves are right") {
  // 3 rows are odd, but the clock has no unit: only the clock is reported.
  CHECK(problems<ArrayParams>("rows: 3\nclock: 1") ==
        "p.yaml:2:8: accelerator.clock: '1' has no unit, expected a clock rate such as '800 MHz' "
        "(units: MHz, GHz, kHz, Hz)");
}

TEST_CASE("a value set on the command line is refused there") {
  Node root = parse_yaml("rows: 32\n", "p.yaml");
  override_path(root, "rows", "0", "--set accelerator.rows=0");
  Diagnostics diagnostics;
  read_parameters<ArrayParams>(root, "accelerator", diagnostics);
  REQUIRE(diagnostics.items().size() == 1);
  CHECK(diagnostics.items()[0].text() ==
        "--set accelerator.rows=0: accelerator.rows: '0' is out of range, expected 1 .. 1024");
}
