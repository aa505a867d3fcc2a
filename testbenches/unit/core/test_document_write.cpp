// SPDX-License-Identifier: Apache-2.0
#include <random>

#include <catch2/catch.hpp>

#include "core/document.h"

using namespace lacuna;

namespace {

bool same(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.scalar != b.scalar || a.quoted != b.quoted ||
      a.items.size() != b.items.size() || a.entries.size() != b.entries.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!same(a.items[i], b.items[i])) {
      return false;
    }
  }
  for (std::size_t i = 0; i < a.entries.size(); ++i) {
    if (a.entries[i].key != b.entries[i].key || !same(a.entries[i].value, b.entries[i].value)) {
      return false;
    }
  }
  return true;
}

void check_round_trip(const Node& node) {
  const std::string text = write_yaml(node);
  INFO(text);
  CHECK(same(parse_yaml(text, "written"), node));
}

/// Texts that a careless writer gets wrong, and random ones of troublesome characters.
std::string random_text(std::mt19937& random) {
  static const char* const words[] = {"",         "~",    "null", "true",  "-",   "- a", "---",
                                      "...",      "a: b", "a:",   "a #b",  "#a",  " a",  "a ",
                                      "<<",       "*a",   "&a",   "!a",    "[a]", "{a}", "a, b",
                                      "'a'",      "\"",   "a\nb", "a\n",   "\t",  "010", "-5",
                                      "-.5",      "0x10", "1e3",  "?",     "? a", "|",   ">",
                                      "%a",       "@a",   "`a`",  "=",     ":a",  "a:b", "800 MHz",
                                      "\xC3\xA9", "a\\b", "\x01", "a\r\nb"};
  if (random() % 2 == 0) {
    return words[random() % (sizeof words / sizeof *words)];
  }
  static const char alphabet[] = "ab0.-:#,[]{}&*!|>'\"%@`?~=< \n\t\\";
  std::string text;
  for (std::size_t length = random() % 12; text.size() < length;) {
    text += alphabet[random() % (sizeof alphabet - 1)];
  }
  return text;
}

Node random_tree(std::mt19937& random, int depth) {
  const unsigned kind = random() % (depth == 0 ? 2 : 4);
  if (kind == 0) {
    return {};
  }
  if (kind == 1) {
    Node node = Node::make_scalar(random_text(random));
    node.quoted = node.quoted || random() % 4 == 0;
    return node;
  }
  Node node = kind == 2 ? Node::make_sequence() : Node::make_mapping();
  for (std::size_t i = random() % 5; i > 0; --i) {
    if (kind == 2) {
      node.items.push_back(random_tree(random, depth - 1));
    } else {
      node.set(random_text(random), random_tree(random, depth - 1));
    }
  }
  return node;
}

}  // namespace

TEST_CASE("a document is written in blocks, short lists on one line") {
  const Node root = parse_yaml(
      "{clock: 800 MHz, m: {a: [1, 2], b: {}, c: []}, l: [{x: 1, y: 2}, [3, [4, {}]]], n: ~, "
      "t: '1'}",
      "p");
  CHECK(write_yaml(root) ==
        "clock: 800 MHz\n"
        "m:\n"
        "  a: [1, 2]\n"
        "  b: {}\n"
        "  c: []\n"
        "l:\n"
        "  - x: 1\n"
        "    y: 2\n"
        "  - - 3\n"
        "    - - 4\n"
        "      - {}\n"
        "n: ~\n"
        "t: \"1\"\n");
}

TEST_CASE("what is written is read back as the same tree") {
  std::mt19937 random(7);
  for (int i = 0; i < 3000; ++i) {
    check_round_trip(random_tree(random, 4));
  }
  Node long_list = Node::make_sequence();
  for (int i = 0; i < 100; ++i) {
    long_list.items.push_back(Node::make_scalar("item " + std::to_string(i)));
  }
  check_round_trip(long_list);
  Node long_key = Node::make_mapping();
  long_key.set(std::string(longest_yaml_key, '\x01'), Node::make_scalar(std::string(5000, 'x')));
  check_round_trip(long_key);
}

TEST_CASE("a number can stand unquoted, a text that YAML would take for something else cannot") {
  for (const char* text :
       {"0", "-5", "1e3", "0.5", "800 MHz", "12.8 GB/s", "0x80000000", "a.b-c"}) {
    CHECK(is_plain_text(text));
    CHECK_FALSE(Node::make_scalar(text).quoted);
  }
  for (const char* text : {"", "~", "null", "a: b", "a #b", "- a", "[a", " a", "a ", "a\n", "<<"}) {
    CHECK_FALSE(is_plain_text(text));
    CHECK(Node::make_scalar(text).quoted);
  }
}
