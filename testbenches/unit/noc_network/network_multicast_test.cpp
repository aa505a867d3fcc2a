// SPDX-License-Identifier: Apache-2.0
//
// Packets to several destinations in networks of routers.
#include <set>
#include <tuple>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "noc/multicast_tree.h"
#include "unit/noc_network/network_run.h"

namespace lacuna {

using namespace test;
using noc::make_network;
using noc::timing_of;

namespace {

using Nodes = std::vector<std::uint32_t>;
using Delivery = std::tuple<std::uint64_t, std::uint32_t, Cycle>;  // token, node, tail

Packet to_group(PacketNetwork& network, Cycle created, std::uint32_t source, const Nodes& nodes,
                std::uint32_t flits) {
  Packet result = packet(created, source, nodes.front(), flits);
  result.group = network.add_group(nodes);
  return result;
}

/// Every delivery, in the order of packets and nodes.
std::vector<Delivery> deliveries(PacketNetwork& network, std::vector<Packet> packets,
                                 Cycle limit = 1'000'000) {
  std::vector<Delivery> result;
  network.on_delivery([&](const Packet& packet, Cycle tail) {
    result.emplace_back(packet.token, packet.destination, tail);
  });
  for (std::size_t i = 0; i < packets.size(); ++i) {
    packets[i].token = i;
    network.send(packets[i]);
  }
  Cycle now = 0;
  for (; network.in_flight() != 0 && now < limit; now += 100) {
    network.advance(now);
  }
  CHECK(network.in_flight() == 0);
  network.advance(now);  // the last credits
  CHECK(network.next_work() == noc::never);
  std::sort(result.begin(), result.end());
  return result;
}

std::uint64_t flits_between_routers(const PacketNetwork& network) {
  std::uint64_t passed = 0;
  for (const noc::LinkUse& link : network.link_use()) {
    passed += link.from == link.to ? 0 : link.flits;
  }
  return passed;
}

struct Model {
  NetworkModel model;
  unsigned channels;
};
const std::vector<Model>& models() {
  static const std::vector<Model> all = {{NetworkModel::flit, 1},
                                         {NetworkModel::flit, 2},
                                         {NetworkModel::flit, 4},
                                         {NetworkModel::fast, 1},
                                         {NetworkModel::fast, 4}};
  return all;
}

/// Packets of which about half go to several nodes; as one packet each, or as unicasts.
std::vector<Packet> mixed_packets(PacketNetwork& network, std::uint32_t nodes, std::size_t count,
                                  std::uint32_t flits, std::uint64_t seed, Cycle spread) {
  const RandomStream random(seed, "mixed packets");
  std::vector<Packet> packets;
  std::uint64_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto created = static_cast<Cycle>(i) * spread / static_cast<Cycle>(count);
    const std::uint32_t source = random.word(at++) % nodes;
    std::set<std::uint32_t> to;
    const std::uint32_t members = random.word(at++) % 2 == 0 ? 1 : 1 + random.word(at++) % nodes;
    while (to.size() < members) {
      to.insert(random.word(at++) % nodes);
    }
    if (to.size() == 1) {
      packets.push_back(packet(created, source, *to.begin(), flits));
    } else {
      packets.push_back(to_group(network, created, source, {to.begin(), to.end()}, flits));
    }
  }
  return packets;
}

}  // namespace

TEST_CASE("a packet to a group of one takes the times of a packet to one") {
  for (const TimingPreset preset :
       {TimingPreset::standard, TimingPreset::booksim, TimingPreset::noxim}) {
    for (const Model& one : models()) {
      for (std::uint32_t to = 0; to < 12; ++to) {
        const auto make = [&] {
          return make_network(one.model, Topology::mesh(4, 3), {one.channels, 8},
                              timing_of(preset));
        };
        const auto unicast = make();
        const auto group = make();
        // Something in its way, too.
        const std::vector<Packet> others = {packet(0, 1, 3, 8), packet(2, 0, 11, 8)};
        std::vector<Packet> first = others;
        std::vector<Packet> second = others;
        first.push_back(packet(3, 4, to, 8));
        second.push_back(to_group(*group, 3, 4, {to}, 8));
        CHECK(deliveries(*unicast, first) == deliveries(*group, second));
      }
    }
  }
}

TEST_CASE("every destination has its copy when a packet to it alone would have arrived") {
  const Nodes nodes = {0, 3, 6, 9, 14, 15};
  for (const TimingPreset preset :
       {TimingPreset::standard, TimingPreset::booksim, TimingPreset::noxim}) {
    for (const Model& one : models()) {
      const Topology mesh = Topology::mesh(4, 4);
      const auto network = make_network(one.model, mesh, {one.channels, 8}, timing_of(preset));
      const auto arrived = deliveries(*network, {to_group(*network, 5, 5, nodes, 8)});
      REQUIRE(arrived.size() == nodes.size());
      for (std::size_t i = 0; i < nodes.size(); ++i) {
        CHECK(arrived[i] ==
              Delivery(0, nodes[i], 5 + timing_of(preset).zero_load(mesh.hops(5, nodes[i]), 8)));
      }
    }
  }
}

