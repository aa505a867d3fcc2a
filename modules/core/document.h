// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"

namespace lacuna {
inline namespace core {

/// A node of a parsed YAML document: plain data, every piece with its place. Keys are unique, anchors resolved.
class Node {
 public:
  enum class Kind { null, scalar, sequence, mapping };
  struct Entry;

  Kind kind = Kind::null;
  std::string scalar;   ///< text as written, quotes removed
  bool quoted = false;  ///< text, never a number: written in quotes, or not to be written without
  std::vector<Node> items;     ///< of a sequence
  std::vector<Entry> entries;  ///< of a mapping, in file order
  Place place;

  bool is_mapping() const { return kind == Kind::mapping; }
  bool is_sequence() const { return kind == Kind::sequence; }
  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_null() const { return kind == Kind::null; }

  /// The value of a key, or nullptr.
  const Node* find(const std::string& key) const;
  Node* find(const std::string& key);
  /// Adds or replaces; keeps the order of first appearance.
  void set(const std::string& key, Node value);
  std::vector<std::string> keys() const;

  static Node make_scalar(std::string text, Place place = {});
  static Node make_mapping(Place place = {});
  static Node make_sequence(Place place = {});
};

struct Node::Entry {
  std::string key;
  Place key_place;
  Node value;
};

/// Whether a text can stand unquoted anywhere in a document and be read back as it is. Every number can.
bool is_plain_text(const std::string& text);

/// What parse_yaml accepts at most.
inline constexpr std::size_t most_yaml_bytes = std::size_t{8} << 20;
inline constexpr std::size_t most_yaml_nodes = 1000000;  ///< aliases expanded
inline constexpr std::size_t most_yaml_depth = 64;
inline constexpr std::size_t longest_yaml_key = 250;  ///< bytes

/// Parses one YAML document. Duplicate keys, merge keys (<<), tags that change types, several documents, too deep
/// nesting and alias bombs are errors with their places.
/// @throws Error (bad_input)
Node parse_yaml(const std::string& text, const std::string& file_name);

/// Reads and parses a file. @throws Error (bad_input), also when it cannot be read or is a directory
Node load_yaml(const std::string& path);

/// Reads a file and merges the files its top-level `include` names (a path or a list, relative to
/// the including file, then to each of `search_paths`): mappings merge key by key, anything else is
/// replaced, the including file wins, and of several includes the later. A file that includes
/// itself, directly or not, is an error at the include that closes the ring.
Node load_yaml_with_includes(const std::string& path,
                             const std::vector<std::string>& search_paths = {});

/// Overrides one dotted path ("accelerator.pe_array.rows") with a value in YAML notation; missing
/// mappings on the way are made. Items of lists are counted from 0 ("layers.2.name"); keys that hold
/// dots are found as they stand. The place of the value is `origin`,
/// "--set accelerator.pe_array.rows=32" say.
void override_path(Node& root, const std::string& dotted_path, const std::string& value,
                   const std::string& origin);

/// Writes a document that parse_yaml reads back as the same tree.
std::string write_yaml(const Node& node);

}  // namespace core
}  // namespace lacuna
