// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/document.h"
#include "core_support.h"

using namespace lacuna;
using lacuna_test::problem_of;
using lacuna_test::TemporaryFolder;

namespace {

std::string place(const Node& node) {
  return node.place.text();
}

}  // namespace

TEST_CASE("every key and value has its place, from line 1 and column 1") {
  const Node root = parse_yaml(
      "clock: 800 MHz\n"
      "modules:\n"
      "  dram: {type: dram, banks: [1, 'x']}\n"
      "  \"noc\" :\n"
      "    - a\n"
      "    - b: c\n",
      "p.yaml");
  CHECK(place(root) == "p.yaml:1:1");
  CHECK(root.keys() == std::vector<std::string>{"clock", "modules"});
  CHECK(root.find("clock")->scalar == "800 MHz");
  CHECK(place(*root.find("clock")) == "p.yaml:1:8");
  CHECK(root.entries[1].key_place.text() == "p.yaml:2:1");
  const Node& modules = *root.find("modules");
  CHECK(place(modules) == "p.yaml:3:3");
  const Node& dram = *modules.find("dram");
  CHECK(place(dram) == "p.yaml:3:9");
  CHECK(dram.entries[1].key_place.text() == "p.yaml:3:22");
  CHECK(place(dram.find("banks")->items[1]) == "p.yaml:3:33");
  CHECK(dram.find("banks")->items[1].quoted);
  CHECK_FALSE(dram.find("banks")->items[0].quoted);
  CHECK(modules.entries[1].key_place.text() == "p.yaml:4:3");
  CHECK(place(*modules.find("noc")->items[1].find("b")) == "p.yaml:6:10");
  CHECK(root.find("nothing") == nullptr);
}

TEST_CASE("a missing value stands at its key, not at what follows") {
  const Node root = parse_yaml("a:\n\n# comment\nb: ~\nc: null\n", "p.yaml");
  CHECK(root.find("a")->is_null());
  CHECK(place(*root.find("a")) == "p.yaml:1:1");
  CHECK(root.find("b")->is_null());
  CHECK(place(*root.find("b")) == "p.yaml:4:4");
  CHECK(place(*root.find("c")) == "p.yaml:5:4");
}

TEST_CASE("an empty document is null") {
  for (const char* text : {"", "\n", "# only a comment\n", "---\n", "---\n...\n", "\xEF\xBB\xBF"}) {
    CHECK(parse_yaml(text, "p.yaml").is_null());
  }
  CHECK(place(parse_yaml("", "p.yaml")) == "p.yaml:1:1");
}

TEST_CASE("quotes, blocks and foldings are text") {
  const Node root = parse_yaml(
      "a: \"1\\t\\u00e9\"\nb: '2'\nc: |\n  x\n  y\nd: >\n  x\n  y\ne: 800 MHz\nf: 'null'\ng: "
      "\"\"\n",
      "p.yaml");
  CHECK(root.find("a")->scalar == "1\t\xC3\xA9");
  CHECK(root.find("c")->scalar == "x\ny\n");
  CHECK(root.find("d")->scalar == "x y\n");
  for (const char* key : {"a", "b", "c", "d", "f", "g"}) {
    CHECK(root.find(key)->is_scalar());
    CHECK(root.find(key)->quoted);
  }
  CHECK_FALSE(root.find("e")->quoted);
}

TEST_CASE("an alias is a copy that keeps the place where it was written") {
  const Node root = parse_yaml("a: &x {k: [1, 2]}\nb: *x\nc: &k key\n*k : 3\n", "p.yaml");
  CHECK(root.find("b")->find("k")->items[1].scalar == "2");
  CHECK(place(*root.find("b")->find("k")) == "p.yaml:1:11");
  CHECK(root.find("key")->scalar == "3");
}

TEST_CASE("setting a key replaces its value or appends it") {
  Node root = parse_yaml("a: 1\nb: 2\n", "p.yaml");
  root.set("a", Node::make_scalar("3"));
  root.set("c", Node::make_scalar("4", {"here", 0, 0, {}}));
  CHECK(root.keys() == std::vector<std::string>{"a", "b", "c"});
  CHECK(root.find("a")->scalar == "3");
  CHECK(root.entries[2].key_place.text() == "here");
  root.find("b")->scalar = "5";
  CHECK(root.find("b")->scalar == "5");
}

