// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/random.h"
#include "noc/packet_network.h"

namespace lacuna::noc {

/// Where a node's packets go; node = y * columns + x.
enum class TrafficPattern {
  uniform,     ///< every node alike
  transpose,   ///< (x, y) to (y, x)
  hotspot,     ///< a share to one node, the rest uniform
  neighbour,   ///< (x + 1, y + 1), around the edges
  complement,  ///< (columns - 1 - x, rows - 1 - y)
  tornado,     ///< half way around each dimension
};

struct SyntheticTraffic {
  TrafficPattern pattern = TrafficPattern::uniform;
  double rate = 0.1;  ///< flits a node and cycle
  std::uint32_t packet_flits = 8;
  std::uint32_t hotspot_node = 0;
  double hotspot_share = 0.1;
  bool self = false;  ///< uniform includes the node itself
  std::uint64_t seed = 1;
};

/// Packets whose creation is a Bernoulli trial in every cycle and node. What a node sends depends on the seed and its number
/// alone.
class TrafficSource {
 public:
  /// A mesh of `rows` rows; one row for any other network. A rate of more than one packet a cycle is capped there.
  TrafficSource(const SyntheticTraffic& traffic, std::uint32_t columns, std::uint32_t rows,
                Cycle first = 0);

  /// The packets of all nodes created before `end` and not given yet, by node, those of each in order of creation.
  void generate(Cycle end, std::vector<Packet>& packets);

 private:
  struct Node {
    RandomStream stream;
    std::uint64_t drawn = 0;
    Cycle next = 0;
  };
  static constexpr std::size_t gap_bits = 40;

  std::uint32_t word(Node& node) { return node.stream.word(node.drawn++); }
  Cycle gap(Node& node);
  std::uint32_t destination(std::uint32_t source, Node& node);

  SyntheticTraffic traffic_;
  std::uint32_t columns_;
  std::uint32_t rows_;
  std::vector<Node> nodes_;
  /// Chance, in 2^-32, that bit k of a gap is set. The bits of a geometric number are independent of each other.
  std::vector<std::uint64_t> gap_bit_;
  std::uint64_t hotspot_chance_ = 0;  // in 2^-32
};

}  // namespace lacuna::noc
