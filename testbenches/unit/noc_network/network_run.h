// SPDX-License-Identifier: Apache-2.0
//
// Packets played into a network, and what came of them.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include "noc/latency_record.h"
#include "noc/network_model.h"
#include "noc/synthetic_traffic.h"

namespace lacuna::test {

using noc::Cycle;
using noc::NetworkModel;
using noc::NetworkShape;
using noc::NetworkTiming;
using noc::Packet;
using noc::PacketNetwork;
using noc::TimingPreset;
using noc::Topology;
using noc::TrafficPattern;

inline Packet packet(Cycle created, std::uint32_t source, std::uint32_t destination,
                     std::uint32_t flits) {
  Packet result;
  result.created = created;
  result.source = source;
  result.destination = destination;
  result.flits = flits;
  return result;
}

/// Sends the packets, numbered by token, and returns when the tail of each left; -1 for those that never did.
inline std::vector<Cycle> play(PacketNetwork& network, std::vector<Packet> packets,
                               Cycle limit = 1'000'000) {
  std::vector<Cycle> tails(packets.size(), -1);
  network.on_delivery([&](const Packet& packet, Cycle tail) { tails[packet.token] = tail; });
  for (std::size_t i = 0; i < packets.size(); ++i) {
    packets[i].token = i;
    network.send(packets[i]);
  }
  for (Cycle now = 0; network.in_flight() != 0 && now < limit; now += 100) {
    network.advance(now);
  }
  return tails;
}

struct Load {
  NetworkModel model = NetworkModel::flit;
  TimingPreset timing = TimingPreset::booksim;
  NetworkShape shape;
  TrafficPattern pattern = TrafficPattern::uniform;
  double rate = 0.1;
  std::uint32_t side = 4;
  std::uint64_t seed = 1;
  Cycle warmup = 3000;
  Cycle cycles = 20000;
};

/// Mean latency of packets of 8 flits; uniform traffic as the timing's simulator draws it.
inline double mean_latency(const Load& load) {
  const auto network = noc::make_network(load.model, Topology::mesh(load.side, load.side),
                                         load.shape, noc::timing_of(load.timing));
  noc::SyntheticTraffic traffic;
  traffic.pattern = load.pattern;
  traffic.rate = load.rate;
  traffic.hotspot_node = 5;
  traffic.self = load.timing == TimingPreset::booksim;
  traffic.seed = load.seed;
  noc::TrafficSource source(traffic, load.side, load.side);
  noc::LatencyRecord latency;
  network->on_delivery([&](const Packet& packet, Cycle tail) {
    if (packet.created >= load.warmup) {
      latency.add(tail - packet.created);
    }
  });
  // At small loads few packets would be seen.
  const Cycle end = load.warmup + std::max(load.cycles, static_cast<Cycle>(2000 / load.rate));
  std::vector<Packet> packets;
  for (Cycle now = 0; now < end; now += 1000) {
    packets.clear();
    source.generate(std::min(now + 1000, end), packets);
    for (const Packet& packet : packets) {
      network->send(packet);
    }
    network->advance(now + 999);
  }
  for (Cycle now = end; network->in_flight() != 0 && now < 3 * end; now += 1000) {
    network->advance(now + 999);
  }
  return latency.mean();
}

}  // namespace lacuna::test
