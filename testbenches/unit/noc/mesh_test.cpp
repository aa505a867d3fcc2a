// SPDX-License-Identifier: Apache-2.0
//
// Transactions over meshes and rings: what arrives, when, and what it counts.
#include <algorithm>

#include "unit/noc/interconnect_system.h"

namespace lacuna {

using noc::MeshParams;
using noc::NetworkModel;
using noc::RingParams;
using test::access;
using test::Access;
using test::check_contents;
using test::cycle;
using test::dram_params;
using test::MeshSystem;
using test::Player;
using test::random_accesses;
using test::RingSystem;

namespace {

MeshParams mesh() {
  MeshParams params;  // 4 x 4, flits of 16 bytes, a cycle in the router and one on the link
  return params;
}

Summary::Table links_of(const MeshSystem& system) {
  Summary summary;
  system.network.summarise(summary);
  const auto found = std::find_if(summary.values().begin(), summary.values().end(),
                                  [](const auto& value) { return value.first == "links"; });
  REQUIRE(found != summary.values().end());
  return std::get<Summary::Table>(found->second);
}

}  // namespace

TEST_CASE("a read over a mesh takes its request's and its response's way") {
  MeshSystem system(mesh());
  const Player& a = system.add("a", {access(0, false, 0)});  // a at node 0, near at node 1
  system.run();
  CHECK(system.network.node_of_initiator(0) == 0);
  CHECK(system.network.node_of_target(0) == 1);
  // Seen in cycle 1. A header alone: a cycle to the router, two to the next, two out: 6. The memory answers at once; seen
  // in cycle 7: header and four data flits: 5 and 4 more.
  CHECK(a.accesses[0].accepted == 1 * cycle);
  CHECK(a.accesses[0].responded == (7 + 5 + 4) * cycle);
}

TEST_CASE("a write's data travel with its request") {
  MeshSystem system(mesh());
  const Player& a = system.add("a", {access(0, true, 0)});
  system.run();
  CHECK(a.accesses[0].accepted == (1 + 4) * cycle);
  CHECK(a.accesses[0].responded == (1 + 5 + 4 + 1 + 5) * cycle);
}

TEST_CASE("a transfer longer than a packet travels as several") {
  MeshParams params = mesh();
  params.packet_bytes = 128;
  MeshSystem system(params);
  const Player& a = system.add("a", {access(0, false, 0, 300)});
  system.run();
  // 128 + 128 + 44 bytes: 9 + 9 + 4 flits behind each other.
  CHECK(a.accesses[0].responded == (7 + 5 + 21) * cycle);
  CHECK(system.bench.value("noc.packets") == 4);
  CHECK(system.bench.value("noc.flits") == 1 + 22);
  CHECK(system.bench.value("noc.to.near.memory.request_beats") == 1);
  CHECK(system.bench.value("noc.to.near.memory.response_beats") == 22);
}

TEST_CASE("modules stand where the platform puts them") {
  MeshParams params = mesh();
  params.placement = {{"near", 15}, {"b", 5}};
  MeshSystem system(params);
  const Player& a = system.add("a", {access(0, false, 0, 16)});
  system.add("b", {});
  system.run();
  CHECK(system.network.node_of_initiator(0) == 0);
  CHECK(system.network.node_of_initiator(1) == 5);
  CHECK(system.network.node_of_target(0) == 15);
  CHECK(system.network.node_of_target(1) == 1);
  // Six links each way.
  CHECK(a.accesses[0].responded == (1 + 3 + 12 + 1 + 3 + 12 + 1) * cycle);
}

TEST_CASE("a placement that names no connected module is refused") {
  MeshParams params = mesh();
  params.placement = {{"naer", 3}};
  MeshSystem system(params);
  system.add("a", {});
  CHECK_THROWS_WITH(system.bench.watchdog.run(),
                    Catch::Contains("'naer' is not connected to 'noc', did you mean 'near'?"));
}

TEST_CASE("what is read over a mesh is what was written") {
  MeshSystem system(mesh(), dram_params(memory::DramModel::timed));
  check_contents(system);
}

TEST_CASE("what is read over a fast mesh is what was written") {
  MeshParams params = mesh();
  params.model = NetworkModel::fast;
  MeshSystem system(params, dram_params(memory::DramModel::timed));
  check_contents(system);
}

TEST_CASE("what is read over a ring is what was written") {
  RingSystem system(RingParams{}, dram_params(memory::DramModel::timed));
  check_contents(system);
}

TEST_CASE("with one virtual channel a fast mesh answers when the flit mesh does") {
  MeshParams params = mesh();
  params.virtual_channels = 1;
  params.buffer_depth = 2;
  MeshSystem flit(params, dram_params(memory::DramModel::timed), "1");
  params.model = NetworkModel::fast;
  MeshSystem fast(params, dram_params(memory::DramModel::timed), "2");
  for (int i = 0; i < 4; ++i) {
    const std::string module = "p" + std::to_string(i);
    flit.add("f" + std::to_string(i), random_accesses(200, unsigned(i)), 6, module);
    fast.add("g" + std::to_string(i), random_accesses(200, unsigned(i)), 6, module);
  }
  sc_core::sc_start();
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t k = 0; k < 200; ++k) {
      REQUIRE(flit.players[i]->accesses[k].responded >= 0);
      REQUIRE(flit.players[i]->accesses[k].responded == fast.players[i]->accesses[k].responded);
    }
  }
}

