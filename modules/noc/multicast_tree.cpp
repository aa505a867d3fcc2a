// SPDX-License-Identifier: Apache-2.0
#include "noc/multicast_tree.h"

#include <algorithm>
#include <set>
#include <utility>

namespace lacuna::noc {

MulticastTree multicast_tree(const Topology& topology, std::uint32_t source,
                             const std::vector<std::uint32_t>& destinations) {
  MulticastTree tree;
  std::set<std::pair<std::uint32_t, unsigned>> used;
  for (const std::uint32_t destination : destinations) {
    std::uint32_t hops = 0;
    for (std::uint32_t node = source; node != destination; ++hops) {
      const unsigned port = topology.route(node, destination);
      used.insert({node, port});
      node = topology.neighbour(node, port);
    }
    tree.depth = std::max(tree.depth, hops);
    tree.unicast += hops;
  }
  for (const auto& [node, port] : used) {
    tree.links.push_back({node, topology.neighbour(node, port), 1});
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
