// SPDX-License-Identifier: Apache-2.0
//
// The X/Y multicast bus and multicast trees.
#include <algorithm>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "noc/multicast_bus.h"
#include "noc/multicast_tree.h"
#include "unit/noc_network/network_run.h"

namespace lacuna {

using noc::Cycle;
using noc::MulticastBus;
using noc::MulticastBusShape;
using noc::Topology;

namespace {

MulticastBusShape shape(std::uint32_t columns, std::uint32_t rows, std::uint32_t depth) {
  MulticastBusShape result;
  result.columns = columns;
  result.rows = rows;
  result.queue_depth = depth;
  return result;
}

/// The bus cycle by cycle, as its circuit works: a word moves when all of its receivers say ready.
std::vector<Cycle> by_cycle(std::uint32_t depth, std::uint32_t latency,
                            const std::vector<std::uint32_t>& services, std::uint64_t words) {
  struct Receiver {
    std::vector<Cycle> arriving;  // cycles
    std::uint32_t held = 0;       // words promised, waiting or being served
    std::uint32_t left = 0;       // of the word being served
    std::uint32_t waiting = 0;
  };
  std::vector<Receiver> receivers(services.size());
  std::vector<Cycle> moved;
  for (Cycle now = 0; moved.size() < words; ++now) {
    // Words served until now give their places back for words that will arrive `latency` later.
    const bool ready = std::all_of(receivers.begin(), receivers.end(), [&](const Receiver& r) {
      std::uint32_t soon = r.held;
      std::uint32_t left = r.left;
      std::uint32_t waiting = r.waiting;
      auto arriving = r.arriving;
      for (Cycle ahead = now; ahead < now + latency; ++ahead) {
        waiting += static_cast<std::uint32_t>(std::count(arriving.begin(), arriving.end(), ahead));
        const auto index = static_cast<std::size_t>(&r - receivers.data());
        if (left == 0 && waiting != 0) {
          --waiting;
          left = services[index];
        }
        if (left != 0 && --left == 0) {
          --soon;
        }
      }
      return soon < depth;
    });
    if (ready) {
      moved.push_back(now);
    }
    for (std::size_t i = 0; i < receivers.size(); ++i) {
      Receiver& r = receivers[i];
      r.waiting +=
          static_cast<std::uint32_t>(std::count(r.arriving.begin(), r.arriving.end(), now));
      if (ready) {
        ++r.held;
        r.arriving.push_back(now + latency);
      }
      if (r.left == 0 && r.waiting != 0) {
        --r.waiting;
        r.left = services[i];
      }
      if (r.left != 0 && --r.left == 0) {
        --r.held;
      }
    }
  }
  return moved;
}

}  // namespace

TEST_CASE("a multicast controller passes words whose tag is its ID") {
  MulticastBus bus(shape(3, 2, 2));
  // Row 7 with receivers 0, 1, 1; row 8 with receivers 1, 0, 1.
  const std::vector<std::uint32_t> chain = {7, 0, 1, 1, 8, 1, 0, 1};
  bus.load_ids(chain);
  CHECK(bus.controllers().receivers(7, 1) == std::vector<std::uint32_t>{1, 2});
  CHECK(bus.controllers().receivers(8, 0) == std::vector<std::uint32_t>{4});
  CHECK(bus.controllers().receivers(9, 0).empty());
  bus.send(7, 1, 0);
  bus.send(8, 0, 0);
  CHECK(bus.counts().words == 2);
  CHECK(bus.counts().row_words == 2);
  CHECK(bus.counts().delivered == 3);
  CHECK_THROWS_AS(bus.load_ids(Span<const std::uint32_t>(chain.data(), 7)), Error);
}

TEST_CASE("filter rows go along rows and input rows along diagonals") {
  // Eyeriss's row-stationary mapping: receiver (r, c) needs input row r + c: its ID is that, and all rows share one ID.
  MulticastBus bus(shape(14, 12, 2));
  std::vector<std::uint32_t> chain;
  for (std::uint32_t row = 0; row < 12; ++row) {
    chain.push_back(0);
    for (std::uint32_t column = 0; column < 14; ++column) {
      chain.push_back(row + column);
    }
  }
  bus.load_ids(chain);
  CHECK(bus.controllers().receivers(0, 0).size() == 1);
  CHECK(bus.controllers().receivers(0, 12).size() == 12);
  CHECK(bus.controllers().receivers(0, 24).size() == 1);
}

TEST_CASE("one full receiver holds the word back for all of its group, and for all behind it") {
  MulticastBus bus(shape(2, 2, 1));
  const std::vector<std::uint32_t> chain = {0, 5, 5, 1, 5, 5};
  bus.load_ids(chain);
  bus.set_service(0, 1, 10);
  CHECK(bus.send(0, 5, 0) == 0);
  // The slow one serves its word from cycle 1 to 11; the next arrives a cycle after it moves.
  CHECK(bus.send(0, 5, 0) == 10);
  CHECK(bus.send(1, 5, 0) == 11);  // others, but behind it on the bus
  CHECK(bus.served(0, 0) == 12);
}

TEST_CASE("a burst's closed form, the recurrence and the circuit agree") {
  for (const std::uint32_t depth : {1U, 2U, 5U}) {
    for (const std::uint32_t latency : {1U, 3U}) {
      for (const std::uint32_t slow : {1U, 2U, 7U}) {
        for (const std::uint64_t words : {1U, 4U, 33U}) {
          MulticastBusShape size = shape(3, 1, depth);
          size.latency = latency;
          MulticastBus bus(size);
          bus.set_service(0, 2, slow);
          std::vector<Cycle> moved;
          for (std::uint64_t word = 0; word < words; ++word) {
            moved.push_back(bus.send(0, 0, 0));
          }
          INFO(depth << " deep, latency " << latency << ", service " << slow << ", " << words);
          CHECK(moved == by_cycle(depth, latency, {1, 1, slow}, words));
          CHECK(moved.back() + latency == noc::burst_cycles(size, words, slow));
        }
      }
    }
  }
}

TEST_CASE("a multicast tree has one copy on every link") {
  const Topology mesh = Topology::mesh(4, 4);
  std::vector<std::uint32_t> all;
  for (std::uint32_t node = 0; node < 16; ++node) {
    all.push_back(node);
  }
  // Along the first row, then down every column: a spanning tree.
  const noc::MulticastTree tree = noc::multicast_tree(mesh, 0, all);
  CHECK(tree.links.size() == 15);
  CHECK(tree.depth == 6);
  CHECK(tree.unicast == 48);
  const auto timing = noc::timing_of(noc::TimingPreset::standard);
  CHECK(noc::multicast_cycles(tree, timing, 8) == timing.zero_load(6, 8));
}

TEST_CASE("unicast to all takes as long as the network without a tree") {
  const Topology mesh = Topology::mesh(4, 4);
  const auto timing = noc::timing_of(noc::TimingPreset::standard);
  std::vector<std::uint32_t> all;
  std::vector<noc::Packet> packets;
  for (std::uint32_t node = 1; node < 16; ++node) {
    all.push_back(node);
    packets.push_back(test::packet(0, 0, node, 8));
  }
  const auto network = noc::make_network(noc::NetworkModel::flit, mesh, {1, 8}, timing);
  const auto tails = test::play(*network, packets);
  CHECK(*std::max_element(tails.begin(), tails.end()) ==
        noc::unicast_cycles(mesh, timing, 0, all, 8));
}

}  // namespace lacuna
