// SPDX-License-Identifier: Apache-2.0
#include "noc/sharing_network.h"

#include <algorithm>

namespace lacuna::noc {

SharingNetwork::SharingNetwork(Topology topology, const NetworkShape& shape,
                               const NetworkTiming& timing)
    : EventNetwork(std::move(topology), shape, timing),
      free_(link_flits_.size()),
      node_free_(topology_.nodes()) {}

void SharingNetwork::send(const Packet& packet) {
  const PacketId id = keep(packet);
  if (ways_.size() <= id) {
    ways_.resize(id + 1);
  }
  Cycle& free = node_free_[packet.source];
  const Cycle start = std::max(packet.created, free);
  free = start + Cycle{packet.flits} * timing_.interval;
  ways_[id] = {packet.source, start, 0};
  schedule(start + timing_.injection, id);
}

void SharingNetwork::happen(Cycle cycle, std::uint32_t what) {
  const Packet& packet = packets_[what];
  Way& way = ways_[what];
  const unsigned port = topology_.route(way.node, packet.destination);
  const std::uint32_t link = output(way.node, port);
  const Cycle ready = cycle + timing_.vc_allocation;
  const Cycle start = std::max(ready, free_[link]);
  free_[link] = start + Cycle{packet.flits} * timing_.interval;
  link_flits_[link] += packet.flits;
  way.waited += start - ready;
  if (port != topology_.local()) {
    way.node = topology_.neighbour(way.node, port);
    schedule(start + timing_.hop, what);
    return;
  }
  const Cycle time = alone(topology_.hops(packet.source, packet.destination), packet.flits);
  leave(what, way.injected + time + 2 * way.waited);
}

Cycle SharingNetwork::alone(std::uint32_t hops, std::uint32_t flits) {
  const auto known = alone_.find({hops, flits});
  if (known != alone_.end()) {
    return known->second;
  }
  // By stage (the node's link, each router's output) and flit: when it passes.
  std::vector<std::vector<Cycle>> passes(hops + 2, std::vector<Cycle>(flits));
  for (std::uint32_t flit = 0; flit < flits; ++flit) {
    for (std::uint32_t stage = 0; stage < hops + 2; ++stage) {
      Cycle at = 0;
      if (flit > 0) {
        at = passes[stage][flit - 1] + timing_.interval;
      }
      if (stage > 0) {
        const Cycle arrival =
            passes[stage - 1][flit] + (stage == 1 ? timing_.injection : timing_.hop);
        at = std::max(at, arrival + (flit == 0 ? timing_.vc_allocation : 0));
      }
      if (flit >= shape_.buffer_depth) {
        const std::uint32_t before = flit - shape_.buffer_depth;
        const bool last = stage == hops + 1;
        const Cycle credit = stage == 0 ? timing_.source_credit : timing_.credit;
        at = std::max(at, last ? passes[stage][before] + timing_.sink_credit
                               : passes[stage + 1][before] + credit);
      }
      passes[stage][flit] = at;
    }
  }
  const Cycle time = passes[hops + 1][flits - 1] + timing_.ejection;
  alone_[{hops, flits}] = time;
  return time;
}

}  // namespace lacuna::noc
