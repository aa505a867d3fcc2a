// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "core/document.h"
#include "core/number_text.h"

namespace lacuna {
inline namespace core {
namespace {

void place_everything(Node& node, const Place& place) {
  node.place = place;
  for (Node& item : node.items) {
    place_everything(item, place);
  }
  for (Node::Entry& entry : node.entries) {
    entry.key_place = place;
    place_everything(entry.value, place);
  }
}

Node parse_value(const std::string& value, const Place& place, const std::string& path) {
  Node node;
  try {
    node = parse_yaml(value, place.file);
  } catch (const Error& error) {
    throw input_error(place, path, error.diagnostics().front().message);
  }
  place_everything(node, place);
  return node;
}

/// The steps of "a.b.c". No step may be empty.
std::vector<std::string> split(const std::string& path, const Place& place) {
  std::vector<std::string> steps;
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    steps.push_back(path.substr(begin, end - begin));
    if (steps.back().empty() || steps.back().size() > longest_yaml_key ||
        steps.back().find_first_of(" \t\n=") != std::string::npos) {
      throw input_error(
          place, in_quotes(path) + " is no path of a parameter, expected names joined by dots");
    }
    begin = end + 1;
  }
  if (steps.size() > most_yaml_depth) {
    throw input_error(place, in_quotes(path) + " is too deep");
  }
  return steps;
}

std::string join(const std::vector<std::string>& steps, std::size_t first, std::size_t last) {
  std::string text;
  for (std::size_t i = first; i < last; ++i) {
    text += (i == first ? "" : ".") + steps[i];
  }
  return text;
}

/// How many steps together name an existing key, the longest first: names of entries may hold dots
/// themselves.
std::size_t steps_of_key(const Node& mapping, const std::vector<std::string>& steps,
                         std::size_t first) {
  for (std::size_t last = steps.size(); last > first + 1; --last) {
    if (mapping.find(join(steps, first, last)) != nullptr) {
      return last - first;
    }
  }
  return 1;
}

Node& item_of(Node& sequence, const std::string& step, const Place& place,
              const std::string& path) {
  const auto index = whole_number<std::size_t>(step);
  if (!index || *index >= sequence.items.size()) {
    throw input_error(place, path,
                      in_quotes(step) + " is no item of the list, which has " +
                          std::to_string(sequence.items.size()) + " (counted from 0)");
  }
  return sequence.items[*index];
}

}  // namespace

void override_path(Node& root, const std::string& dotted_path, const std::string& value,
                   const std::string& origin) {
  const Place place{origin, 0, 0, {}};
  const std::vector<std::string> steps = split(dotted_path, place);
  Node parsed = parse_value(value, place, dotted_path);
  Node* node = &root;
  for (std::size_t at = 0; at < steps.size();) {
    if (node->is_null()) {
      *node = Node::make_mapping(place);
    }
    if (node->is_scalar()) {
      throw input_error(place, dotted_path,
                        in_quotes(join(steps, 0, at)) + " is a value, it has no parameter " +
                            in_quotes(steps[at]));
    }
    if (node->is_sequence()) {
      node = &item_of(*node, steps[at], place, dotted_path);
      ++at;
      continue;
    }
    const std::size_t count = steps_of_key(*node, steps, at);
    const std::string key = join(steps, at, at + count);
    at += count;
    if (node->find(key) == nullptr) {
      Node missing;
      missing.place = place;
      node->set(key, std::move(missing));
    }
    node = node->find(key);
  }
  *node = std::move(parsed);
}

}  // namespace core
}  // namespace lacuna
