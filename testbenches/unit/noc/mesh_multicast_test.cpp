// SPDX-License-Identifier: Apache-2.0
//
// Multicast writes over meshes and rings.
#include "unit/noc/multicast_receivers.h"

namespace lacuna {

using noc::Mesh;
using noc::MeshParams;
using noc::MulticastWindowParams;
using noc::NetworkModel;
using noc::Ring;
using noc::RingParams;
using test::access;
using test::Access;
using test::cycle;
using test::Player;
using test::receiver_size;

namespace {

using Receivers = test::ReceiverSystem<Mesh, MeshParams>;

constexpr std::uint64_t window = std::uint64_t{1} << 32;

template <class Params>
Params with_groups(Params params) {
  MulticastWindowParams corners;
  corners.base = Address(window);
  corners.targets = {"r0", "r1", "r2.memory"};
  params.multicast["corners"] = corners;
  MulticastWindowParams two;
  two.base = Address(window + 8192);
  two.targets = {"r2", "r3"};
  params.multicast["two"] = two;
  return params;
}

/// The player at node 0, r0 at 3, r1 at 12, r2 at 15, r3 at 5.
MeshParams mesh() {
  MeshParams params = with_groups(MeshParams{});
  params.placement = {{"r0", 3}, {"r1", 12}, {"r2", 15}, {"r3", 5}, {"a", 0}};
  return params;
}

std::vector<Access> random_writes(std::uint32_t seed, std::uint64_t& deliveries) {
  std::mt19937 random(seed);
  std::vector<Access> accesses;
  for (int k = 0; k < 150; ++k) {
    const std::uint32_t kind = random() % 4;
    const std::size_t bytes = 1 + random() % (random() % 5 == 0 ? 1500 : 100);
    const std::uint64_t address = kind == 0   ? window
                                  : kind == 1 ? window + 8192
                                              : random() % 4 * receiver_size;
    deliveries += kind == 0 ? 3 : kind == 1 ? 2 : 1;
    accesses.push_back(access(0, true, address + random() % 2000, bytes, std::uint8_t(random())));
  }
  return accesses;
}

template <class System>
void check_deliveries(System& system) {
  std::uint64_t expected = 0;
  for (unsigned i = 0; i < 4; ++i) {
    system.add("p" + std::to_string(i), random_writes(i, expected), 1 + 5 * i);
  }
  system.run();
  std::uint64_t delivered = 0;
  for (const auto& receiver : system.receivers) {
    for (const auto& write : receiver->writes) {
      // The whole write, from one access.
      CHECK(std::count(write.data.begin(), write.data.end(), write.data[0]) ==
            std::ptrdiff_t(write.data.size()));
      ++delivered;
    }
  }
  CHECK(delivered == expected);
  for (const auto& player : system.players) {
    for (const Access& access : player->accesses) {
      CHECK(access.status == ::tlm::TLM_OK_RESPONSE);
    }
  }
}

}  // namespace

TEST_CASE("a multicast write over a mesh arrives everywhere along one tree") {
  Receivers system(mesh(), {0, 0, 0, 0});
  const Player& a = system.add("a", {access(0, true, window + 100, 64, 9)});
  system.run();
  // Seen in 1. Five flits: a cycle to the router, two a link, two out, four more: 1 + 3 + 2 H + 4.
  CHECK(system.receivers[0]->writes.at(0).at == 8 + 2 * 3);
  CHECK(system.receivers[1]->writes.at(0).at == 8 + 2 * 3);
  CHECK(system.receivers[2]->writes.at(0).at == 8 + 2 * 6);
  CHECK(system.receivers[3]->writes.empty());
  for (const std::size_t member : {0, 1, 2}) {
    CHECK(system.receivers[member]->writes[0].address == 100);
    CHECK(system.receivers[member]->writes[0].data == std::vector<std::uint8_t>(64, 9));
  }
  CHECK(a.accesses[0].accepted == (1 + 4) * cycle);
  // The answer of the farthest: seen in 21, six links back.
  CHECK(a.accesses[0].responded == (20 + 1 + 3 + 12) * cycle);
  CHECK(a.accesses[0].status == ::tlm::TLM_OK_RESPONSE);
  // Three links east, three south from there, three south of the source: 9 links, not 12; then 3 + 3 + 6 one-flit answers.
  CHECK(system.bench.value("noc.link_flits") == 5 * 9 + 12);
  CHECK(system.bench.value("noc.multicasts") == 1);
  CHECK(system.bench.value("noc.packets") == 1 + 3);
  CHECK(system.bench.value("noc.to.r1.memory.write_bytes") == 64);
}

TEST_CASE("a long multicast write travels in packets that fit into a buffer") {
  Receivers system(mesh(), {0, 0, 0, 0});
  system.add("a", {access(0, true, window, 300)});
  system.run();
  // Buffers of 8 flits: 112 + 112 + 76 bytes.
  CHECK(system.bench.value("noc.multicasts") == 3);
  CHECK(system.bench.value("noc.to.r0.memory.request_beats") == 8 + 8 + 6);
  CHECK(system.receivers[2]->writes.at(0).data.size() == 300);
}

TEST_CASE("targets at one node share a copy in the network") {
  MeshParams params = mesh();
  params.placement["r1"] = 3;
  params.placement["r2"] = 3;
  Receivers system(params, {0, 0, 0, 0});
  system.add("a", {access(0, true, window, 16)});
  system.run();
  CHECK(system.bench.value("noc.link_flits") == 2 * 3 + 3 * 3);
  CHECK(system.receivers[1]->writes.size() == 1);
  CHECK(system.receivers[2]->writes.size() == 1);
}

TEST_CASE("multicast writes of several initiators over a mesh are all delivered") {
  Receivers system(with_groups(MeshParams{}), {0, 3, 1, 2});
  check_deliveries(system);
}

TEST_CASE("multicast writes of several initiators over a fast mesh are all delivered") {
  MeshParams params = with_groups(MeshParams{});
  params.model = NetworkModel::fast;
  Receivers system(params, {0, 3, 1, 2});
  check_deliveries(system);
}

TEST_CASE("multicast writes of several initiators over a ring are all delivered") {
  test::ReceiverSystem<Ring, RingParams> system(with_groups(RingParams{}), {0, 3, 1, 2});
  check_deliveries(system);
}

TEST_CASE("multicast writes to slow targets do not lock up a mesh of the smallest buffers") {
  MeshParams params = with_groups(MeshParams{});
  params.columns = 2;
  params.rows = 2;
  params.virtual_channels = 1;
  params.buffer_depth = 2;
  params.queue_depth = 1;
  Receivers system(params, {40, 3, 25, 7});
  check_deliveries(system);
}

TEST_CASE("a target that has no room holds a multicast write back at its source") {
  MeshParams params = mesh();
  params.queue_depth = 1;
  Receivers system(params, {0, 100, 0, 0});
  const Player& a = system.add(
      "a", {access(0, true, window, 16), access(0, true, window, 16), access(0, true, 0, 16)});
  system.run();
  CHECK(a.accesses[1].accepted > 100 * cycle);
  CHECK(system.receivers[0]->writes[1].at > 100);
}

TEST_CASE("a read of a mesh's multicast window is refused") {
  Receivers system(mesh(), {0, 0, 0, 0});
  const Player& a =
      system.add("a", {access(0, false, window, 16), access(0, true, window + 4090, 16)});
  system.run();
  CHECK(a.accesses[0].status == ::tlm::TLM_COMMAND_ERROR_RESPONSE);
  CHECK(a.accesses[1].status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);  // over the end of the window
  CHECK(system.bench.value("noc.packets") == 0);
}

TEST_CASE("a group of targets that are not there is refused") {
  MeshParams params = mesh();
  params.multicast["two"].targets = {"r2", "r4"};
  Receivers system(params, {0, 0, 0, 0});
  system.add("a", {});
  CHECK_THROWS_WITH(system.bench.watchdog.run(),
                    Catch::Contains("noc.multicast.two.targets: 'r4' is not mapped behind 'noc'"));
}

}  // namespace lacuna
