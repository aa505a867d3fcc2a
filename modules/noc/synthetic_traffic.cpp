// SPDX-License-Identifier: Apache-2.0
#include "noc/synthetic_traffic.h"

#include <algorithm>
#include <string>

namespace lacuna::noc {

namespace {

constexpr double two_to_32 = 4294967296.0;

}  // namespace

TrafficSource::TrafficSource(const SyntheticTraffic& traffic, std::uint32_t columns,
                             std::uint32_t rows, Cycle first)
    : traffic_(traffic), columns_(columns), rows_(rows) {
  hotspot_chance_ = static_cast<std::uint64_t>(traffic.hotspot_share * two_to_32);
  // Failures before a success: bit k is set with odds q^(2^k) to 1.
  double failure = 1.0 - std::min(1.0, traffic.rate / traffic.packet_flits);
  for (std::size_t bit = 0; bit < gap_bits && failure * two_to_32 >= 1.0; ++bit) {
    gap_bit_.push_back(static_cast<std::uint64_t>(failure / (1.0 + failure) * two_to_32));
    failure *= failure;
  }
  for (std::uint32_t node = 0; node < columns * rows; ++node) {
    nodes_.push_back({RandomStream(traffic.seed, "traffic." + std::to_string(node)), 0, 0});
    nodes_.back().next = traffic.rate > 0 ? first + gap(nodes_.back()) : never;
  }
}

Cycle TrafficSource::gap(Node& node) {
  Cycle gap = 0;
  for (std::size_t bit = 0; bit < gap_bit_.size(); ++bit) {
    if (word(node) < gap_bit_[bit]) {
      gap |= Cycle{1} << bit;
    }
  }
  return gap;
}

std::uint32_t TrafficSource::destination(std::uint32_t source, Node& node) {
  const std::uint32_t x = source % columns_;
  const std::uint32_t y = source / columns_;
  const std::uint32_t nodes = columns_ * rows_;
  switch (traffic_.pattern) {
    case TrafficPattern::transpose:
      return x * columns_ + y;
    case TrafficPattern::neighbour:
      return (y + 1) % rows_ * columns_ + (x + 1) % columns_;
    case TrafficPattern::complement:
      return nodes - 1 - source;
    case TrafficPattern::tornado:
      return (y + (rows_ - 1) / 2) % rows_ * columns_ + (x + (columns_ - 1) / 2) % columns_;
    case TrafficPattern::hotspot:
      if (word(node) < hotspot_chance_) {
        return traffic_.hotspot_node;
      }
      break;
    case TrafficPattern::uniform:
      break;
  }
  if (traffic_.self || nodes == 1) {
    return below(word(node), nodes);
  }
  const std::uint32_t other = below(word(node), nodes - 1);
  return other < source ? other : other + 1;
}

void TrafficSource::generate(Cycle end, std::vector<Packet>& packets) {
  for (std::uint32_t source = 0; source < nodes_.size(); ++source) {
    Node& node = nodes_[source];
    while (node.next < end) {
      Packet packet;
      packet.source = source;
      packet.destination = destination(source, node);
      packet.flits = traffic_.packet_flits;
      packet.created = node.next;
      packets.push_back(packet);
      node.next += 1 + gap(node);
    }
  }
}

}  // namespace lacuna::noc
