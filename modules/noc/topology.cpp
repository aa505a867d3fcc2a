// SPDX-License-Identifier: Apache-2.0
#include "noc/topology.h"

namespace lacuna::noc {

Topology::Topology(std::uint32_t nodes, unsigned ports)
    : nodes_(nodes),
      ports_(ports),
      neighbours_(std::size_t{nodes} * ports, nowhere),
      routes_(std::size_t{nodes} * nodes, static_cast<std::uint8_t>(ports - 1)) {}

Topology Topology::mesh(std::uint32_t columns, std::uint32_t rows) {
  Topology mesh(columns * rows, 5);
  for (std::uint32_t node = 0; node < mesh.nodes_; ++node) {
    const std::uint32_t x = node % columns;
    const std::uint32_t y = node / columns;
    mesh.join(node, east, x + 1 < columns ? node + 1 : nowhere);
    mesh.join(node, west, x > 0 ? node - 1 : nowhere);
    mesh.join(node, south, y + 1 < rows ? node + columns : nowhere);
    mesh.join(node, north, y > 0 ? node - columns : nowhere);
    for (std::uint32_t to = 0; to < mesh.nodes_; ++to) {
      const std::uint32_t to_x = to % columns;
      const std::uint32_t to_y = to / columns;
      unsigned port = mesh.local();
      if (to_x != x) {
        port = to_x > x ? east : west;
      } else if (to_y != y) {
        port = to_y > y ? south : north;
      }
      mesh.routes_[std::size_t{node} * mesh.nodes_ + to] = static_cast<std::uint8_t>(port);
    }
  }
  return mesh;
}

Topology Topology::ring(std::uint32_t nodes) {
  Topology ring(nodes, 3);
  ring.ring_ = true;
  for (std::uint32_t node = 0; node < nodes; ++node) {
    ring.join(node, east, (node + 1) % nodes);
    ring.join(node, west, (node + nodes - 1) % nodes);
    for (std::uint32_t to = 0; to < nodes; ++to) {
      if (to != node) {
        const std::uint32_t clockwise = (to + nodes - node) % nodes;
        ring.routes_[std::size_t{node} * nodes + to] =
            static_cast<std::uint8_t>(2 * clockwise <= nodes ? east : west);
      }
    }
  }
  return ring;
}

std::uint32_t Topology::channels(std::uint32_t node, std::uint32_t destination, unsigned port,
                                 unsigned virtual_channels) const {
  const std::uint32_t all = (1U << virtual_channels) - 1;
  if (!ring_ || port == local()) {
    return all;
  }
  const std::uint32_t lower = (1U << (virtual_channels / 2)) - 1;
  const bool dateline_ahead = port == east ? destination < node : destination > node;
  return dateline_ahead ? lower : all & ~lower;
}

unsigned Topology::hops(std::uint32_t source, std::uint32_t destination) const {
  unsigned hops = 0;
  for (std::uint32_t node = source; node != destination; ++hops) {
    node = neighbour(node, route(node, destination));
  }
  return hops;
}

}  // namespace lacuna::noc
