// SPDX-License-Identifier: Apache-2.0
//
// Two memories and players on one interconnect, and what every interconnect must do.
#pragma once

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "memory/dram.h"
#include "noc/crossbar.h"
#include "noc/mesh.h"
#include "noc/ring.h"
#include "noc/xy_multicast_bus.h"
#include "unit/memory/devices.h"
#include "unit/tlm/bench.h"
#include "unit/tlm/player.h"

namespace lacuna::test {

inline constexpr std::int64_t cycle = 1250;  // 800 MHz

inline Access access(std::int64_t cycles, bool write, std::uint64_t address, std::size_t bytes = 64,
                     std::uint8_t fill = 0) {
  Access result;
  result.at = cycles * cycle;
  result.write = write;
  result.address = address;
  result.bytes = bytes;
  result.fill = fill;
  return result;
}

inline noc::CrossbarParams timed() {
  noc::CrossbarParams params;  // 16 bytes a cycle, latency 2
  return params;
}

inline memory::DramParams dram_params(memory::DramModel model) {
  memory::DramParams params;
  params.model = model;
  params.refresh = memory::DramRefresh::off;
  return params;
}

inline std::string interconnect_technology() {
  return Bench::default_technology() +
         "  noc.buffer_per_bit: {energy: 0.03 pJ, source: test}\n"
         "  noc.switch_per_bit: {energy: 0.02 pJ, source: test}\n"
         "  noc.link_per_bit: {energy: 0.1 pJ, source: test}\n"
         "  noc.bus_segment_per_bit: {energy: 0.02 pJ, source: test}\n"
         "  noc.multicast_check: {energy: 0.002 pJ, source: test}\n";
}

inline constexpr std::uint64_t near_base = 0;
inline constexpr std::uint64_t far_base = 256 << 20;

/// Two memories of 64 MiB shown at 0 and at 256 MiB, and players on one interconnect.
template <class Interconnect, class Params>
struct InterconnectSystem {
  explicit InterconnectSystem(
      const Params& params, const memory::DramParams& dram = dram_params(memory::DramModel::ideal),
      const std::string& suffix = "")
      : bench(interconnect_technology()),
        network(("noc" + suffix).c_str(), params, bench.surroundings),
        near(("near" + suffix).c_str(), dram, ddr4_set_u(), bench.surroundings),
        far(("far" + suffix).c_str(), dram, ddr4_set_u(), bench.surroundings) {
    network.map({near_base, 64 << 20, "near.memory", {}}, near.memory);
    network.map({far_base, 64 << 20, "far.memory", {}}, far.memory);
  }
  /// `module` is what the network is told that it is connected to.
  Player& add(const std::string& name, std::vector<Access> accesses, std::size_t outstanding = 1000,
              const std::string& module = "") {
    players.push_back(std::make_unique<Player>(name.c_str(), std::move(accesses), outstanding));
    players.back()->memory.bind(network.target);
    network.connected("target", (module.empty() ? name : module) + ".memory");
    players.back()->requester = module.empty() ? name : module;
    return *players.back();
  }
  void run() {
    sc_core::sc_start();
    for (const auto& player : players) {
      INFO(player->waiting_for() << "; " << network.waiting_for());
      CHECK(player->finished());
      CHECK(player->protocol_errors == 0);
      CHECK(player->pool().in_use() == 0);
    }
    network.settle();
  }
  std::uint64_t to_both(const std::string& counter) const {
    return bench.value("noc.to.near.memory." + counter) +
           bench.value("noc.to.far.memory." + counter);
  }

  Bench bench;
  Interconnect network;
  memory::Dram near;
  memory::Dram far;
  std::vector<std::unique_ptr<Player>> players;
};

using CrossbarSystem = InterconnectSystem<noc::Crossbar, noc::CrossbarParams>;
using MeshSystem = InterconnectSystem<noc::Mesh, noc::MeshParams>;
using RingSystem = InterconnectSystem<noc::Ring, noc::RingParams>;
using BusSystem = InterconnectSystem<noc::XyMulticastBus, noc::XyMulticastBusParams>;

inline std::vector<Access> random_accesses(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<Access> result;
  std::int64_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    at += static_cast<std::int64_t>(random() % 4000);
    const std::size_t bytes = 1 + random() % (random() % 6 == 0 ? 4096 : 150);
    const std::uint64_t address =
        (random() % 2 == 0 ? 0 : 256 << 20) + random() % ((1 << 16) - bytes);
    result.push_back(access(0, random() % 2 == 0, address, bytes, std::uint8_t(random())));
    result.back().at = at;
    result.back().priority = static_cast<std::int32_t>(random() % 3);
  }
  return result;
}

