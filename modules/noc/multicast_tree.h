// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "noc/network_timing.h"
#include "noc/packet_network.h"
#include "noc/topology.h"

namespace lacuna::noc {

/// The union of the ways from one node to several: every link carries one copy, routers where ways part make more.
struct MulticastTree {
  /// An output that a packet on the tree takes at a node; the local one where the node is a destination.
  struct Branch {
    std::uint32_t node = 0;
    std::uint32_t port = 0;
    std::uint32_t farthest =
        0;  ///< of the destinations that lie behind it, the one most links away
  };
  std::vector<Branch> branches;  ///< by node and port
  std::vector<LinkUse> links;    ///< between routers, each with one flit; by node and port
  std::uint32_t depth = 0;       ///< links on the longest way
  std::uint64_t unicast = 0;     ///< links passed by a copy of its own for every destination
};

/// The tree of a topology's own ways (XY on a mesh, the shorter direction on a ring).
MulticastTree multicast_tree(const Topology& topology, std::uint32_t source,
                             const std::vector<std::uint32_t>& destinations);

/// Cycles from creation to the last tail of a packet that travels a tree alone.
Cycle multicast_cycles(const MulticastTree& tree, const NetworkTiming& timing, std::uint32_t flits);
/// The same when the source sends a packet to every destination instead, one after another: its own link is the limit.
Cycle unicast_cycles(const Topology& topology, const NetworkTiming& timing, std::uint32_t source,
                     const std::vector<std::uint32_t>& destinations, std::uint32_t flits);

}  // namespace lacuna::noc
