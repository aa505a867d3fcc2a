// SPDX-License-Identifier: Apache-2.0
#include "core/parameters_validation.h"

#include <charconv>

#include "core/parameters_value.h"

namespace lacuna {
inline namespace core {
namespace {

/// One step below a node: "name", or "name[2]". Null when it does not stand in the document.
const Node* below(const Node& node, std::string_view step) {
  const std::size_t bracket = std::min(step.find('['), step.size());
  const Node* child = node.find(std::string(step.substr(0, bracket)));
  std::string_view rest = step.substr(bracket);
  while (child != nullptr && !rest.empty()) {
    std::size_t index = 0;
    const auto result = std::from_chars(rest.data() + 1, rest.data() + rest.size(), index);
    if (result.ec != std::errc() || index >= child->items.size()) {
      return child;
    }
    child = &child->items[index];
    rest.remove_prefix(std::min(rest.find(']'), rest.size() - 1) + 1);
  }
  return child;
}

}  // namespace

void Validation::require(bool condition, const std::string& field, const std::string& message) {
  if (condition) {
    return;
  }
  ok_ = false;
  const Node* node = &mapping_;
  std::string_view rest = field;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('.'), rest.size());
    const Node* child = below(*node, rest.substr(0, end));
    if (child == nullptr) {
      break;
    }
    node = child;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  diagnostics_.add(node->place, field.empty() ? path_ : join_path(path_, field), message);
}

}  // namespace core
}  // namespace lacuna
