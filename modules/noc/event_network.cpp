// SPDX-License-Identifier: Apache-2.0
#include "noc/event_network.h"

#include <algorithm>

#include "core/error.h"

namespace lacuna::noc {

EventNetwork::EventNetwork(Topology topology, const NetworkShape& shape,
                           const NetworkTiming& timing)
    : topology_(std::move(topology)),
      shape_(shape),
      timing_(timing),
      groups_(topology_),
      link_flits_(std::size_t{topology_.nodes()} * topology_.ports()) {}

Cycle EventNetwork::next_work() const {
  const Cycle event = events_.empty() ? never : events_.top().first;
  const Cycle leaving = leaving_.empty() ? never : std::get<0>(leaving_.top());
  return std::min(event, leaving);
}

void EventNetwork::advance(Cycle until) {
  while (!events_.empty() && events_.top().first <= until) {
    const Event event = events_.top();
    events_.pop();
    happen(event.first, event.second);
  }
  now_ = std::max(now_, until);
  while (!leaving_.empty() && std::get<0>(leaving_.top()) <= until) {
    const Cycle tail = std::get<0>(leaving_.top());
    const PacketId id = std::get<3>(leaving_.top());
    Packet packet = packets_[id];
    packet.destination = std::get<1>(leaving_.top());
    leaving_.pop();
    if (--copies_left_[id] == 0) {
      --in_flight_;
      spare_packets_.push_back(id);
    }
    deliver(packet, tail);
  }
}

EventNetwork::PacketId EventNetwork::keep(const Packet& packet) {
  if (packet.created <= now_) {
    throw model_error("a packet sent into the network's past");
  }
  if (packet.group != 0 && packet.flits > longest_multicast()) {
    throw model_error("a packet to a group that does not fit into a buffer");
  }
  ++in_flight_;
  auto id = static_cast<PacketId>(packets_.size());
  if (spare_packets_.empty()) {
    packets_.push_back(packet);
    copies_left_.push_back(0);
  } else {
    id = spare_packets_.back();
    spare_packets_.pop_back();
    packets_[id] = packet;
  }
  copies_left_[id] = copies(packet);
  return id;
}

void EventNetwork::leave(PacketId packet, std::uint32_t node, Cycle tail) {
  leaving_.emplace(tail, node, left_++, packet);
}

std::vector<LinkUse> EventNetwork::link_use() const {
  std::vector<LinkUse> result;
  for (std::uint32_t node = 0; node < nodes(); ++node) {
    for (unsigned port = 0; port < topology_.ports(); ++port) {
      const std::uint32_t to = port == topology_.local() ? node : topology_.neighbour(node, port);
      if (to != Topology::nowhere) {
        result.push_back({node, to, link_flits_[output(node, port)]});
      }
    }
  }
  return result;
}

}  // namespace lacuna::noc
