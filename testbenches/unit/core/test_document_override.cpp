// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/document.h"
#include "core_support.h"

using namespace lacuna;
using lacuna_test::problem_of;

namespace {

Node example() {
  return parse_yaml(
      "clock: 1 GHz\n"
      "accelerator:\n"
      "  pe_array: {rows: 32}\n"
      "  empty:\n"
      "entries:\n"
      "  bitvert.pe.8: {energy: 1 pJ}\n"
      "layers: [{name: a}, {name: b}]\n",
      "p.yaml");
}

Node with(const std::string& path, const std::string& value) {
  Node root = example();
  override_path(root, path, value, "--set " + path + "=" + value);
  return root;
}

std::string problem(const std::string& path, const std::string& value) {
  return problem_of([&] { with(path, value); });
}

}  // namespace

TEST_CASE("an override replaces one value and is placed at its option") {
  const Node root = with("accelerator.pe_array.rows", "16");
  const Node& rows = *root.find("accelerator")->find("pe_array")->find("rows");
  CHECK(rows.scalar == "16");
  CHECK_FALSE(rows.quoted);
  CHECK(rows.place.text() == "--set accelerator.pe_array.rows=16");
  CHECK(root.find("clock")->scalar == "1 GHz");
}

TEST_CASE("missing mappings on the way are made") {
  const Node root = with("accelerator.count.deep.metadata", "true");
  const Node& count = *root.find("accelerator")->find("count");
  CHECK(count.find("deep")->find("metadata")->scalar == "true");
  CHECK(count.place.text() == "--set accelerator.count.deep.metadata=true");
  CHECK(root.find("accelerator")->entries.back().key_place.text() ==
        "--set accelerator.count.deep.metadata=true");
  CHECK(with("accelerator.empty.x", "1").find("accelerator")->find("empty")->find("x")->scalar ==
        "1");
  Node empty;
  override_path(empty, "a.b", "1", "--set a.b=1");
  CHECK(empty.find("a")->find("b")->scalar == "1");
}

TEST_CASE("values are YAML") {
  const Node list = with("accelerator.banks", "[1, {a: 2}]");
  CHECK(list.find("accelerator")->find("banks")->items[1].find("a")->scalar == "2");
  CHECK(list.find("accelerator")->find("banks")->items[1].find("a")->place.line == 0);
  CHECK(with("clock", "800 MHz").find("clock")->scalar == "800 MHz");
  CHECK(with("clock", "'800 MHz'").find("clock")->quoted);
  CHECK(with("clock", "").find("clock")->is_null());
  CHECK(with("clock", "a=b").find("clock")->scalar == "a=b");
}

TEST_CASE("keys that hold dots are found, the longest first") {
  const Node root = with("entries.bitvert.pe.8.energy", "2 pJ");
  CHECK(root.find("entries")->entries.size() == 1);
  CHECK(root.find("entries")->find("bitvert.pe.8")->find("energy")->scalar == "2 pJ");
}

TEST_CASE("items of lists are counted from 0") {
  const Node root = with("layers.1.name", "c");
  CHECK(root.find("layers")->items[1].find("name")->scalar == "c");
  CHECK(root.find("layers")->items[0].find("name")->scalar == "a");
}

TEST_CASE("an override that cannot be is refused at its option") {
  CHECK(problem("", "1") ==
        "--set =1: '' is no path of a parameter, expected names joined by dots");
  for (const char* path : {".", "a.", ".a", "a..b", "a b", "a=b", "a.\n"}) {
    CHECK(problem(path, "1").find("is no path of a parameter") != std::string::npos);
  }
  CHECK(problem("clock.x", "1") ==
        "--set clock.x=1: clock.x: 'clock' is a value, it has no parameter 'x'");
  CHECK(
      problem("layers.2.name", "1") ==
      "--set layers.2.name=1: layers.2.name: '2' is no item of the list, which has 2 (counted from "
      "0)");
  CHECK(problem("layers.x", "1").find("'x' is no item of the list") != std::string::npos);
  CHECK(problem("layers.-1", "1").find("'-1' is no item of the list") != std::string::npos);
  CHECK(problem("clock", "[1") == "--set clock=[1: clock: this '[' is never closed");
  CHECK(problem("clock", "{a: 1, a: 2}").find("key 'a' stands twice") != std::string::npos);
  CHECK(problem("clock", "\x01").find("control character") != std::string::npos);
  std::string deep = "a";
  for (int i = 0; i < 64; ++i) {
    deep += ".a";
  }
  CHECK(problem(deep, "1").find("is too deep") != std::string::npos);
}
