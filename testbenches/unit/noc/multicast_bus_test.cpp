// SPDX-License-Identifier: Apache-2.0
//
// The X/Y multicast bus between sockets.
#include "noc/multicast_bus.h"

#include "unit/noc/multicast_bus_system.h"

namespace lacuna {

using noc::XyMulticastBusParams;
using test::access;
using test::Access;
using test::at;
using test::BusSystem;
using test::cycle;
using test::dram_params;
using test::Player;
using test::receiver_size;
using test::tags;
using test::two_rows;
using test::window;
using Receivers = test::BusReceivers;

namespace {

/// Two memories of one pair of tags, (0, 9).
XyMulticastBusParams near_and_far() {
  XyMulticastBusParams params;
  params.receivers = {{"near", at(0, 0, 9)}, {"far", at(0, 1, 9)}};
  params.tags.emplace();
  params.tags->base = Address(window);
  params.tags->size = Bytes(test::pair_size);
  return params;
}

}  // namespace

TEST_CASE("an uncontended access takes the buses' cycles and its beats") {
  BusSystem system{XyMulticastBusParams{}};
  const Player& a = system.add("a", {access(0, false, 0, 64), access(100, true, 0, 64)});
  system.run();
  // Seen in cycle 1, a beat, a cycle on the buses; the memory answers at once; seen in 3, four beats, a cycle.
  CHECK(a.accesses[0].accepted == 1 * cycle);
  CHECK(a.accesses[0].responded == 7 * cycle);
  CHECK(a.accesses[1].accepted == (100 + 4) * cycle);
  CHECK(a.accesses[1].responded == (100 + 5 + 2) * cycle);
  CHECK(system.bench.value("noc.y_bus.request_beats") == 1 + 4);
  CHECK(system.bench.value("noc.y_bus.response_beats") == 4 + 1);
  CHECK(system.bench.value("noc.x_bus.0.request_beats") == 1 + 4);
  CHECK(system.bench.value("noc.x_bus.1.request_beats") == 0);
  CHECK(system.bench.value("noc.configuration_cycles") == 0);  // no IDs are needed
}

TEST_CASE("each stage of the bus adds its cycles both ways") {
  XyMulticastBusParams params;
  params.y_bus_latency = 2;
  params.x_bus_latency = 3;
  params.controller_latency = 4;
  BusSystem system(params);
  const Player& a = system.add("a", {access(0, false, 0, 64)});
  system.run();
  CHECK(a.accesses[0].responded == (1 + 13 + 1 + 3 + 13) * cycle);
}

TEST_CASE("all targets share the Y-bus") {
  BusSystem system{XyMulticastBusParams{}};
  const Player& a = system.add("a", {access(0, true, 0, 64)});
  const Player& b = system.add("b", {access(0, true, test::far_base, 64)});
  system.run();
  CHECK(a.accesses[0].accepted == 4 * cycle);
  CHECK(b.accesses[0].accepted == 8 * cycle);  // a crossbar would take both at once
  CHECK(system.bench.value("noc.wait_cycles") == 4);
}

TEST_CASE("what is read over a multicast bus is what was written") {
  BusSystem system(XyMulticastBusParams{}, dram_params(memory::DramModel::timed));
  test::check_contents(system);
}

TEST_CASE("addresses that lead nowhere are answered on a multicast bus") {
  BusSystem system{XyMulticastBusParams{}};
  test::check_unmapped(system);
}

TEST_CASE("blocking, debug and direct access take no time on a multicast bus") {
  BusSystem system{XyMulticastBusParams{}};
  test::check_untimed_access(system);
}

TEST_CASE("the order of instantiation changes nothing on a multicast bus") {
  memory::DramParams dram = dram_params(memory::DramModel::timed);
  dram.queue_depth = 4;
  test::check_order_of_instantiation<BusSystem>(XyMulticastBusParams{}, dram);
}

TEST_CASE("a multicast write reaches every target of its tags, in the same cycle, and no other") {
  Receivers system(two_rows(), {0, 0, 0, 0});
  const Player& a = system.add("a", {access(0, true, tags(5, 1, 8), 64, 7)});
  system.run();
  for (const std::size_t member : {0, 1}) {
    REQUIRE(system.receivers[member]->writes.size() == 1);
    CHECK(system.receivers[member]->writes[0].at == 1 + 4);
    CHECK(system.receivers[member]->writes[0].address == 8);
    CHECK(system.receivers[member]->writes[0].data == std::vector<std::uint8_t>(64, 7));
  }
  CHECK(system.receivers[2]->writes.empty());
  CHECK(system.receivers[3]->writes.empty());
  CHECK(a.accesses[0].status == ::tlm::TLM_OK_RESPONSE);
  CHECK(a.accesses[0].accepted == 4 * cycle);
  CHECK(a.accesses[0].responded == (5 + 1 + 1) * cycle);  // one beat back for both
  // One occupancy of the Y-bus and of the one X-bus.
  CHECK(system.bench.value("noc.y_bus.request_beats") == 4);
  CHECK(system.bench.value("noc.x_bus.0.request_beats") == 4);
  CHECK(system.bench.value("noc.x_bus.1.request_beats") == 0);
  CHECK(system.bench.value("noc.y_bus.response_beats") == 1);
  CHECK(system.bench.value("noc.multicasts") == 1);
  CHECK(system.bench.value("noc.deliveries") == 2);
  CHECK(system.bench.value("noc.to.r1.memory.write_bytes") == 64);
  // Bits driven past two rows and three columns; two row and three column checks a beat; two registers a bit.
  CHECK(system.bench.events("noc.y_bus") == 512 * 2);
  CHECK(system.bench.events("noc.x_bus") == 512 * 3);
  CHECK(system.bench.events("noc.check") == 4 * (2 + 3));
  CHECK(system.bench.events("noc.delivery") == 512 * 2);
}

TEST_CASE("rows that share an ID are open at once") {
  XyMulticastBusParams params = two_rows();
  params.row_ids = {5, 5};
  Receivers system(params, {0, 0, 0, 0});
  system.add("a", {access(0, true, tags(5, 1), 16)});
  system.run();
  CHECK(system.receivers[0]->writes.size() == 1);
  CHECK(system.receivers[3]->writes.size() == 1);
  CHECK(system.bench.value("noc.deliveries") == 3);
  CHECK(system.bench.value("noc.x_bus.0.request_beats") == 1);
  CHECK(system.bench.value("noc.x_bus.1.request_beats") == 1);
}

TEST_CASE("a target that is not ready holds a multicast write back for all, and all behind it") {
  XyMulticastBusParams params = two_rows();
  params.queue_depth = 1;
  Receivers system(params, {0, 10, 0, 0});
  const Player& a =
      system.add("a", {access(0, true, tags(5, 1), 16), access(0, true, tags(5, 1), 16),
                       access(0, true, 3 * receiver_size, 16)});
  system.run();
  // The slow one has the first from cycle 2 and takes it at 12, which is seen at 13.
  CHECK(system.receivers[0]->writes[0].at == 2);
  CHECK(system.receivers[1]->writes[0].at == 2);
  CHECK(system.receivers[0]->writes[1].at == 14);
  CHECK(system.receivers[1]->writes[1].at == 14);
  CHECK(system.receivers[3]->writes[0].at == 15);  // ready all the time
  CHECK(a.accesses[2].accepted == 14 * cycle);
  // From cycle 2, when the second could have gone, to 13. That r0 has taken the first is seen at 3.
  CHECK(system.bench.value("noc.stall_cycles") == 11);
  CHECK(system.bench.value("noc.to.r0.memory.stall_cycles") == 1);
  CHECK(system.bench.value("noc.to.r1.memory.stall_cycles") == 10);
}

TEST_CASE("a burst of words goes at the pace of its slowest target") {
  Receivers system(two_rows(), {0, 7, 0, 0});
  const Player& a = system.add("a", std::vector<Access>(40, access(0, true, tags(5, 1), 16)));
  system.run();
  // Two words fit into its queue; from then on one leaves every 7 cycles, as the closed form of the burst says.
  noc::MulticastBusShape shape;
  shape.queue_depth = 2;
  CHECK(a.accesses[39].accepted - a.accesses[9].accepted ==
        (noc::burst_cycles(shape, 40, 7) - noc::burst_cycles(shape, 10, 7)) * cycle);
  CHECK(system.receivers[0]->writes.size() == 40);
  CHECK(system.receivers[1]->writes.size() == 40);
}

TEST_CASE("the scan chain is shifted before the first transfer") {
  XyMulticastBusParams params = two_rows();
  params.scan_width = 1;
  Receivers system(params, {0, 0, 0, 0});
  const Player& a = system.add("a", {access(0, true, 0, 16)});
  system.run();
  CHECK(system.bench.value("noc.configuration_cycles") == 2 * (1 + 3) * 4);
  CHECK(a.accesses[0].accepted == 32 * cycle);
}

TEST_CASE("tags without targets, reads, and writes over an end are refused with the reason") {
  Receivers system(two_rows(), {0, 0, 0, 0});
  const Player& a =
      system.add("a", {access(0, true, tags(4, 1), 16), access(10, true, tags(6, 2), 16),
                       access(20, false, tags(5, 1), 16), access(30, true, tags(15, 15, 1020), 16),
                       access(40, true, tags(5, 1), 16)});
  system.run();
  CHECK(a.accesses[0].status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(a.accesses[1].status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(a.accesses[2].status == ::tlm::TLM_COMMAND_ERROR_RESPONSE);
  CHECK(a.accesses[3].status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(a.accesses[4].status == ::tlm::TLM_OK_RESPONSE);
  const auto& refused = system.network.unmapped();
  REQUIRE(refused.size() == 4);
  CHECK(refused[0].requester == "a");
  CHECK(refused[0].address == tags(4, 1));
  CHECK(refused[0].why == "no X-bus has ID 4");
  CHECK(refused[1].why == "no target on the X-buses of ID 6 has ID 2");
  CHECK(refused[2].why == "a multicast window can only be written");
  CHECK(refused[3].why == "no region holds it");
  CHECK(system.bench.value("noc.y_bus.request_beats") == 1);
}

TEST_CASE("a multicast write fails when one of its targets refuses it") {
  Receivers system(two_rows(), {0, 5, 0, 0});
  system.receivers[1]->answer = ::tlm::TLM_GENERIC_ERROR_RESPONSE;
  const Player& a = system.add("a", {access(0, true, tags(5, 1), 16)});
  system.run();
  CHECK(a.accesses[0].status == ::tlm::TLM_GENERIC_ERROR_RESPONSE);
  CHECK(system.bench.value("noc.to.r0.memory.errors") == 0);
  CHECK(system.bench.value("noc.to.r1.memory.errors") == 1);
}

TEST_CASE("blocking and debug writes into a window reach all its targets") {
  BusSystem system(near_and_far());
  Player& a = system.add("a", {});
  system.run();
  tlm::PayloadPool pool;
  const std::vector<std::uint8_t> data{1, 2, 3, 4};
  tlm::Payload& store = pool.write(tags(0, 9, 40), data);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  a.memory->b_transport(store, delay);
  CHECK(store.is_response_ok());
  tlm::Payload& debug = pool.write(tags(0, 9, 44), data);
  CHECK(a.memory->transport_dbg(debug) == 4);
  std::vector<std::uint8_t> bytes(8);
  for (memory::Dram* dram : {&system.near, &system.far}) {
    dram->storage().read(40, bytes);
    CHECK(bytes == std::vector<std::uint8_t>{1, 2, 3, 4, 1, 2, 3, 4});
  }
  tlm::Payload& load = pool.read(tags(0, 9, 40), 4);
  a.memory->b_transport(load, delay);
  CHECK(load.get_response_status() == ::tlm::TLM_COMMAND_ERROR_RESPONSE);
  CHECK(a.memory->transport_dbg(load) == 0);
  ::tlm::tlm_dmi dmi;
  CHECK_FALSE(a.memory->get_direct_mem_ptr(load, dmi));
  for (tlm::Payload* payload : {&store, &debug, &load}) {
    payload->release();
  }
}

TEST_CASE("a blocking multicast write takes as long as at the target that is last") {
  memory::DramParams flat = dram_params(memory::DramModel::flat);
  flat.bandwidth = 1.0_GB_per_s;
  flat.latency = 100_ns;
  BusSystem system(near_and_far(), flat);
  Player& a = system.add("a", {});
  system.run();
  tlm::PayloadPool pool;
  const auto write = [&](std::uint64_t address, std::size_t bytes) {
    tlm::Payload& payload = pool.write(address, std::vector<std::uint8_t>(bytes));
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    a.memory->b_transport(payload, delay);
    payload.release();
    return tlm::to_time(delay);
  };
  CHECK(write(tags(0, 9, 0), 4) == 104_ns);
  CHECK(write(test::near_base, 996) == 1100_ns);  // which keeps one of both busy for 1000 ns
  CHECK(write(tags(0, 9, 0), 4) == 1104_ns);
  CHECK(write(test::far_base, 2992) == 3100_ns);
  CHECK(write(tags(0, 9, 0), 4) == 3104_ns);
}

TEST_CASE("only the enabled bytes of a multicast write are written") {
  BusSystem system(near_and_far());
  Access half = access(0, true, tags(0, 9), 4, 5);
  half.enables = {0xff, 0};
  half.at = 100 * cycle;
  system.add("a", {access(0, true, tags(0, 9), 4, 1), half});
  system.run();
  std::vector<std::uint8_t> bytes(4);
  for (memory::Dram* dram : {&system.near, &system.far}) {
    dram->storage().read(0, bytes);
    CHECK(bytes == std::vector<std::uint8_t>{5, 1, 5, 1});
  }
}

TEST_CASE("multicast and unicast writes of several initiators are all delivered, none twice") {
  XyMulticastBusParams params = two_rows();
  Receivers system(params, {0, 3, 1, 2});
  std::mt19937 random(7);
  std::uint64_t expected = 0;
  for (int i = 0; i < 4; ++i) {
    std::vector<Access> accesses;
    for (int k = 0; k < 200; ++k) {
      const bool multicast = random() % 2 == 0;
      expected += multicast ? 2 : 1;
      accesses.push_back(
          access(0, true, multicast ? tags(5, 1, random() % 512) : random() % 4 * receiver_size,
                 1 + random() % 100));
    }
    system.add("p" + std::to_string(i), accesses, 8);
  }
  system.run();
  std::uint64_t delivered = 0;
  for (const auto& receiver : system.receivers) {
    delivered += receiver->writes.size();
  }
  CHECK(delivered == expected);
  CHECK(system.bench.value("noc.deliveries") == expected);
}

}  // namespace lacuna
