// SPDX-License-Identifier: Apache-2.0
#include "core/document.h"

namespace lacuna {
inline namespace core {

const Node* Node::find(const std::string& key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) {
      return &entry.value;
    }
  }
  return nullptr;
}

Node* Node::find(const std::string& key) {
  return const_cast<Node*>(static_cast<const Node*>(this)->find(key));
}

void Node::set(const std::string& key, Node value) {
  if (Node* present = find(key)) {
    *present = std::move(value);
    return;
  }
  Place key_place = value.place;
  entries.push_back({key, std::move(key_place), std::move(value)});
}

std::vector<std::string> Node::keys() const {
  std::vector<std::string> names;
  names.reserve(entries.size());
  for (const Entry& entry : entries) {
    names.push_back(entry.key);
  }
  return names;
}

Node Node::make_scalar(std::string text, Place place) {
  Node node;
  node.kind = Kind::scalar;
  node.quoted = !is_plain_text(text);
  node.scalar = std::move(text);
  node.place = std::move(place);
  return node;
}

Node Node::make_mapping(Place place) {
  Node node;
  node.kind = Kind::mapping;
  node.place = std::move(place);
  return node;
}

Node Node::make_sequence(Place place) {
  Node node;
  node.kind = Kind::sequence;
  node.place = std::move(place);
  return node;
}

}  // namespace core
}  // namespace lacuna