namespace {

struct Malformed {
  const char* text;
  const char* problem;
};

}  // namespace

TEST_CASE("malformed documents are refused at their line and column") {
  static const Malformed table[] = {
      // Syntax.
      {"a: [1, 2\nb: 3\n", "p.yaml:1:4: this '[' is never closed"},
      {"a: {b: 1\n", "p.yaml:1:4: this '{' is never closed"},
      {"a: {b: [1, {c: 2}\n", "p.yaml:1:8: this '[' is never closed"},
      {"a: \"x\n", "p.yaml:1:4: this quote is never closed"},
      {"a: \"x", "p.yaml:1:4: this quote is never closed"},
      {"b: 'y'\na: 'it''s\n  \n", "p.yaml:2:4: this quote is never closed"},
      {"a: \"x\\\"\n", "p.yaml:1:4: this quote is never closed"},
      {"a: &k \"x\n", "p.yaml:1:4: this quote is never closed"},
      {"[1, 2", "p.yaml:1:1: this '[' is never closed"},
      {"{a: 1, b", "p.yaml:1:1: this '{' is never closed"},
      {"a: ]\n", "p.yaml:1:4: not valid YAML: illegal flow end"},
      {"a: b: c\n",
       "p.yaml:1:5: not valid YAML: ':' cannot stand here; a value that holds ': ' needs quotes, "
       "and "
       "keys of one mapping the same indentation"},
      {"a: 1\n b: 2\n",
       "p.yaml:2:3: not valid YAML: ':' cannot stand here; a value that holds ': ' needs quotes, "
       "and "
       "keys of one mapping the same indentation"},
      {"a:\n\t- b\n", "p.yaml:2:2: not valid YAML: illegal block entry (tabs cannot indent)"},
      {"a: @b\n", "p.yaml:1:4: not valid YAML: unknown token"},
      {"a: *b\n", "p.yaml:1:4: not valid YAML: the referenced anchor is not defined"},
      {"%YAML 3.0\n---\na: 1\n", "p.yaml:1:1: not valid YAML: YAML major version too large"},
      {"a: \"\\q\"\n", "p.yaml:1:7: not valid YAML: unknown escape character: q"},
      // Keys.
      {"a: 1\nb: 2\na: 3\n", "p.yaml:3:1: key 'a' stands twice, first at 1:1"},
      {"m: {a: 1, 'a': 2}\n", "p.yaml:1:11: key 'a' stands twice, first at 1:5"},
      {"a: 1\n\"a\": 1\nb: 2\nb: 3\n",
       "p.yaml:2:1: key 'a' stands twice, first at 1:1\np.yaml:4:1: key 'b' stands twice, first at "
       "3:1"},
      {"b: &x {k: 1}\na:\n  <<: *x\n",
       "p.yaml:3:3: merge keys (<<) are not supported; use `include`, or write the keys out"},
      {"? [a]\n: 1\n", "p.yaml:1:3: a key must be text"},
      {"? {a: 1}\n: 1\n", "p.yaml:1:3: a key must be text"},
      {"~: 1\n", "p.yaml:1:1: a key must be text"},
      {"a: &x [1]\n*x : 2\n", "p.yaml:2:1: a key must be text"},
      // Tags.
      {"a: !!str 2\n", "p.yaml:1:4: tags are not supported, found '!!str'"},
      {"a: !mine {b: 2}\n", "p.yaml:1:4: tags are not supported, found '!mine'"},
      {"a: !!set [b]\n!!int b: !!float 1\n",
       "p.yaml:1:4: tags are not supported, found '!!set'\np.yaml:2:1: tags are not supported, "
       "found "
       "'!!int'\np.yaml:2:10: tags are not supported, found '!!float'"},
      // Documents.
      {"a: 1\n---\nb: 2\n", "p.yaml:2:1: a second document begins; a file holds one"},
      {"a: 1\n---\n", "p.yaml:2:1: a second document begins; a file holds one"},
      {"a: 1\n...\nb: 2\n", "p.yaml:3:1: a second document begins; a file holds one"},
      // Aliases.
      {"a: &x [1, *x]\n", "p.yaml:1:11: an alias stands inside of what it refers to"},
      // Bytes.
      {"a: \xFF\n", "p.yaml:1:4: not a text file: invalid UTF-8"},
      {"a: 1\nb: \xC0\x80\n", "p.yaml:2:4: not a text file: invalid UTF-8"},  // overlong
      {"a: \xE0\x80\x80\n", "p.yaml:1:4: not a text file: invalid UTF-8"},    // overlong
      {"a: \xF0\x80\x80\x80\n", "p.yaml:1:4: not a text file: invalid UTF-8"},
      {"a: \xED\xA0\x80\n", "p.yaml:1:4: not a text file: invalid UTF-8"},      // surrogate
      {"a: \xF4\x90\x80\x80\n", "p.yaml:1:4: not a text file: invalid UTF-8"},  // above 10FFFF
      {"a: \xC3", "p.yaml:1:4: not a text file: invalid UTF-8"},                // cut off
      {"\xFF\xFE"
       "a",
       "p.yaml:1:1: not a text file: invalid UTF-8"},  // UTF-16
      {"a: 1\n\x01", "p.yaml:2:1: not a text file: control character '\\x01'"},
      {"a: \x7F", "p.yaml:1:4: not a text file: control character '\\x7f'"},
  };
  for (const Malformed& row : table) {
    INFO(row.text);
    CHECK(problem_of([&] { parse_yaml(row.text, "p.yaml"); }) == row.problem);
  }
  CHECK(problem_of([] { parse_yaml(std::string("a: b\n\0c", 7), "p.yaml"); }) ==
        "p.yaml:2:1: not a text file: control character '\\x00'");
}

