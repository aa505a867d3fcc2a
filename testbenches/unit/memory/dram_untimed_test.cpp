// SPDX-License-Identifier: Apache-2.0
// The ways into the DRAM beside nb_transport.
#include <catch2/catch.hpp>

#include "memory/dram.h"
#include "unit/memory/devices.h"
#include "unit/tlm/bench.h"
#include "unit/tlm/player.h"

namespace lacuna {

TEST_CASE("blocking, debug and direct access see the same bytes") {
  test::Bench bench;
  memory::DramParams params;
  params.refresh = memory::DramRefresh::off;
  memory::Dram dram("dram", params, test::ddr4_set_u(), bench.surroundings);
  test::Player player("player", {});
  player.memory.bind(dram.memory);
  sc_core::sc_start();
  auto& socket = player.memory;
  tlm::PayloadPool pool;
  const std::vector<std::uint8_t> data{1, 2, 3, 4, 5, 6, 7, 8};
  tlm::Payload& store = pool.write(100, data);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  socket->b_transport(store, delay);
  CHECK(store.is_response_ok());
  CHECK(delay == sc_core::sc_time::from_value((1 + 16 + 12 + 4) * 833));  // tRCD + CWL + BL/2 + 1

  tlm::Payload& load = pool.read(98, 12);
  CHECK(socket->transport_dbg(load) == 12);
  CHECK(load.get_data_ptr()[2] == 1);
  CHECK(load.get_data_ptr()[9] == 8);
  CHECK(load.get_data_ptr()[10] == memory::Storage::unwritten(108));

  ::tlm::tlm_dmi dmi;
  REQUIRE(socket->get_direct_mem_ptr(load, dmi));
  CHECK(dmi.get_start_address() == 0);
  CHECK(dmi.get_end_address() == memory::Storage::page_bytes - 1);
  CHECK(dmi.get_dmi_ptr()[101] == 2);
  dmi.get_dmi_ptr()[101] = 99;
  CHECK(socket->transport_dbg(load) == 12);
  CHECK(load.get_data_ptr()[3] == 99);

  tlm::Payload& outside = pool.read((std::uint64_t{8} << 30) - 4, 12);
  CHECK(socket->transport_dbg(outside) == 4);
  store.release();
  load.release();
  outside.release();
  CHECK(bench.value("dram.reads") == 0);  // debug access is not traffic
  CHECK(bench.value("dram.writes") == 1);
}

}  // namespace lacuna