TEST_CASE("requests and responses at full load do not lock up a mesh of the smallest buffers") {
  memory::DramParams slow = dram_params(memory::DramModel::timed);
  slow.queue_depth = 1;
  MeshParams params = mesh();
  params.columns = 2;
  params.rows = 2;
  params.virtual_channels = 1;
  params.buffer_depth = 1;
  params.queue_depth = 16;
  MeshSystem system(params, slow);
  for (unsigned i = 0; i < 6; ++i) {  // and two modules share each node
    std::vector<Access> accesses;
    for (unsigned k = 0; k < 150; ++k) {
      accesses.push_back(access(0, k % 2 == 0, ((i + k) % 2 == 0 ? 0 : 256 << 20) + 256 * k, 200));
    }
    system.add("p" + std::to_string(i), accesses);
  }
  system.players[2]->end_response = Player::EndResponse::later;
  system.players[2]->end_delay = sc_core::sc_time(200, sc_core::SC_NS);
  system.players[3]->end_response = Player::EndResponse::updated;
  system.run();
}

TEST_CASE("the order of instantiation changes nothing on a mesh") {
  memory::DramParams dram = dram_params(memory::DramModel::timed);
  dram.queue_depth = 4;
  MeshParams params = mesh();
  params.queue_depth = 2;
  // p1 and p3 share a node, and everybody begins at once.
  params.placement = {{"p0", 0}, {"p1", 1}, {"p2", 4}, {"p3", 1}, {"p4", 5}};
  test::check_order_of_instantiation<MeshSystem>(params, dram);
}

TEST_CASE("addresses that lead nowhere are answered without a way through the mesh") {
  MeshSystem system(mesh());
  test::check_unmapped(system);
  CHECK(system.bench.value("noc.packets") == 2);
}

TEST_CASE("a mesh's energy is that of every bit in every buffer, switch and link") {
  MeshSystem system(mesh());
  system.add("a", {access(0, false, 0)});  // one link each way, two routers
  system.run();
  CHECK(system.bench.value("noc.link_flits") == 6);
  CHECK(system.bench.events("noc.link") == 6 * 128);
  CHECK(system.bench.events("noc.switch") == 2 * 6 * 128);
  CHECK(system.bench.events("noc.buffer") == 2 * 6 * 128);
}

TEST_CASE("a mesh tells of each link what passed it, and for which share of the time") {
  MeshSystem system(mesh());
  const Player& reader = system.add("a", {access(0, false, 0)});
  system.run();
  REQUIRE(reader.accesses[0].responded == 16 * cycle);  // after cycles 0 .. 16
  const Summary::Table links = links_of(system);
  CHECK(links.columns == std::vector<std::string>{"network", "from", "to", "flits", "utilisation"});
  // A header there, four flits of data behind another back: over a link, and out of the network.
  std::vector<Summary::Row> expected = {{0, 0, 1, 1, 1.0 / 17},
                                        {0, 1, 1, 1, 1.0 / 17},
                                        {1, 1, 0, 5, 5.0 / 17},
                                        {1, 0, 0, 5, 5.0 / 17}};
  for (const Summary::Row& link : links.rows) {
    if (link[3] == 0) {
      CHECK(link[4] == 0);
      continue;
    }
    const auto row = std::find_if(expected.begin(), expected.end(), [&](const Summary::Row& each) {
      return std::equal(each.begin(), each.begin() + 4, link.begin());
    });
    REQUIRE(row != expected.end());
    CHECK(link[4] == Approx((*row)[4]));
    expected.erase(row);
  }
  CHECK(expected.empty());
}

TEST_CASE("a link that packets still move on is counted until now") {
  MeshSystem system(mesh());
  system.add("a", {access(0, true, 0, 160)});  // a header and ten flits of data
  sc_core::sc_start(tlm::to_sc_time(Time(8 * cycle)));
  system.network.settle();
  double most = 0;
  for (const Summary::Row& link : links_of(system).rows) {
    most = std::max(most, link[4]);
  }
  CHECK(most > 0.2);
  CHECK(most <= 1);
}

TEST_CASE("a mesh has 1024 routers at most") {
  const auto problems = [](const std::string& shape) {
    Diagnostics diagnostics;
    read_parameters<MeshParams>(parse_yaml(shape, "mesh.yaml"), "noc", diagnostics);
    return diagnostics.items().size();
  };
  CHECK(problems("{columns: 32, rows: 32}") == 0);
  CHECK(problems("{columns: 41, rows: 25}") == 1);  // 1025
}

TEST_CASE("an initiator has only so many requests under way to a target") {
  memory::DramParams slow = dram_params(memory::DramModel::flat);
  slow.queue_depth = 1;
  slow.latency = 1_us;
  MeshParams params = mesh();
  params.queue_depth = 1;
  MeshSystem system(params, slow);
  const Player& a = system.add("a", std::vector<Access>(6, access(0, false, 0, 16)));
  system.run();
  CHECK(a.accesses[1].accepted < 20 * cycle);
  CHECK(a.accesses[2].accepted > 800 * cycle);
  CHECK(a.accesses[5].accepted > 3 * 800 * cycle);
}

TEST_CASE("blocking, debug and direct access take no time on a mesh") {
  MeshSystem system(mesh());
  test::check_untimed_access(system);
}

}  // namespace lacuna