/// Accesses whose outcome does not depend on other players': each has its own bytes of both memories.
inline std::vector<Access> own_accesses(std::size_t count, unsigned player) {
  std::mt19937 random(100 + player);
  std::vector<Access> result;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t bytes = 1 + random() % (random() % 5 == 0 ? 2000 : 100);
    const std::uint64_t address =
        (random() % 2 == 0 ? near_base : far_base) + player * 8192 + random() % (8192 - bytes);
    result.push_back(access(0, random() % 2 == 0, address, bytes, std::uint8_t(random())));
  }
  return result;
}

/// What each read must have returned when accesses took effect in their order.
inline void check_reads(const Player& player) {
  std::map<std::uint64_t, std::uint8_t> bytes;
  std::size_t checked = 0;
  for (const Access& access : player.accesses) {
    REQUIRE(access.status == ::tlm::TLM_OK_RESPONSE);
    for (std::size_t i = 0; i < access.bytes; ++i) {
      if (access.write) {
        bytes[access.address + i] = access.fill;
      } else if (bytes.count(access.address + i) != 0) {  // nobody defines what was never written
        REQUIRE(int{access.data[i]} == int{bytes[access.address + i]});
        ++checked;
      }
    }
  }
  CHECK(checked > 1000);
}

/// What is read is what was written, and the counters add up.
template <class System>
void check_contents(System& system) {
  for (unsigned i = 0; i < 5; ++i) {
    // One at a time, so that the accesses of a player take effect in order.
    system.add("p" + std::to_string(i), own_accesses(200, i), 1);
  }
  system.run();
  std::uint64_t read = 0;
  std::uint64_t written = 0;
  for (const auto& player : system.players) {
    check_reads(*player);
    for (const Access& access : player->accesses) {
      (access.write ? written : read) += access.bytes;
    }
  }
  CHECK(system.to_both("read_bytes") == read);
  CHECK(system.to_both("write_bytes") == written);
  CHECK(system.bench.value("noc.to.near.memory.read_bytes") ==
        system.bench.value("near.read_bytes"));
}

/// The same players, added in two orders: `params` must make them meet.
template <class System, class Params>
void check_order_of_instantiation(const Params& params, const memory::DramParams& dram) {
  System first(params, dram, "1");
  for (int i = 0; i < 5; ++i) {
    first.add("f" + std::to_string(i), random_accesses(300, unsigned(i)), 6,
              "p" + std::to_string(i));
  }
  System second(params, dram, "2");
  for (const int i : {3, 1, 4, 0, 2}) {
    second.add("s" + std::to_string(i), random_accesses(300, unsigned(i)), 6,
               "p" + std::to_string(i));
  }
  sc_core::sc_start();
  std::size_t compared = 0;
  for (const auto& a : first.players) {
    for (const auto& b : second.players) {
      if (a->requester != b->requester) {
        continue;
      }
      REQUIRE(a->finished());
      for (std::size_t k = 0; k < a->accesses.size(); ++k) {
        REQUIRE(a->accesses[k].accepted == b->accesses[k].accepted);
        REQUIRE(a->accesses[k].responded == b->accesses[k].responded);
        REQUIRE(a->accesses[k].data == b->accesses[k].data);
        ++compared;
      }
    }
  }
  CHECK(compared == 5 * 300);
}

/// Addresses outside every region, over the end of one, and over the end of all.
template <class System>
void check_unmapped(System& system) {
  const Player& a =
      system.add("a", {access(0, false, 128 << 20, 64), access(10, true, (64 << 20) - 4, 8),
                       access(20, false, 0, 16), access(20, true, ~std::uint64_t{0} - 3, 16)});
  system.run();
  CHECK(a.accesses[0].status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(a.accesses[1].status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(a.accesses[2].status == ::tlm::TLM_OK_RESPONSE);
  CHECK(a.accesses[3].status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(system.bench.value("noc.address_errors") == 3);
  REQUIRE(system.network.unmapped().size() == 3);
  CHECK(system.network.unmapped()[0].requester == "a");
  CHECK(system.network.unmapped()[0].address == 128 << 20);
  CHECK(system.network.unmapped()[1].write);
}

/// Blocking, debug and direct access reach the right target, and take no time.
template <class System>
void check_untimed_access(System& system) {
  Player& a = system.add("a", {});
  system.run();
  tlm::PayloadPool pool;
  const std::vector<std::uint8_t> data{1, 2, 3, 4};
  tlm::Payload& store = pool.write(far_base + 100, data);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  a.memory->b_transport(store, delay);
  CHECK(store.is_response_ok());
  CHECK(store.get_address() == far_base + 100);
  tlm::Payload& load = pool.read(far_base + 100, 4);
  CHECK(a.memory->transport_dbg(load) == 4);
  CHECK(load.get_data_ptr()[3] == 4);
  ::tlm::tlm_dmi dmi;
  REQUIRE(a.memory->get_direct_mem_ptr(load, dmi));
  CHECK(dmi.get_start_address() == far_base);
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

}  // namespace lacuna::test
