// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "core/span.h"
#include "noc/multicast_tree.h"
#include "noc/topology.h"

namespace lacuna::noc {

/// Sets of destinations by number, and the trees to them. A number is more than 0, which stands for no group.
class MulticastGroups {
 public:
  explicit MulticastGroups(const Topology& topology) : topology_(topology) {}

  /// The number of a set of nodes, whatever their order. @throws Error (stuck) when it is empty
  std::uint32_t add(std::vector<std::uint32_t> destinations);
  /// Destinations of a packet with this group.
  std::uint32_t copies(std::uint32_t group) const {
    return group == 0 ? 1 : static_cast<std::uint32_t>(groups_[group - 1].size());
  }
  const std::vector<std::uint32_t>& destinations(std::uint32_t group) const {
    return groups_[group - 1];
  }
  /// The outputs that a packet from `source` takes at a node of its tree.
  Span<const MulticastTree::Branch> branches(std::uint32_t source, std::uint32_t group,
                                             std::uint32_t node);

 private:
  const Topology& topology_;
  std::vector<std::vector<std::uint32_t>> groups_;
  std::map<std::vector<std::uint32_t>, std::uint32_t> numbers_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, MulticastTree> trees_;  // by group and source
};

}  // namespace lacuna::noc
