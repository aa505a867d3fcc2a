// SPDX-License-Identifier: Apache-2.0
// Where synthetic traffic goes, and how often.
#include "noc/synthetic_traffic.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

namespace lacuna {

namespace {

using noc::Cycle;
using noc::Packet;
using noc::TrafficPattern;

std::vector<Packet> packets_of(const noc::SyntheticTraffic& traffic, std::uint32_t columns,
                               std::uint32_t rows, Cycle cycles) {
  std::vector<Packet> packets;
  noc::TrafficSource(traffic, columns, rows).generate(cycles, packets);
  return packets;
}

/// The one destination of every node.
std::vector<std::uint32_t> permutation(TrafficPattern pattern, std::uint32_t columns,
                                       std::uint32_t rows) {
  noc::SyntheticTraffic traffic;
  traffic.pattern = pattern;
  traffic.rate = 0.5;
  traffic.packet_flits = 1;
  std::vector<std::uint32_t> to(std::size_t{columns} * rows, ~0U);
  for (const Packet& packet : packets_of(traffic, columns, rows, 200)) {
    CHECK((to[packet.source] == ~0U || to[packet.source] == packet.destination));
    to[packet.source] = packet.destination;
  }
  return to;
}

/// Whether so many of `trials` are what a chance makes of them: within five standard deviations.
bool likely(std::size_t count, std::size_t trials, double chance) {
  const double mean = static_cast<double>(trials) * chance;
  return std::abs(static_cast<double>(count) - mean) <= 5 * std::sqrt(mean * (1 - chance));
}

std::size_t count_to(const std::vector<Packet>& packets, std::uint32_t source,
                     std::uint32_t destination) {
  return static_cast<std::size_t>(
      std::count_if(packets.begin(), packets.end(), [&](const Packet& packet) {
        return packet.source == source && packet.destination == destination;
      }));
}

}  // namespace

TEST_CASE("patterns that send each node's packets to one place do, on grids that are not square") {
  using Nodes = std::vector<std::uint32_t>;
  // Nodes 0 1 2 3 4 / 5 6 7 8 9 / 10 11 12 13 14.
  CHECK(permutation(TrafficPattern::neighbour, 5, 3) ==
        Nodes{6, 7, 8, 9, 5, 11, 12, 13, 14, 10, 1, 2, 3, 4, 0});
  CHECK(permutation(TrafficPattern::complement, 5, 3) ==
        Nodes{14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0});
  // Two columns and one row on; of four columns or rows it is one, of two none.
  CHECK(permutation(TrafficPattern::tornado, 5, 3) ==
        Nodes{7, 8, 9, 5, 6, 12, 13, 14, 10, 11, 2, 3, 4, 0, 1});
  CHECK(permutation(TrafficPattern::tornado, 4, 2) == Nodes{1, 2, 3, 0, 5, 6, 7, 4});
  CHECK(permutation(TrafficPattern::transpose, 3, 3) == Nodes{0, 3, 6, 1, 4, 7, 2, 5, 8});
}

TEST_CASE("uniform packets go to every other node alike, and to their own only if asked for") {
  noc::SyntheticTraffic traffic;
  traffic.rate = 0.8;
  for (const bool self : {false, true}) {
    traffic.self = self;
    const std::vector<Packet> packets = packets_of(traffic, 3, 2, 60000);
    for (std::uint32_t source = 0; source < 6; ++source) {
      const auto sent = static_cast<std::size_t>(
          std::count_if(packets.begin(), packets.end(),
                        [&](const Packet& packet) { return packet.source == source; }));
      // A packet of eight flits every ten cycles.
      CHECK(likely(sent, 60000, 0.1));
      for (std::uint32_t to = 0; to < 6; ++to) {
        const double chance = self ? 1.0 / 6 : to == source ? 0 : 1.0 / 5;
        CHECK(likely(count_to(packets, source, to), sent, chance));
      }
    }
  }
}

TEST_CASE("the hotspot has its share beside its part of the rest") {
  noc::SyntheticTraffic traffic;
  traffic.pattern = TrafficPattern::hotspot;
  traffic.rate = 0.5;
  traffic.packet_flits = 1;
  traffic.hotspot_node = 4;
  traffic.hotspot_share = 0.3;
  const std::vector<Packet> packets = packets_of(traffic, 3, 2, 20000);
  for (std::uint32_t source = 0; source < 6; ++source) {
    const auto sent = static_cast<std::size_t>(
        std::count_if(packets.begin(), packets.end(),
                      [&](const Packet& packet) { return packet.source == source; }));
    for (std::uint32_t to = 0; to < 6; ++to) {
      const double rest = to == source ? 0 : 0.7 / 5;
      CHECK(likely(count_to(packets, source, to), sent, rest + (to == 4 ? 0.3 : 0)));
    }
  }
}

TEST_CASE("packets are created by a trial a cycle, whatever pieces they are asked for in") {
  noc::SyntheticTraffic traffic;
  traffic.rate = 0.25;
  traffic.packet_flits = 1;
  const std::vector<Packet> packets = packets_of(traffic, 1, 1, 100000);
  // Gaps are geometric: a packet in the very next cycle, in the one after, ...
  for (Cycle gap = 1; gap <= 6; ++gap) {
    std::size_t count = 0;
    for (std::size_t i = 1; i < packets.size(); ++i) {
      count += packets[i].created - packets[i - 1].created == gap ? 1 : 0;
    }
    CHECK(likely(count, packets.size() - 1, 0.25 * std::pow(0.75, static_cast<double>(gap - 1))));
  }

  noc::TrafficSource source(traffic, 1, 1);
  std::vector<Packet> pieces;
  for (const Cycle end : {1, 2, 77, 77, 5000, 100000}) {
    source.generate(end, pieces);
  }
  REQUIRE(pieces.size() == packets.size());
  for (std::size_t i = 0; i < packets.size(); ++i) {
    CHECK(pieces[i].created == packets[i].created);
  }

  traffic.rate = 2;  // more than a packet a cycle is one
  CHECK(packets_of(traffic, 1, 1, 100).size() == 100);
}

}  // namespace lacuna
