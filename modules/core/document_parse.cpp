// SPDX-License-Identifier: Apache-2.0
// From yaml-cpp's events to nodes. Its own tree forgets where keys stand and keeps duplicates.
#include <map>
#include <optional>
#include <sstream>
#include <unordered_map>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "core/document.h"
#include "core/document_text.h"
#include "core/files.h"

namespace lacuna {
inline namespace core {
namespace {

constexpr std::size_t most_diagnostics = 100;  // a file so wrong is of another kind

/// Thrown through yaml-cpp when there is no sense in reading on; the reason is in the diagnostics.
struct Abandoned {};

struct Size {
  std::size_t nodes;
  std::size_t height;
};

Size size_of_tree(const Node& node) {
  Size size{1, 0};
  const auto add = [&size](const Node& child) {
    const Size inner = size_of_tree(child);
    size.nodes += inner.nodes;
    size.height = std::max(size.height, inner.height + 1);
  };
  for (const Node& item : node.items) {
    add(item);
  }
  for (const Node::Entry& entry : node.entries) {
    add(entry.value);
  }
  return size;
}

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string file_name, Diagnostics& diagnostics)
      : file_name_(std::move(file_name)), diagnostics_(diagnostics) {
    root_.place = {file_name_, 1, 1, {}};
  }

  Node take_root() { return std::move(root_); }

  /// Where the last scalar that was not plain begins: a quote, perhaps after an anchor, or a block.
  const std::optional<YAML::Mark>& last_quoted() const { return last_quoted_; }
  /// Keys that are lists or mappings; where something is not closed, yaml-cpp makes them up.
  const std::vector<Place>& odd_keys() const { return odd_keys_; }

  Place place_of(const YAML::Mark& mark) const {
    if (mark.is_null()) {
      return {file_name_, 0, 0, {}};
    }
    return {file_name_,
            static_cast<std::size_t>(mark.line) + 1,
            static_cast<std::size_t>(mark.column) + 1,
            {}};
  }
  /// Where the innermost list or mapping that is not closed yet begins.
  std::optional<Place> open_place() const {
    return open_.empty() ? std::nullopt : std::optional<Place>(open_.back().node.place);
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ != 0) {
      abandon(place_of(mark), "a second document begins; a file holds one");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    node.place = place_of(mark);
    if (!open_.empty() && open_.back().key) {
      // yaml-cpp places a missing value at whatever follows, lines below.
      const Place& key = open_.back().key->place;
      if (key.line != node.place.line) {
        node.place = key;
      }
    }
    finish(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto anchored = anchors_.find(anchor);
    if (anchored == anchors_.end()) {
      abandon(place_of(mark), "an alias stands inside of what it refers to");
    }
    const Size size = size_of_tree(anchored->second);
    count_nodes(size.nodes, place_of(mark));
    check_depth(open_.size() + size.height, place_of(mark));
    attach(anchored->second, place_of(mark));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(mark, tag, true);
    Node node;
    node.kind = Node::Kind::scalar;
    node.scalar = value;
    node.quoted = tag == "!" || !is_plain_text(value);
    node.place = place_of(mark);
    if (tag == "!") {
      last_quoted_ = mark;
    }
    if (value == "<<" && tag != "!" && expects_key()) {
      complain(node.place,
               "merge keys (<<) are not supported; use `include`, or write the keys out");
    }
    finish(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    check_tag(mark, tag, false);
    open(Node::make_sequence(place_of(mark)), anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    check_tag(mark, tag, false);
    open(Node::make_mapping(place_of(mark)), anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  /// A list or mapping whose end has not been seen.
  struct Open {
    Node node;
    YAML::anchor_t anchor;
    std::optional<Node> key;  ///< waits for its value
    std::unordered_map<std::string, Place> seen;
  };

  void complain(Place place, std::string message) {
    diagnostics_.add(std::move(place), {}, std::move(message));
    if (diagnostics_.items().size() >= most_diagnostics) {
      throw Abandoned();
    }
  }
  [[noreturn]] void abandon(Place place, std::string message) {
    diagnostics_.add(std::move(place), {}, std::move(message));
    throw Abandoned();
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag, bool scalar) {
    if (tag.empty() || tag == "?" || (scalar && tag == "!")) {
      return;
    }
    const std::string standard = "tag:yaml.org,2002:";
    const bool is_standard = tag.compare(0, standard.size(), standard) == 0;
    complain(place_of(mark), "tags are not supported, found " +
                                 in_quotes(is_standard ? "!!" + tag.substr(standard.size()) : tag));
  }

  void check_depth(std::size_t depth, const Place& place) {
    if (depth > most_yaml_depth) {
      abandon(place, "nested deeper than " + std::to_string(most_yaml_depth) + " levels");
    }
  }

  void count_nodes(std::size_t count, const Place& place) {
    nodes_ += count;
    if (nodes_ > most_yaml_nodes) {
      abandon(place,
              "more than " + std::to_string(most_yaml_nodes) + " values, with aliases written out");
    }
  }

  bool expects_key() const {
    return !open_.empty() && open_.back().node.is_mapping() && !open_.back().key;
  }

  void open(Node node, YAML::anchor_t anchor) {
    count_nodes(1, node.place);
    check_depth(open_.size() + 1, node.place);
    open_.push_back({std::move(node), anchor, std::nullopt, {}});
  }

  void close() {
    Node node = std::move(open_.back().node);
    const YAML::anchor_t anchor = open_.back().anchor;
    open_.pop_back();
    remember(node, anchor);
    const Place place = node.place;
    attach(std::move(node), place);
  }

  void finish(Node node, YAML::anchor_t anchor) {
    count_nodes(1, node.place);
    remember(node, anchor);
    const Place place = node.place;
    attach(std::move(node), place);
  }

  void remember(const Node& node, YAML::anchor_t anchor) {
    if (anchor != 0) {
      count_nodes(size_of_tree(node).nodes, node.place);
      anchors_[anchor] = node;
    }
  }

  void take_key(Node key, const Place& place) {
    if (!key.is_scalar()) {
      odd_keys_.push_back(place);
      open_.back().key = std::move(key);
      return;
    }
    if (key.scalar.size() > longest_yaml_key) {
      abandon(place, "a key is longer than " + std::to_string(longest_yaml_key) + " bytes");
    }
    key.place = place;
    const auto [first, is_new] = open_.back().seen.emplace(key.scalar, place);
    if (!is_new) {
      complain(place, "key " + in_quotes(key.scalar) + " stands twice, first at " +
                          std::to_string(first->second.line) + ':' +
                          std::to_string(first->second.column));
    }
    open_.back().key = std::move(key);
  }

  /// @param place where a key stands, which for an alias is not where it was written
  void attach(Node node, const Place& place) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    if (expects_key()) {
      take_key(std::move(node), place);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.is_sequence()) {
      parent.node.items.push_back(std::move(node));
      return;
    }
    parent.node.entries.push_back(
        {std::move(parent.key->scalar), std::move(parent.key->place), std::move(node)});
    parent.key.reset();
  }

  std::string file_name_;
  Diagnostics& diagnostics_;
  Node root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Node> anchors_;
  std::optional<YAML::Mark> last_quoted_;
  std::vector<Place> odd_keys_;
  std::size_t nodes_ = 0;
  int documents_ = 0;
};

bool is_unclosed(const YAML::Exception& problem) {
  return problem.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW ||
         problem.msg == YAML::ErrorMsg::END_OF_MAP_FLOW;
}

/// What yaml-cpp found wrong, where a reader would look for it.
void add_syntax_error(const YAML::Exception& problem, const TreeBuilder& builder,
                      const std::string& text, Diagnostics& diagnostics) {
  Place place = builder.place_of(problem.mark);
  std::string message = "not valid YAML: " + problem.msg;
  if (is_unclosed(problem)) {
    place = builder.open_place().value_or(place);
    message = problem.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW ? "this '[' is never closed"
                                                             : "this '{' is never closed";
  } else if (problem.msg == YAML::ErrorMsg::MAP_VALUE) {
    message =
        "not valid YAML: ':' cannot stand here; a value that holds ': ' needs quotes, and "
        "keys of one mapping the same indentation";
  }
  const std::string line = line_of(text, place.line);
  if (line.find('\t') < line.find_first_not_of(" \t")) {
    message += " (tabs cannot indent)";
  }
  diagnostics.add(std::move(place), {}, std::move(message));
}

/// Whether the quoted text that begins at `at` ends. yaml-cpp takes the end of the file for a
/// quote.
bool ends_quoted(const std::string& text, std::size_t at) {
  while (at < text.size() && (text[at] == '&' || text[at] == '!')) {
    at = text.find_first_not_of(" \n\r\t", text.find_first_of(" \n\r\t", at));
  }
  if (at >= text.size() || (text[at] != '"' && text[at] != '\'')) {
    return true;
  }
  const char quote = text[at];
  for (++at; at < text.size(); ++at) {
    const bool escapes = quote == '"' && text[at] == '\\';
    const bool doubles = quote == '\'' && text.compare(at, 2, "''") == 0;
    if (escapes || doubles) {
      ++at;
    } else if (text[at] == quote) {
      return true;
    }
  }
  return false;
}

std::string without_byte_order_mark(const std::string& text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return text.compare(0, mark.size(), mark) == 0 ? text.substr(mark.size()) : text;
}

}  // namespace

Node parse_yaml(const std::string& text, const std::string& file_name) {
  check_text(text, file_name);
  // With a line end, a quote that is never closed is seen below rather than somewhere in yaml-cpp.
  const std::string body = without_byte_order_mark(text) + '\n';
  Diagnostics diagnostics;
  TreeBuilder builder(file_name, diagnostics);
  bool unclosed = false;
  try {
    std::istringstream stream(body);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Abandoned&) {
  } catch (const YAML::Exception& problem) {
    unclosed = is_unclosed(problem);
    add_syntax_error(problem, builder, body, diagnostics);
  }
  if (!unclosed) {
    for (const Place& place : builder.odd_keys()) {
      diagnostics.add(place, {}, "a key must be text");
    }
  }
  if (builder.last_quoted() &&
      !ends_quoted(body, static_cast<std::size_t>(builder.last_quoted()->pos))) {
    diagnostics.add(builder.place_of(*builder.last_quoted()), {}, "this quote is never closed");
  }
  diagnostics.throw_if_any();
  return builder.take_root();
}

Node load_yaml(const std::string& path) {
  return parse_yaml(read_file(path, most_yaml_bytes), path);
}

}  // namespace core
}  // namespace lacuna
