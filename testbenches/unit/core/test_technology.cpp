// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <catch2/catch.hpp>

#include "core/document.h"
#include "core/technology.h"
#include "core_support.h"

using namespace lacuna;
using lacuna_test::problem_of;

namespace {

Technology read(const std::string& text) {
  Diagnostics diagnostics;
  Technology technology = Technology::read(parse_yaml(text, "t.yaml"), diagnostics);
  diagnostics.throw_if_any();
  return technology;
}

std::string problem(const std::string& text) {
  return problem_of([&] { read(text); });
}

const std::string head = "node: 28 nm\nsupply: 0.9 V\nentries:\n";

}  // namespace

TEST_CASE("entries of the file's own node are taken as they stand") {
  const Technology technology =
      read(head +
           "  bitvert.pe.8: {energy: 0.5625 pJ, area: 739.6 um2, source: Table V}\n"
           "  sram.leakage: {power: 2 mW, source: CACTI 7}\n");
  CHECK(technology.node() == Length(28.0));
  CHECK(technology.entries().size() == 2);
  const Technology::Entry& pe = technology.entry("bitvert.pe.8");
  CHECK(pe.energy == Energy(0.5625));
  CHECK(pe.area == Area(739.6));
  CHECK(pe.power == Power(0.0));
  CHECK(pe.source == "Table V");
  CHECK(pe.place.text() == "t.yaml:4:3");
  CHECK(technology.entry("sram.leakage").power == Power(2.0));
  CHECK(technology.has("sram.leakage"));
  CHECK_FALSE(technology.has("sram"));
}

TEST_CASE("entries of another node are scaled") {
  const Technology technology = read(
      "node: 32 nm\nentries:\n  a: {energy: 2 pJ, power: 10 mW, area: 100 um2, node: 45 nm, "
      "source: "
      "x}\n  b: {energy: 0.056 pJ, node: 7 nm, source: x}\n");
  // 45 nm is the unit of the table; 32 nm has 0.531 of its energy and 0.46 of its area.
  CHECK(technology.entry("a").energy.value() == Approx(1.062));
  CHECK(technology.entry("a").power.value() == Approx(5.31));
  CHECK(technology.entry("a").area.value() == Approx(46.0));
  CHECK(technology.entry("b").energy.value() == Approx(0.531));
}

TEST_CASE("a file can be of another node as a whole") {
  const Technology technology = read(
      "node: 7 nm\nentries_node: 45 nm\nentries:\n  a: {energy: 2 pJ, source: x}\n"
      "  b: {energy: 0.531 pJ, node: 32 nm, source: x}\n  c: {energy: 3 pJ, node: 7 nm, source: "
      "x}\n");
  CHECK(technology.entry("a").energy.value() == Approx(0.112));
  CHECK(technology.entry("b").energy.value() == Approx(0.056));
  CHECK(technology.entry("c").energy.value() == Approx(3));
}

TEST_CASE("factors between the nodes are interpolated on logarithms") {
  CHECK(energy_factor(Length(45)) == 1.0);
  CHECK(area_factor(Length(45)) == 1.0);
  CHECK(energy_factor(Length(65)) == Approx(1.95));
  CHECK(energy_factor(Length(7)) == Approx(0.056));
  CHECK(area_factor(Length(7)) == Approx(0.059));
  CHECK(area_factor(Length(10)) == Approx(0.10));
  // Figures printed for 28 and 22 nm, to the digits printed.
  CHECK(energy_factor(Length(28)) == Approx(0.42).margin(0.006));
  CHECK(area_factor(Length(28)) == Approx(0.37).margin(0.006));
  CHECK(energy_factor(Length(22)) == Approx(0.275).margin(0.006));
  CHECK(area_factor(Length(22)) == Approx(0.25).margin(0.02));
  // Halfway in the logarithm the factor is the geometric mean.
  const double between = std::sqrt(45.0 * 65.0);
  CHECK(energy_factor(Length(between)) == Approx(std::sqrt(1.95)));
  for (double node = 7.0; node < 64.9; node += 0.1) {
    CHECK(energy_factor(Length(node)) < energy_factor(Length(node + 0.1)));
    CHECK(area_factor(Length(node)) < area_factor(Length(node + 0.1)));
  }
}

TEST_CASE("nodes outside of the table are refused") {
  CHECK(problem_of([] { energy_factor(Length(5)); }) ==
        "technology node 5 nm is outside of the scaling table, 7 nm .. 65 nm");
  CHECK(problem_of([] { area_factor(Length(90)); }) ==
        "technology node 90 nm is outside of the scaling table, 7 nm .. 65 nm");
  CHECK(problem("node: 90 nm\nentries: {}\n") ==
        "t.yaml:1:7: node: '90 nm' is out of range, expected 7 nm .. 65 nm");
  CHECK(problem(head + "  a: {energy: 1 pJ, node: 6 nm, source: x}\n") ==
        "t.yaml:4:27: entries.a.node: '6 nm' is out of range, expected 7 nm .. 65 nm");
}

TEST_CASE("a technology file without sources, figures or sense is refused") {
  CHECK(problem(head + "  a: {energy: 1 pJ}\n") ==
        "t.yaml:4:6: entries.a.source: required parameter 'source' is missing");
  CHECK(problem(head + "  a: {energy: 1 pJ, source: ''}\n") ==
        "t.yaml:4:29: entries.a.source: expected where the figures come from");
  CHECK(problem(head + "  a: {source: x}\n") ==
        "t.yaml:4:6: entries.a: expected an energy, a power or an area");
  CHECK(problem(head + "  a: {energy: 1 pj, source: x}\n")
            .find("t.yaml:4:15: entries.a.energy: unknown unit 'pj'") == 0);
  CHECK(
      problem(head + "  a: {energy: 1, source: x}\n  b: {eneryg: 1 pJ, source: x}\n") ==
      "t.yaml:4:15: entries.a.energy: '1' has no unit, expected an energy such as '0.2 pJ' (units: "
      "pJ, fJ, nJ, uJ, mJ, J)\n"
      "t.yaml:5:7: entries.b.eneryg: unknown parameter 'eneryg', did you mean 'energy'?");
  CHECK(problem("entries: {}\n") == "t.yaml:1:1: node: required parameter 'node' is missing");
  CHECK(problem("node: 28 nm\n") == "t.yaml:1:1: entries: required parameter 'entries' is missing");
  CHECK(problem("") == "t.yaml:1:1: expected a mapping, found nothing");
}

TEST_CASE("a missing entry is an error that names the file and the nearest entry") {
  const Technology technology = read(head + "  stripes.pe: {energy: 1 pJ, source: x}\n");
  CHECK(problem_of([&] { technology.entry("stripe.pe"); }) ==
        "t.yaml:1:1: the technology has no entry 'stripe.pe', did you mean 'stripes.pe'?");
}
