// SPDX-License-Identifier: Apache-2.0
#include "noc/multicast_tree.h"

#include <algorithm>
#include <map>
#include <utility>

namespace lacuna::noc {

MulticastTree multicast_tree(const Topology& topology, std::uint32_t source,
                             const std::vector<std::uint32_t>& destinations) {
  MulticastTree tree;
  struct Behind {
    std::uint32_t farthest;
    std::uint32_t hops;
  };
  std::map<std::pair<std::uint32_t, unsigned>, Behind> used;
  for (const std::uint32_t destination : destinations) {
    const std::uint32_t hops = topology.hops(source, destination);
    std::uint32_t left = hops;
    for (std::uint32_t node = source;; --left) {
      const unsigned port = topology.route(node, destination);
      Behind& behind = used.insert({{node, port}, {destination, left}}).first->second;
      if (left > behind.hops) {
        behind = {destination, left};
      }
      if (port == topology.local()) {
        break;
      }
      node = topology.neighbour(node, port);
    }
    tree.depth = std::max(tree.depth, hops);
    tree.unicast += hops;
  }
  for (const auto& [way, behind] : used) {
    const auto& [node, port] = way;
    tree.branches.push_back({node, port, behind.farthest});
    if (port != topology.local()) {
      tree.links.push_back({node, topology.neighbour(node, port), 1});
    }
  }
  return tree;
}

Cycle multicast_cycles(const MulticastTree& tree, const NetworkTiming& timing,
                       std::uint32_t flits) {
  return timing.zero_load(tree.depth, flits);
}

Cycle unicast_cycles(const Topology& topology, const NetworkTiming& timing, std::uint32_t source,
                     const std::vector<std::uint32_t>& destinations, std::uint32_t flits) {
  Cycle last = 0;
  Cycle sent = 0;
  for (const std::uint32_t destination : destinations) {
    last = std::max(last, sent + timing.zero_load(topology.hops(source, destination), flits));
    sent += Cycle{flits} * timing.interval;
  }
  return last;
}

}  // namespace lacuna::noc