TEST_CASE("a syntax error does not hide the problems before it") {
  CHECK(problem_of([] { parse_yaml("a: 1\na: 2\nb: ]\n", "p.yaml"); }) ==
        "p.yaml:2:1: key 'a' stands twice, first at 1:1\np.yaml:3:4: not valid YAML: illegal flow "
        "end");
}

TEST_CASE("nesting ends at 64 levels, aliases included") {
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
  };
  CHECK(parse_yaml(nested(64), "p").items.size() == 1);
  CHECK(problem_of([&] { parse_yaml(nested(65), "p"); }) == "p:1:65: nested deeper than 64 levels");
  CHECK(problem_of([&] { parse_yaml(nested(100000), "p"); }) ==
        "p:1:65: nested deeper than 64 levels");
  // Each line is one level deeper than the one before it, without ever looking nested.
  std::string tower = "a0: &a0 [1]\n";
  for (int i = 1; i < 100; ++i) {
    tower += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) +
             "]\n";
  }
  // Line n + 1 holds n + 1 lists inside of the mapping: 65 levels in line 64, whose alias is at its
  // column 11.
  CHECK(problem_of([&] { parse_yaml(tower, "p"); }) == "p:64:12: nested deeper than 64 levels");
}

TEST_CASE("aliases cannot blow a small file up") {
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'k'; ++c) {
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 10; ++i) {
      bomb += std::string(i == 0 ? "" : ", ") + '*' + static_cast<char>(c - 1);
    }
    bomb += "]\n";
  }
  const std::string problem = problem_of([&] { parse_yaml(bomb, "p"); });
  CHECK(problem.find("more than 1000000 values, with aliases written out") != std::string::npos);
}

TEST_CASE("files and keys have a largest size") {
  std::string key(250, 'k');
  CHECK(parse_yaml(key + ": 1\n", "p").keys().front() == key);
  CHECK(problem_of([&] { parse_yaml("a: 1\nk" + key + ": 1\n", "p"); }) ==
        "p:2:1: a key is longer than 250 bytes");
  CHECK(problem_of([] { parse_yaml(std::string(most_yaml_bytes + 1, ' '), "p"); }) ==
        "p: is too large: 8388609 bytes, at most 8388608 are accepted");
}

TEST_CASE("a file that cannot be read is an error of that file") {
  const TemporaryFolder folder;
  CHECK(problem_of([&] { load_yaml(folder.path("none.yaml")); }) ==
        folder.path("none.yaml") + ": cannot open: No such file or directory");
  CHECK(problem_of([&] { load_yaml(folder.root()); }) ==
        folder.root() + ": is a directory, expected a file");
  const std::string path = folder.write("p.yaml", "a: 1\na: 2\n");
  CHECK(problem_of([&] { load_yaml(path); }) == path + ":2:1: key 'a' stands twice, first at 1:1");
}
