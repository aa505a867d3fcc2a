// SPDX-License-Identifier: Apache-2.0
#include "noc/crossbar.h"

#include <tlm_utils/simple_target_socket.h>

#include "unit/noc/interconnect_system.h"

namespace lacuna {

using noc::Crossbar;
using noc::CrossbarModel;
using noc::CrossbarParams;
using test::access;
using test::Access;
using test::cycle;
using test::dram_params;
using test::Player;
using test::random_accesses;
using System = test::CrossbarSystem;
using test::timed;

TEST_CASE("an uncontended access takes its beats and two latencies") {
  System system(timed());
  const Player& reader = system.add("reader", {access(0, false, 0, 64), access(100, false, 0, 16)});
  const Player& writer = system.add("writer", {access(200, true, 0, 64), access(300, true, 0, 1)});
  system.run();
  // Request 1 beat + latency 2 - 1, response 4 beats + 2 - 1.
  CHECK(reader.accesses[0].responded == 7 * cycle);
  CHECK(reader.accesses[0].accepted == 1 * cycle);
  CHECK(reader.accesses[1].responded == (100 + 2 + 2) * cycle);
  // Writes carry their data the other way.
  CHECK(writer.accesses[0].responded == (200 + 5 + 2) * cycle);
  CHECK(writer.accesses[0].accepted == (200 + 4) * cycle);
  CHECK(writer.accesses[1].responded == (300 + 2 + 2) * cycle);
  CHECK(system.bench.value("noc.to.near.memory.request_beats") == 1 + 1 + 4 + 1);
  CHECK(system.bench.value("noc.to.near.memory.response_beats") == 4 + 1 + 1 + 1);
  CHECK(system.bench.value("noc.wait_cycles") == 0);
  CHECK(system.bench.events("noc.transfer") == (64 + 16 + 64 + 1) * 8);
}

TEST_CASE("what comes between clock edges is seen at the next edge") {
  System system(timed());
  Access late = access(0, false, 0, 16);
  late.at = 1;
  const Player& reader = system.add("reader", {late});
  system.run();
  CHECK(reader.accesses[0].responded == 4 * cycle);
}

TEST_CASE("two initiators share a target's links beat by beat") {
  System system(timed());
  const Player& a = system.add("a", {access(0, false, 0)});
  const Player& b = system.add("b", {access(0, false, 64)});
  system.run();
  CHECK(a.accesses[0].responded == 7 * cycle);
  // One request beat later at the target, but its response link is busy with four beats until then.
  CHECK(b.accesses[0].accepted == 2 * cycle);
  CHECK(b.accesses[0].responded == 11 * cycle);
  CHECK(system.bench.value("noc.wait_cycles") == 1);
}

TEST_CASE("different targets do not disturb each other") {
  System system(timed());
  const Player& a = system.add("a", {access(0, false, 0)});
  const Player& b = system.add("b", {access(0, false, 256 << 20)});
  system.run();
  CHECK(a.accesses[0].responded == 7 * cycle);
  CHECK(b.accesses[0].responded == 7 * cycle);
}

TEST_CASE("responses of two targets to one initiator take turns on its link") {
  System system(timed());
  const Player& a = system.add("a", {access(0, false, 0), access(0, false, 256 << 20)});
  system.run();
  CHECK(a.accesses[0].responded == 7 * cycle);
  CHECK(a.accesses[1].accepted == 2 * cycle);  // without a gap behind the first
  CHECK(a.accesses[1].responded == 11 * cycle);
}

TEST_CASE("one-beat requests follow each other every cycle") {
  System system(timed());
  std::vector<Access> accesses;
  accesses.reserve(20);
  for (int i = 0; i < 20; ++i) {
    accesses.push_back(access(0, false, 16 * std::uint64_t(i), 16));
  }
  const Player& a = system.add("a", accesses);
  system.run();
  for (int i = 0; i < 20; ++i) {
    CHECK(a.accesses[std::size_t(i)].accepted == (1 + i) * cycle);
    CHECK(a.accesses[std::size_t(i)].responded == (4 + i) * cycle);
  }
}

TEST_CASE("a long response passes while the target produces it") {
  memory::DramParams flat = dram_params(memory::DramModel::flat);
  flat.bandwidth = 12.8_GB_per_s;  // 16 bytes in a cycle, as the link
  System system(timed(), flat);
  const Player& a = system.add("a", {access(0, false, 0, 4096)});
  system.run();
  // Request until cycle 2, data for 256 cycles, the last beat and the latency 2 more.
  CHECK(a.accesses[0].responded == (2 + 256 + 2) * cycle);
}

TEST_CASE("a link slower than the target is the limit") {
  memory::DramParams flat = dram_params(memory::DramModel::flat);
  flat.bandwidth = 25.6_GB_per_s;
  System system(timed(), flat);
  std::vector<Access> accesses(10, access(0, false, 0, 4096));
  const Player& a = system.add("a", accesses);
  system.run();
  // Data exist from cycle 2 on; beats pass in cycles 3 to 258 and go on without a gap; latency 2 - 1.
  CHECK(a.accesses[0].responded == (258 + 1) * cycle);
  CHECK(a.accesses[9].responded == (2 + 10 * 256 + 1) * cycle);
}

TEST_CASE("priority, then name, decides among requests of one cycle") {
  System system(timed());
  Player& z = system.add("z", {access(0, false, 0, 16)});
  Player& m = system.add("m", {access(0, false, 0, 16)});
  Player& a = system.add("a", {access(0, false, 0, 16)});
  z.accesses[0].priority = -1;
  system.run();
  CHECK(z.accesses[0].accepted == 1 * cycle);
  CHECK(a.accesses[0].accepted == 2 * cycle);
  CHECK(m.accesses[0].accepted == 3 * cycle);
}

TEST_CASE("a target that takes no more holds the initiators back") {
  memory::DramParams slow = dram_params(memory::DramModel::flat);
  slow.queue_depth = 1;
  slow.latency = 1_us;
  CrossbarParams params = timed();
  params.queue_depth = 1;
  System system(params, slow);
  const Player& a = system.add("a", std::vector<Access>(6, access(0, false, 0, 16)));
  system.run();
  CHECK(a.accesses[0].accepted == 1 * cycle);
  // The second is on its way to the target, which does not take it for 1 us; the third waits at the door.
  CHECK(a.accesses[1].accepted < 10 * cycle);
  CHECK(a.accesses[2].accepted > 800 * cycle);
  CHECK(a.accesses[5].accepted > 3 * 800 * cycle);
  CHECK(a.accesses[5].responded > 6 * 800 * cycle);
}

TEST_CASE("an initiator that does not take responses holds its target back, not the others") {
  System system(timed());
  Player& slow = system.add("slow", std::vector<Access>(20, access(0, false, 0, 16)));
  slow.end_response = Player::EndResponse::later;
  slow.end_delay = sc_core::sc_time(100, sc_core::SC_NS);
  const Player& quick =
      system.add("quick", std::vector<Access>(20, access(0, false, 256 << 20, 16)));
  system.run();
  CHECK(quick.accesses[19].responded < 30 * cycle);
  for (std::size_t i = 1; i < 20; ++i) {
    CHECK(slow.accesses[i].responded >= slow.accesses[i - 1].responded + 100000);
  }
}

TEST_CASE("an ideal crossbar takes no time") {
  CrossbarParams params;
  params.model = CrossbarModel::ideal;
  System system(params);
  const Player& a = system.add(
      "a", {access(5, true, 0, 4096, 3), access(6, false, 0, 4096), access(7, false, 128 << 20)});
  const Player& b = system.add("b", {access(5, false, 256 << 20, 64)});
  system.run();
  CHECK(a.accesses[0].responded == 5 * cycle);
  CHECK(a.accesses[1].responded == 6 * cycle);
  CHECK(a.accesses[1].data == std::vector<std::uint8_t>(4096, 3));
  CHECK(a.accesses[2].responded == 7 * cycle);
  CHECK(a.accesses[2].status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(b.accesses[0].responded == 5 * cycle);
}

TEST_CASE("an ideal crossbar adds nothing to a timed memory, and keeps its back-pressure") {
  CrossbarParams params;
  params.model = CrossbarModel::ideal;
  memory::DramParams dram = dram_params(memory::DramModel::timed);
  dram.queue_depth = 2;
  System system(params, dram);
  const Player& a = system.add("a", random_accesses(500, 1));
  const Player& b = system.add("b", random_accesses(500, 2));
  system.run();
  CHECK((a.finished() && b.finished()));
}

TEST_CASE("random traffic loses nothing and adds up") {
  System system(timed(), dram_params(memory::DramModel::timed));
  for (unsigned i = 0; i < 4; ++i) {
    system.add("p" + std::to_string(i), random_accesses(600, i), 1 + 4 * i);
  }
  system.players[1]->end_response = Player::EndResponse::updated;
  system.players[2]->end_response = Player::EndResponse::later;
  system.players[2]->end_delay = sc_core::sc_time(7, sc_core::SC_NS);
  system.run();
  std::uint64_t read = 0;
  std::uint64_t written = 0;
  for (const auto& player : system.players) {
    for (const Access& access : player->accesses) {
      CHECK(access.status == ::tlm::TLM_OK_RESPONSE);
      (access.write ? written : read) += access.bytes;
    }
  }
  CHECK(system.bench.value("noc.to.near.memory.read_bytes") +
            system.bench.value("noc.to.far.memory.read_bytes") ==
        read);
  CHECK(system.bench.value("noc.to.near.memory.write_bytes") +
            system.bench.value("noc.to.far.memory.write_bytes") ==
        written);
  for (const char* target : {"near", "far"}) {
    CHECK(system.bench.value("noc.to." + std::string(target) + ".memory.read_bytes") ==
          system.bench.value(std::string(target) + ".read_bytes"));
  }
}

TEST_CASE("the order of instantiation changes nothing in a platform") {
  memory::DramParams dram = dram_params(memory::DramModel::timed);
  dram.queue_depth = 4;
  CrossbarParams params = timed();
  params.queue_depth = 2;
  test::check_order_of_instantiation<System>(params, dram);
}

TEST_CASE("a target that never answers is named") {
  struct Silent : sc_core::sc_module {
    tlm_utils::simple_target_socket<Silent, tlm::socket_width> memory;
    explicit Silent(const sc_core::sc_module_name& name) : sc_module(name), memory("memory") {
      memory.register_nb_transport_fw(this, &Silent::take);
    }
    ::tlm::tlm_sync_enum take(tlm::Payload&, ::tlm::tlm_phase& phase, sc_core::sc_time&) {
      phase = ::tlm::END_REQ;
      return ::tlm::TLM_UPDATED;
    }
  };
  test::Bench bench;
  Crossbar crossbar("noc", timed(), bench.surroundings);
  Silent silent("silent");
  crossbar.map({0, 4096, "silent", {}}, silent.memory);
  Player a("a", {access(0, false, 8, 4)});
  a.memory.bind(crossbar.target);
  bench.watchdog.watch(crossbar);
  bench.watchdog.watch(a);
  bench.watchdog.begin_work();
  CHECK_THROWS_WITH(bench.watchdog.run(), Catch::Contains("noc waits for silent to answer a"));
}

}  // namespace lacuna
