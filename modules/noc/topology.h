// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace lacuna::noc {

/// Routers, one a node, how their ports are joined, and the way from each to each. The last port of every router is the
/// local one: its node's.
class Topology {
 public:
  static constexpr std::uint32_t nowhere = ~std::uint32_t{0};
  static constexpr unsigned east = 0;   ///< to the next column, or clockwise in a ring
  static constexpr unsigned west = 1;   ///< to the previous column, or anticlockwise
  static constexpr unsigned south = 2;  ///< to the next row
  static constexpr unsigned north = 3;

  /// Node y * columns + x; first along the row, then along the column (XY routing): no turn leads from a column back into
  /// a row, so that no cycle of waiting packets can form [Dally and Seitz 1987].
  static Topology mesh(std::uint32_t columns, std::uint32_t rows);
  /// Both directions; the shorter one, clockwise where both are equal. Packets that have the way from the last node to the
  /// first still before them travel in the lower half of the virtual channels, the others in the upper half (dateline).
  static Topology ring(std::uint32_t nodes);

  std::uint32_t nodes() const { return nodes_; }
  unsigned ports() const { return ports_; }
  unsigned local() const { return ports_ - 1; }
  /// The node that an output port leads to, or nowhere.
  std::uint32_t neighbour(std::uint32_t node, unsigned port) const {
    return neighbours_[node * ports_ + port];
  }
  /// The input port of the neighbour behind an output port.
  static unsigned opposite(unsigned port) { return port ^ 1U; }
  /// Output port towards a destination; local at the destination itself.
  unsigned route(std::uint32_t node, std::uint32_t destination) const {
    return routes_[std::size_t{node} * nodes_ + destination];
  }
  /// Bit v: a packet may take virtual channel v of the output that route() says.
  std::uint32_t channels(std::uint32_t node, std::uint32_t destination, unsigned port,
                         unsigned virtual_channels) const;
  /// Least number of virtual channels without deadlock.
  unsigned least_virtual_channels() const { return ring_ ? 2 : 1; }
  /// Links between routers on the way.
  unsigned hops(std::uint32_t source, std::uint32_t destination) const;

 private:
  Topology(std::uint32_t nodes, unsigned ports);
  void join(std::uint32_t node, unsigned port, std::uint32_t neighbour) {
    neighbours_[node * ports_ + port] = neighbour;
  }

  std::uint32_t nodes_;
  unsigned ports_;
  bool ring_ = false;
  std::vector<std::uint32_t> neighbours_;
  std::vector<std::uint8_t> routes_;
};

}  // namespace lacuna::noc
