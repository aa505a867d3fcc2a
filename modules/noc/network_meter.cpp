// SPDX-License-Identifier: Apache-2.0
#include "noc/network_meter.h"

#include <algorithm>

namespace lacuna::noc {

void NetworkMeter::sent(const Packet& packet) {
  if (within(packet.created)) {
    offered_ += packet.flits;
  }
}

void NetworkMeter::delivered(const Packet& packet, Cycle tail) {
  if (within(packet.created)) {
    latency_.add(tail - packet.created);
  }
  if (within(tail)) {
    accepted_ += packet.flits;
  }
}

void NetworkMeter::summarise(Summary& summary, std::uint32_t nodes, Cycle now) const {
  const Cycle cycles = std::max<Cycle>(1, (end_ == never ? now : end_) - first_);
  const double node_cycles = static_cast<double>(cycles) * nodes;
  summary.add("packets", latency_.count());
  latency_.summarise(summary.part("packet_latency_cycles"));
  summary.add("offered_flits_per_node_cycle", static_cast<double>(offered_) / node_cycles);
  summary.add("accepted_flits_per_node_cycle", static_cast<double>(accepted_) / node_cycles);
}

}  // namespace lacuna::noc
