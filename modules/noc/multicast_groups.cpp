// SPDX-License-Identifier: Apache-2.0
#include "noc/multicast_groups.h"

#include <algorithm>

#include "core/error.h"

namespace lacuna::noc {

std::uint32_t MulticastGroups::add(std::vector<std::uint32_t> destinations) {
  if (destinations.empty()) {
    throw model_error("a multicast group of nobody");
  }
  std::sort(destinations.begin(), destinations.end());
  destinations.erase(std::unique(destinations.begin(), destinations.end()), destinations.end());
  const auto next = static_cast<std::uint32_t>(groups_.size() + 1);
  const auto [entry, added] = numbers_.insert({destinations, next});
  if (added) {
    groups_.push_back(std::move(destinations));
  }
  return entry->second;
}

Span<const MulticastTree::Branch> MulticastGroups::branches(std::uint32_t source,
                                                            std::uint32_t group,
                                                            std::uint32_t node) {
  auto tree = trees_.find({group, source});
  if (tree == trees_.end()) {
    tree = trees_.insert({{group, source}, multicast_tree(topology_, source, destinations(group))})
               .first;
  }
  const auto& all = tree->second.branches;
  const auto first =
      std::lower_bound(all.begin(), all.end(), node,
                       [](const MulticastTree::Branch& b, std::uint32_t n) { return b.node < n; });
  auto last = first;
  while (last != all.end() && last->node == node) {
    ++last;
  }
  return {all.data() + (first - all.begin()), static_cast<std::size_t>(last - first)};
}

}  // namespace lacuna::noc
