// SPDX-License-Identifier: Apache-2.0
//
// What every network of routers must do, whatever its model.
#include <catch2/catch.hpp>

#include "core/error.h"
#include "unit/noc_network/network_run.h"

namespace lacuna {

using namespace test;
using noc::make_network;
using noc::timing_of;

namespace {

std::vector<Packet> random_packets(std::uint32_t nodes, std::uint32_t columns, double rate,
                                   std::uint32_t flits, Cycle cycles, std::uint64_t seed) {
  noc::SyntheticTraffic traffic;
  traffic.rate = rate;
  traffic.packet_flits = flits;
  traffic.self = true;
  traffic.seed = seed;
  std::vector<Packet> packets;
  noc::TrafficSource(traffic, columns, nodes / columns).generate(cycles, packets);
  return packets;
}

/// Every node sends to every node at once.
std::vector<Packet> all_to_all(std::uint32_t nodes, std::uint32_t flits, unsigned rounds) {
  std::vector<Packet> packets;
  for (std::uint32_t source = 0; source < nodes; ++source) {
    for (unsigned round = 0; round < rounds; ++round) {
      for (std::uint32_t i = 0; i < nodes; ++i) {
        packets.push_back(packet(0, source, (source + i) % nodes, flits));
      }
    }
  }
  return packets;
}

}  // namespace

TEST_CASE("a packet alone takes BookSim's 4 (H + 1) + 2 + (L - 1) cycles") {
  for (const NetworkModel model : {NetworkModel::flit, NetworkModel::fast}) {
    for (const unsigned channels : {1U, 4U}) {
      for (std::uint32_t to = 0; to < 16; ++to) {
        const auto network = make_network(model, Topology::mesh(4, 4), {channels, 8},
                                          timing_of(TimingPreset::booksim));
        const Cycle hops = to % 4 + to / 4;
        CHECK(play(*network, {packet(7, 0, to, 8)})[0] == 7 + 4 * (hops + 1) + 2 + 7);
        // A credit comes back after six cycles: the fifth flit of a four-flit buffer waits for two.
        const auto shallow = make_network(model, Topology::mesh(4, 4), {channels, 4},
                                          timing_of(TimingPreset::booksim));
        CHECK(play(*shallow, {packet(7, 0, to, 8)})[0] == 7 + 4 * (hops + 1) + 2 + 7 + 2);
        // With a place for one flit each waits a whole round trip for its credit.
        const auto single = make_network(model, Topology::mesh(4, 4), {channels, 1},
                                         timing_of(TimingPreset::booksim));
        CHECK(play(*single, {packet(7, 0, to, 8)})[0] == 7 + 4 * (hops + 1) + 2 + 7 * 6);
      }
    }
  }
}

TEST_CASE("a packet alone takes Noxim's 2 (H + 1) + 2 (L - 1) cycles") {
  for (const NetworkModel model : {NetworkModel::flit, NetworkModel::fast}) {
    for (const unsigned channels : {1U, 4U}) {
      for (const unsigned depth : {4U, 8U}) {
        for (std::uint32_t to = 0; to < 16; ++to) {
          const auto network = make_network(model, Topology::mesh(4, 4), {channels, depth},
                                            timing_of(TimingPreset::noxim));
          const Cycle hops = to % 4 + to / 4;
          CHECK(play(*network, {packet(0, 0, to, 8)})[0] == 2 * (hops + 1) + 14);
        }
      }
    }
  }
}

TEST_CASE("two packets to one node follow each other on its link as Noxim's do") {
  for (const NetworkModel model : {NetworkModel::flit, NetworkModel::fast}) {
    for (const unsigned depth : {4U, 8U}) {
      const auto network =
          make_network(model, Topology::mesh(4, 4), {1, depth}, timing_of(TimingPreset::noxim));
      const auto tails = play(*network, {packet(0, 0, 3, 8), packet(0, 7, 3, 8)});
      CHECK(tails[1] == 18);
      CHECK(tails[0] == 34);  // its head at 20, two cycles behind the other's tail
    }
  }
}

TEST_CASE("with one virtual channel the fast network's times are the flit network's") {
  for (const TimingPreset preset :
       {TimingPreset::standard, TimingPreset::booksim, TimingPreset::noxim}) {
    for (const unsigned depth : {1U, 2U, 4U, 8U, 13U}) {
      for (const double rate : {0.1, 0.4, 1.0}) {
        for (const std::uint32_t flits : {1U, 5U, 8U}) {
          const auto packets = random_packets(12, 4, rate, flits, 400, depth);
          const auto flit =
              make_network(NetworkModel::flit, Topology::mesh(4, 3), {1, depth}, timing_of(preset));
          const auto fast =
              make_network(NetworkModel::fast, Topology::mesh(4, 3), {1, depth}, timing_of(preset));
          CHECK(play(*flit, packets) == play(*fast, packets));
        }
      }
    }
  }
}

TEST_CASE("every packet arrives once, and every flit passes every link of its way") {
  for (const NetworkModel model : {NetworkModel::flit, NetworkModel::fast}) {
    for (const unsigned channels : {1U, 2U, 8U}) {
      const Topology mesh = Topology::mesh(5, 3);
      const auto network =
          make_network(model, mesh, {channels, 3}, timing_of(TimingPreset::booksim));
      const auto packets = random_packets(15, 5, 0.5, 6, 2000, 3);
      const auto tails = play(*network, packets);
      CHECK(network->in_flight() == 0);
      CHECK(network->next_work() == noc::never);
      std::uint64_t expected = 0;
      for (std::size_t i = 0; i < packets.size(); ++i) {
        const unsigned hops = mesh.hops(packets[i].source, packets[i].destination);
        REQUIRE(tails[i] >=
                packets[i].created + timing_of(TimingPreset::booksim).zero_load(hops, 6));
        expected += std::uint64_t{6} * (hops + 1);
      }
      std::uint64_t passed = 0;
      for (const noc::LinkUse& link : network->link_use()) {
        passed += link.flits;
      }
      CHECK(passed == expected);
    }
  }
}

TEST_CASE("all to all at full load drains") {
  for (const unsigned channels : {1U, 2U, 4U}) {
    for (const TimingPreset preset : {TimingPreset::standard, TimingPreset::booksim}) {
      const auto mesh =
          make_network(NetworkModel::flit, Topology::mesh(4, 4), {channels, 2}, timing_of(preset));
      play(*mesh, all_to_all(16, 9, 4));
      CHECK(mesh->in_flight() == 0);
    }
  }
}

TEST_CASE("all to all drains on rings, whose dateline parts the virtual channels") {
  for (const std::uint32_t nodes : {2U, 3U, 5U, 8U, 13U}) {
    for (const unsigned channels : {2U, 3U, 4U}) {
      for (const NetworkModel model : {NetworkModel::flit, NetworkModel::fast}) {
        const auto ring = make_network(model, Topology::ring(nodes), {channels, 1},
                                       timing_of(TimingPreset::standard));
        play(*ring, all_to_all(nodes, 9, 8));
        CHECK(ring->in_flight() == 0);
      }
    }
  }
}

TEST_CASE("packets that chase each other around a ring arrive") {
  // Everybody sends two to the right. Without the dateline each would hold a link and wait for the next one's.
  std::vector<Packet> packets;
  for (unsigned round = 0; round < 50; ++round) {
    for (std::uint32_t node = 0; node < 5; ++node) {
      packets.push_back(packet(0, node, (node + 2) % 5, 9));
    }
  }
  const Topology ring = Topology::ring(5);
  CHECK(ring.least_virtual_channels() == 2);
  noc::FlitNetwork network(ring, {2, 1}, timing_of(TimingPreset::standard));
  play(network, packets);
  CHECK(network.in_flight() == 0);
}

TEST_CASE("ring packets take the shorter way") {
  const Topology ring = Topology::ring(8);
  CHECK(ring.hops(0, 3) == 3);
  CHECK(ring.hops(0, 4) == 4);
  CHECK(ring.hops(0, 6) == 2);
  const auto network =
      make_network(NetworkModel::flit, ring, {2, 4}, timing_of(TimingPreset::standard));
  CHECK(play(*network, {packet(0, 0, 6, 4)})[0] ==
        timing_of(TimingPreset::standard).zero_load(2, 4));
}

TEST_CASE("flits in the network are throughput times latency") {
  // Little's law on packets, sources' queues included: sum of latencies = packets present, summed over cycles.
  const auto network = make_network(NetworkModel::flit, Topology::mesh(4, 4), {2, 4},
                                    timing_of(TimingPreset::booksim));
  const auto packets = random_packets(16, 4, 0.3, 8, 3000, 9);
  std::vector<Cycle> tails(packets.size(), -1);
  network->on_delivery([&](const Packet& packet, Cycle tail) { tails[packet.token] = tail; });
  std::vector<std::vector<Packet>> by_cycle(3000);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    by_cycle[static_cast<std::size_t>(packets[i].created)].push_back(packets[i]);
    by_cycle[static_cast<std::size_t>(packets[i].created)].back().token = i;
  }
  std::uint64_t present = 0;
  for (Cycle now = 0; now < 3000 || network->in_flight() != 0; ++now) {
    if (now < 3000) {
      for (const Packet& packet : by_cycle[static_cast<std::size_t>(now)]) {
        network->send(packet);
      }
    }
    network->advance(now);
    present += network->in_flight();  // those whose tail left in this cycle are gone
  }
  std::uint64_t latencies = 0;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    latencies += static_cast<std::uint64_t>(tails[i] - packets[i].created);
  }
  CHECK(present == latencies);
}