TEST_CASE("a link carries one copy") {
  const Topology mesh = Topology::mesh(5, 4);
  for (const Model& one : models()) {
    const auto network =
        make_network(one.model, mesh, {one.channels, 4}, timing_of(TimingPreset::standard));
    const Nodes nodes = {0, 4, 7, 8, 13, 18, 19};
    const noc::MulticastTree tree = noc::multicast_tree(mesh, 6, nodes);
    deliveries(*network, {to_group(*network, 0, 6, nodes, 4)});
    CHECK(flits_between_routers(*network) == 4 * tree.links.size());
    CHECK(4 * tree.links.size() < 4 * tree.unicast);
  }
}

TEST_CASE("mixed traffic reaches the same nodes in every model, and the links that trees say") {
  const Topology mesh = Topology::mesh(4, 4);
  std::vector<std::pair<std::uint64_t, std::uint32_t>> expected;
  for (const Model& one : models()) {
    const auto network =
        make_network(one.model, mesh, {one.channels, 6}, timing_of(TimingPreset::booksim));
    const auto packets = mixed_packets(*network, 16, 600, 6, 11, 3000);
    std::vector<std::pair<std::uint64_t, std::uint32_t>> reached;
    for (const Delivery& delivery : deliveries(*network, packets)) {
      reached.emplace_back(std::get<0>(delivery), std::get<1>(delivery));
    }
    if (expected.empty()) {
      expected = reached;
      CHECK(reached.size() > 2000);
    }
    CHECK(reached == expected);
    std::map<std::uint64_t, Nodes> destinations;
    for (const auto& [token, node] : reached) {
      destinations[token].push_back(node);
    }
    std::uint64_t links = 0;
    for (std::size_t i = 0; i < packets.size(); ++i) {
      links += noc::multicast_tree(mesh, packets[i].source, destinations[i]).links.size();
    }
    CHECK(flits_between_routers(*network) == 6 * links);
  }
}

TEST_CASE("with one virtual channel fast multicast's times are the flit network's") {
  for (const TimingPreset preset :
       {TimingPreset::standard, TimingPreset::booksim, TimingPreset::noxim}) {
    for (const unsigned depth : {1U, 4U, 8U}) {
      for (const Cycle spread : {100, 1000, 4000}) {
        std::vector<std::vector<Delivery>> results;
        for (const NetworkModel model : {NetworkModel::flit, NetworkModel::fast}) {
          const auto network =
              make_network(model, Topology::mesh(4, 3), {1, depth}, timing_of(preset));
          results.push_back(
              deliveries(*network, mixed_packets(*network, 12, 300, depth, depth, spread)));
        }
        CHECK(results[0] == results[1]);
      }
    }
  }
}

TEST_CASE("all to all multicast at full load drains") {
  for (const TimingPreset preset : {TimingPreset::standard, TimingPreset::booksim}) {
    for (const Model& one : models()) {
      for (const unsigned depth : {1U, 2U, 5U}) {
        const auto network =
            make_network(one.model, Topology::mesh(4, 4), {one.channels, depth}, timing_of(preset));
        Nodes all;
        for (std::uint32_t node = 0; node < 16; ++node) {
          all.push_back(node);
        }
        std::vector<Packet> packets;
        for (std::uint32_t source = 0; source < 16; ++source) {
          for (unsigned round = 0; round < 20; ++round) {
            packets.push_back(to_group(*network, 0, source, all, depth));
            packets.push_back(packet(0, source, (source + round) % 16, 9));
          }
        }
        CHECK(deliveries(*network, packets).size() == 16 * 20 * 17);
      }
    }
  }
}

TEST_CASE("multicast around rings drains, both ways past the dateline") {
  for (const std::uint32_t nodes : {2U, 5U, 8U}) {
    for (const NetworkModel model : {NetworkModel::flit, NetworkModel::fast}) {
      const auto ring =
          make_network(model, Topology::ring(nodes), {2, 3}, timing_of(TimingPreset::standard));
      Nodes all;
      for (std::uint32_t node = 0; node < nodes; ++node) {
        all.push_back(node);
      }
      std::vector<Packet> packets;
      for (unsigned round = 0; round < 50; ++round) {
        for (std::uint32_t source = 0; source < nodes; ++source) {
          packets.push_back(to_group(*ring, 0, source, all, 3));
        }
      }
      CHECK(deliveries(*ring, packets).size() == std::size_t{50} * nodes * nodes);
    }
  }
}

TEST_CASE("a packet to a group that does not fit into a buffer is refused") {
  for (const Model& one : models()) {
    const auto network = make_network(one.model, Topology::mesh(2, 2), {one.channels, 4},
                                      timing_of(TimingPreset::standard));
    CHECK(network->longest_multicast() == 4);
    CHECK_THROWS_AS(network->send(to_group(*network, 0, 0, {1, 2}, 5)), Error);
  }
}

}  // namespace lacuna
