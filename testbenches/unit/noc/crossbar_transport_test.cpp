// SPDX-License-Identifier: Apache-2.0
//
// Which target a transaction reaches, in whatever way it is made.
#include <tlm_utils/simple_target_socket.h>

#include "memory/sram_buffer.h"
#include "unit/noc/crossbar_system.h"

namespace lacuna {

using noc::Crossbar;
using test::access;
using test::cycle;
using test::Player;
using test::System;
using test::timed;

TEST_CASE("targets see addresses from the base of their region") {
  System system(timed());
  const Player& a = system.add(
      "a", {access(0, true, (256 << 20) + 1000, 8, 5), access(50, false, (256 << 20) + 1000, 8)});
  system.run();
  CHECK(a.accesses[1].data == std::vector<std::uint8_t>(8, 5));
  std::vector<std::uint8_t> bytes(8);
  system.far.storage().read(1000, bytes);
  CHECK(bytes == std::vector<std::uint8_t>(8, 5));
}

TEST_CASE("addresses that lead nowhere are answered with an address error and remembered") {
  System system(timed());
  const Player& a =
      system.add("a", {access(0, false, 128 << 20, 64), access(10, true, (64 << 20) - 4, 8),
                       access(20, false, 0, 16), access(20, true, ~std::uint64_t{0} - 3, 16)});
  system.run();
  CHECK(a.accesses[0].status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(a.accesses[1].status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);  // over the end of its region
  CHECK(a.accesses[2].status == ::tlm::TLM_OK_RESPONSE);
  CHECK(a.accesses[3].status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(system.bench.value("noc.address_errors") == 3);
  REQUIRE(system.crossbar.unmapped().size() == 3);
  CHECK(system.crossbar.unmapped()[0].requester == "a");
  CHECK(system.crossbar.unmapped()[0].address == 128 << 20);
  CHECK(system.crossbar.unmapped()[1].write);
}

TEST_CASE("overlapping regions are refused, two regions of one target are not") {
  System system(timed());
  system.crossbar.map({0x80000000, 4096, "near", {}}, system.near.memory);
  CHECK_THROWS_AS(system.crossbar.map({4096, 10, "near", {}}, system.near.memory), Error);
  const Player& a =
      system.add("a", {access(0, true, 0x80000010, 4, 9), access(50, false, 0x10, 4)});
  system.run();
  CHECK(a.accesses[1].data == std::vector<std::uint8_t>(4, 9));
}

TEST_CASE("targets that answer in other ways than four phases are served") {
  struct Registers : sc_core::sc_module {
    tlm_utils::simple_target_socket<Registers, tlm::socket_width> control;
    explicit Registers(const sc_core::sc_module_name& name) : sc_module(name), control("control") {
      control.register_b_transport(this, &Registers::b_transport);
    }
    void b_transport(tlm::Payload& payload, sc_core::sc_time& delay) {
      delay += sc_core::sc_time(20, sc_core::SC_NS);
      payload.set_response_status(payload.get_address() == 8 ? ::tlm::TLM_OK_RESPONSE
                                                             : ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
    }
  };
  test::Bench bench;
  Crossbar crossbar("noc", timed(), bench.surroundings);
  Registers registers("registers");  // b_transport behind an adapter
  memory::SramParams sram_params;
  sram_params.capacity = 16_KiB;
  sram_params.banks = 4;
  memory::SramBuffer buffer("buffer", sram_params, bench.surroundings);  // TLM_COMPLETED at once
  crossbar.map({0, 4096, "registers", {}}, registers.control);
  crossbar.map({4096, 4096, "buffer", {}}, buffer.memory);
  Player a("a", {access(0, true, 8, 4), access(0, true, 4, 4), access(0, true, 4096, 32, 7),
                 access(0, false, 4096, 32)});
  a.memory.bind(crossbar.target);
  sc_core::sc_start();
  REQUIRE(a.finished());
  CHECK(a.accesses[0].status == ::tlm::TLM_OK_RESPONSE);
  CHECK(a.accesses[1].status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(a.accesses[0].responded == (2 + 16 + 2) * cycle);  // 20 ns are 16 cycles
  CHECK(a.accesses[3].data == std::vector<std::uint8_t>(32, 7));
  CHECK(bench.value("noc.to.registers.errors") == 1);
}

TEST_CASE("blocking, debug and direct access pass through to the right target") {
  System system(timed());
  Player& a = system.add("a", {});
  system.run();
  tlm::PayloadPool pool;
  const std::vector<std::uint8_t> data{1, 2, 3, 4};
  tlm::Payload& store = pool.write((256 << 20) + 100, data);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  a.memory->b_transport(store, delay);
  CHECK(store.is_response_ok());
  CHECK(store.get_address() == (256 << 20) + 100);
  tlm::Payload& load = pool.read((256 << 20) + 100, 4);
  CHECK(a.memory->transport_dbg(load) == 4);
  CHECK(load.get_data_ptr()[3] == 4);
  ::tlm::tlm_dmi dmi;
  REQUIRE(a.memory->get_direct_mem_ptr(load, dmi));
  CHECK(dmi.get_start_address() == 256 << 20);
  CHECK(dmi.get_dmi_ptr()[101] == 2);
  tlm::Payload& nowhere = pool.read(128 << 20, 4);
  CHECK(a.memory->transport_dbg(nowhere) == 0);
  CHECK_FALSE(a.memory->get_direct_mem_ptr(nowhere, dmi));
  a.memory->b_transport(nowhere, delay);
  CHECK(nowhere.get_response_status() == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  tlm::Payload& edge = pool.read((64 << 20) - 2, 4);
  CHECK(a.memory->transport_dbg(edge) == 2);
  CHECK(edge.get_data_length() == 4);
  for (tlm::Payload* payload : {&store, &load, &nowhere, &edge}) {
    payload->release();
  }
}

}  // namespace lacuna