TEST_CASE("how far a network is advanced at a time changes nothing") {
  const auto packets = random_packets(16, 4, 0.4, 8, 1000, 4);
  for (const NetworkModel model : {NetworkModel::flit, NetworkModel::fast}) {
    for (const unsigned channels : {1U, 4U}) {
      std::vector<std::vector<Cycle>> results;
      for (const Cycle step : {1, 7, 5000}) {
        const auto network = make_network(model, Topology::mesh(4, 4), {channels, 4},
                                          timing_of(TimingPreset::booksim));
        std::vector<Cycle> tails(packets.size(), -1);
        network->on_delivery([&](const Packet& packet, Cycle tail) { tails[packet.token] = tail; });
        for (std::size_t i = 0; i < packets.size(); ++i) {
          Packet numbered = packets[i];
          numbered.token = i;
          network->send(numbered);
        }
        for (Cycle now = 0; network->in_flight() != 0; now += step) {
          network->advance(now);
        }
        results.push_back(tails);
      }
      CHECK(results[0] == results[1]);
      CHECK(results[0] == results[2]);
    }
  }
}

TEST_CASE("a packet of the past is refused") {
  for (const NetworkModel model : {NetworkModel::flit, NetworkModel::fast}) {
    for (const std::uint32_t channels : {1U, 2U}) {
      const auto network = make_network(model, Topology::mesh(2, 2), {channels, 4},
                                        timing_of(TimingPreset::standard));
      network->advance(10);
      CHECK_THROWS_AS(network->send(packet(10, 0, 1, 1)), Error);
      CHECK_NOTHROW(network->send(packet(11, 0, 1, 1)));
    }
  }
}

}  // namespace lacuna
