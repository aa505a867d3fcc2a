// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/document.h"
#include "core_support.h"

using namespace lacuna;
using lacuna_test::problem_of;
using lacuna_test::TemporaryFolder;

TEST_CASE("the including file wins, mappings merge key by key, later includes win over earlier") {
  const TemporaryFolder folder;
  folder.write("a.yaml", "clock: 1 GHz\nm: {x: 1, y: 1, z: {p: 1}}\nl: [1, 2]\nonly_a: 1\n");
  folder.write("parts/b.yaml", "m: {y: 2, w: 2}\nonly_b: 2\n");
  const std::string top =
      folder.write("top.yaml", "include: [a.yaml, parts/b.yaml]\nm: {x: 0, z: {q: 0}}\nl: [3]\n");
  const Node root = load_yaml_with_includes(top);
  CHECK(root.find("include") == nullptr);
  CHECK(root.find("clock")->scalar == "1 GHz");
  CHECK(root.find("clock")->place.text() == folder.path("a.yaml") + ":1:8");
  CHECK(root.find("m")->find("x")->scalar == "0");
  CHECK(root.find("m")->find("y")->scalar == "2");
  CHECK(root.find("m")->find("w")->place.text() == folder.path("parts/b.yaml") + ":1:14");
  CHECK(root.find("m")->find("z")->keys() == std::vector<std::string>{"q", "p"});
  CHECK(root.find("l")->items.size() == 1);
  CHECK(root.find("only_a") != nullptr);
  CHECK(root.find("only_b") != nullptr);
}

TEST_CASE("paths are relative to the including file, then to the search paths") {
  const TemporaryFolder folder;
  folder.write("lib/tech/28nm.yaml", "include: ../common.yaml\nnode: 28 nm\n");
  folder.write("lib/common.yaml", "supply: 0.9 V\n");
  folder.write("user/common.yaml", "supply: 1 V\n");
  const std::string top = folder.write("user/top.yaml", "include: tech/28nm.yaml\n");
  const Node root = load_yaml_with_includes(top, {folder.path("lib")});
  CHECK(root.find("node")->scalar == "28 nm");
  CHECK(root.find("supply")->scalar == "0.9 V");
  const std::string absolute =
      folder.write("user/absolute.yaml", "include: " + folder.path("lib/common.yaml") + "\n");
  CHECK(load_yaml_with_includes(absolute).find("supply")->scalar == "0.9 V");
}

TEST_CASE("a file may be included twice as long as no ring closes") {
  const TemporaryFolder folder;
  folder.write("base.yaml", "a: 1\n");
  folder.write("left.yaml", "include: base.yaml\nb: 1\n");
  folder.write("right.yaml", "include: base.yaml\nc: 1\n");
  const Node root =
      load_yaml_with_includes(folder.write("top.yaml", "include: [left.yaml, right.yaml]\n"));
  CHECK(root.entries.size() == 3);
}

TEST_CASE("a ring of includes is an error at the include that closes it, and names the ring") {
  const TemporaryFolder folder;
  const std::string a = folder.write("a.yaml", "x: 1\ninclude: b.yaml\n");
  const std::string b = folder.write("b.yaml", "include: [c.yaml]\n");
  const std::string c = folder.write("c.yaml", "y: 1\ninclude:\n  - ./b.yaml\n");
  CHECK(problem_of([&] { load_yaml_with_includes(a); }) ==
        c + ":3:5: include: files include each other: " + b + " -> " + c + " -> " + b);
  const std::string self = folder.write("self.yaml", "include: self.yaml\n");
  CHECK(problem_of([&] { load_yaml_with_includes(self); }) ==
        self + ":1:10: include: files include each other: " + self + " -> " + self);
}

TEST_CASE("an include that cannot be used is an error at its line and column") {
  const TemporaryFolder folder;
  folder.write("list.yaml", "[1, 2]\n");
  folder.write("empty.yaml", "");
  folder.write("wrong.yaml", "a: 1\nb: ]\n");
  folder.write("folder/x.yaml", "a: 1\n");
  const auto problem = [&](const std::string& text) {
    return problem_of([&] { load_yaml_with_includes(folder.write("top.yaml", text)); });
  };
  const std::string top = folder.path("top.yaml");
  CHECK(problem("a: 1\ninclude: none.yaml\n") ==
        top + ":2:10: include: cannot find 'none.yaml' in '" + folder.root() + "'");
  CHECK(problem("include: [folder/x.yaml, none.yaml]\n") ==
        top + ":1:26: include: cannot find 'none.yaml' in '" + folder.root() + "'");
  CHECK(problem("include: list.yaml\n") == top + ":1:10: include: '" + folder.path("list.yaml") +
                                               "' is not a mapping; nothing else can be included");
  CHECK(problem("include: empty.yaml\n").find(":1:10: include: ") != std::string::npos);
  CHECK(problem("include: folder\n") ==
        top + ":1:10: include: '" + folder.path("folder") + "' is a directory, expected a file");
  CHECK(problem("include: {a: 1}\n") ==
        top + ":1:10: include: expected the path of a file, or a list of paths");
  CHECK(problem("include:\n") ==
        top + ":1:1: include: expected the path of a file, or a list of paths");
  CHECK(problem("include: [[a]]\n") ==
        top + ":1:11: include: expected the path of a file, or a list of paths");
  CHECK(problem("include: wrong.yaml\n") ==
        folder.path("wrong.yaml") + ":2:4: not valid YAML: illegal flow end");
}

TEST_CASE("includes that multiply are stopped") {
  const TemporaryFolder folder;
  folder.write("f0.yaml", "a: 1\n");
  for (int i = 1; i < 12; ++i) {
    const std::string below = "f" + std::to_string(i - 1) + ".yaml";
    std::string twice = "include: [";
    twice.append(below).append(", ").append(below).append("]\n");
    folder.write("f" + std::to_string(i) + ".yaml", twice);
  }
  CHECK(problem_of([&] {
          load_yaml_with_includes(folder.path("f11.yaml"));
        }).find("more than 1000 files are included") != std::string::npos);
}
