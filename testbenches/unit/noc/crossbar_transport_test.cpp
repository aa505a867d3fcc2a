// SPDX-License-Identifier: Apache-2.0
//
// Which target a transaction reaches, in whatever way it is made.
#include <tlm_utils/simple_target_socket.h>

#include "memory/sram_buffer.h"
#include "unit/noc/interconnect_system.h"

namespace lacuna {

using noc::Crossbar;
using test::access;
using test::cycle;
using test::Player;
using System = test::CrossbarSystem;
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
  test::check_unmapped(system);
}

TEST_CASE("overlapping regions are refused, two regions of one target are not") {
  System system(timed());
  system.network.map({0x80000000, 4096, "near", {}}, system.near.memory);
  CHECK_THROWS_AS(system.network.map({4096, 10, "near", {}}, system.near.memory), Error);
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
  test::check_untimed_access(system);
}

TEST_CASE("what is read over a crossbar is what was written") {
  System system(timed(), test::dram_params(memory::DramModel::timed));
  test::check_contents(system);
}

}  // namespace lacuna
