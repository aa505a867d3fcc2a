// SPDX-License-Identifier: Apache-2.0
// The DRAM module behind its socket: protocol, time, bytes, accounts.
#include "memory/dram.h"

#include <random>

#include <catch2/catch.hpp>

#include "unit/memory/devices.h"
#include "unit/tlm/bench.h"
#include "unit/tlm/player.h"

namespace lacuna {

namespace {

using memory::DramModel;
using memory::DramParams;
using test::Access;
using test::Player;

constexpr std::int64_t tck = 833;

DramParams params_of(DramModel model) {
  DramParams params;
  params.model = model;
  params.refresh = memory::DramRefresh::off;
  params.posted_writes = false;
  return params;
}

Access read(std::int64_t at, std::uint64_t address, std::size_t bytes = 64) {
  Access access;
  access.at = at;
  access.address = address;
  access.bytes = bytes;
  return access;
}

Access write(std::int64_t at, std::uint64_t address, std::size_t bytes, std::uint8_t fill) {
  Access access = read(at, address, bytes);
  access.write = true;
  access.fill = fill;
  return access;
}

/// Random reads and writes, some ragged, some with byte enables, within 1 MiB.
std::vector<Access> random_accesses(std::size_t count, std::uint32_t seed, std::int64_t pause) {
  std::mt19937 random(seed);
  std::vector<Access> result;
  std::int64_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    at += pause == 0 ? 0 : static_cast<std::int64_t>(random() % static_cast<std::uint32_t>(pause));
    const std::size_t bytes = 1 + random() % (random() % 8 == 0 ? 8192 : 200);
    const std::uint64_t address = random() % ((1 << 20) - bytes);
    result.push_back(random() % 2 == 0 ? read(at, address, bytes)
                                       : write(at, address, bytes, std::uint8_t(random())));
    if (random() % 4 == 0) {
      result.back().enables = {0xff, 0, 0xff, 0xff, 0};
    }
  }
  return result;
}

/// One initiator and one memory.
struct System {
  System(const DramParams& params, std::vector<Access> accesses, std::size_t outstanding = 1000)
      : dram("dram", params, test::ddr4_set_u(), bench.surroundings),
        player("player", std::move(accesses), outstanding) {
    // Through the base class, as a platform binds.
    player.initiators().at("memory").bind(*dram.targets().at("memory"));
  }
  void run() {
    sc_core::sc_start();
    dram.settle();
    CHECK(player.finished());
    CHECK(player.protocol_errors == 0);
    CHECK(player.pool().in_use() == 0);
  }
  const Access& operator[](std::size_t i) const { return player.accesses[i]; }

  test::Bench bench;
  memory::Dram dram;
  Player player;
};

}  // namespace

TEST_CASE("idle latencies through the socket are 21, 37 and 53 clocks") {
  DramParams params = params_of(DramModel::timed);
  System system(params, {read(1000 * tck, 0), read(2000 * tck, 64 * 4),
                         read(3000 * tck, std::uint64_t{1} << 20)});
  system.run();
  CHECK(system[0].responded == (1000 + 37) * tck);
  CHECK(system[1].responded == (2000 + 21) * tck);
  CHECK(system[2].responded == (3000 + 53) * tck);
  CHECK(system.bench.value("dram.row_hits") == 1);
  CHECK(system.bench.value("dram.row_misses") == 1);
  CHECK(system.bench.value("dram.row_conflicts") == 1);
  CHECK(system.bench.value("dram.latency_ns") == (37 + 21 + 53) * tck / 1000);
  CHECK(system.bench.value("dram.busy_ns") == 3 * 4 * tck / 1000);
}

TEST_CASE("controller latencies are added") {
  DramParams params = params_of(DramModel::timed);
  params.frontend_latency = Time(10 * tck);
  params.backend_latency = Time(5000);
  System system(params, {read(1000 * tck, 0)});
  system.run();
  CHECK(system[0].responded == (1000 + 10 + 37) * tck + 5000);
}

TEST_CASE("an arrival between clock edges is seen at the next edge") {
  System system(params_of(DramModel::timed), {read(1000 * tck + 1, 0)});
  system.run();
  CHECK(system[0].responded == (1000 + 37) * tck);
}

TEST_CASE("a timing annotation on the request is time that passes") {
  System system(params_of(DramModel::timed), {read(1000 * tck, 0)});
  system.player.annotation = sc_core::sc_time::from_value(500 * tck);
  system.run();
  CHECK(system[0].responded == (1500 + 37) * tck);
}

TEST_CASE("an ideal memory answers at once and counts") {
  System system(params_of(DramModel::ideal), {write(10, 100, 5000, 7), read(20, 100, 5000)});
  system.run();
  CHECK(system[0].responded == 10);
  CHECK(system[1].responded == 20);
  CHECK(system[1].data == std::vector<std::uint8_t>(5000, 7));
  CHECK(system.bench.value("dram.read_bytes") == 5000);
  CHECK(system.bench.value("dram.bus_read_bytes") == 5000);
  CHECK(system.bench.events("dram.access") == 2 * 5000 * 8);
}

TEST_CASE("a flat memory is a latency and a bandwidth shared by all") {
  DramParams params = params_of(DramModel::flat);
  params.bandwidth = 12.8_GB_per_s;
  params.latency = 50_ns;
  // 64 bytes take 5 ns: responses at 55 and 60 ns; after a pause at 1000 + 55; 4 KiB take 320 ns.
  System system(params,
                {read(0, 0), write(0, 64, 64, 1), read(1000000, 0), read(2000000, 7, 4096)});
  system.run();
  CHECK(system[0].responded == 55000);
  CHECK(system[1].responded == 60000);
  CHECK(system[2].responded == 1055000);
  CHECK(system[3].responded == 2370000);
  CHECK(system.bench.value("dram.wasted_bytes") == 0);
}

TEST_CASE("a long burst is one payload at the rate of the bus") {
  System system(params_of(DramModel::timed), {read(0, 0, 65536), read(0, 65536, 65536)});
  system.run();
  // First burst 37 clocks, then 4 clocks each of 1024; the second payload follows without a gap.
  CHECK(system[0].responded == (37 + 4 * 1023) * tck);
  CHECK(system[1].responded == (37 + 4 * 2047) * tck);
}

TEST_CASE("reads see what was written before, under four-phase traffic with many outstanding") {
  System system(params_of(DramModel::timed), random_accesses(3000, 11, 2000));
  system.run();
  std::vector<std::uint8_t> plain(1 << 20);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    plain[i] = memory::Storage::unwritten(i);
  }
  for (const Access& access : system.player.accesses) {
    REQUIRE(access.status == ::tlm::TLM_OK_RESPONSE);
    for (std::size_t i = 0; i < access.bytes; ++i) {
      if (!access.enables.empty() && access.enables[i % access.enables.size()] == 0) {
        continue;
      }
      if (access.write) {
        plain[access.address + i] = access.fill;
      } else {
        REQUIRE(access.data[i] == plain[access.address + i]);
      }
    }
  }
  CHECK(system.player.most_in_flight > 4);
}

TEST_CASE("END_RESP may come by TLM_UPDATED") {
  System system(params_of(DramModel::timed), random_accesses(500, 1, 0));
  system.player.end_response = Player::EndResponse::updated;
  system.run();
}

TEST_CASE("END_RESP may come later and holds the next response back") {
  System system(params_of(DramModel::timed), {read(0, 0), read(0, 64)});
  system.player.end_response = Player::EndResponse::later;
  system.player.end_delay = sc_core::sc_time(1, sc_core::SC_US);
  system.run();
  CHECK(system[0].responded == 37 * tck);
  CHECK(system[1].responded == 37 * tck + 1000000);
}

TEST_CASE("late END_RESP under load loses nothing") {
  System system(params_of(DramModel::timed), random_accesses(500, 1, 0));
  system.player.end_response = Player::EndResponse::later;
  system.player.end_delay = sc_core::sc_time(3, sc_core::SC_NS);
  system.run();
}

TEST_CASE("a full queue holds END_REQ back until a response has ended") {
  DramParams params = params_of(DramModel::timed);
  params.queue_depth = 2;
  System system(params, {read(0, 0), read(0, 64), read(0, 128), read(0, 192)});
  system.run();
  CHECK(system[0].accepted == 0);
  CHECK(system[1].accepted == 0);
  // The first response is at clock 37 (end of data); the slot is given away at the next edge.
  CHECK(system[2].accepted == 38 * tck);
  CHECK(system[3].accepted == 42 * tck);
  CHECK(system[2].responded == (38 + 37) * tck);
  // Until it was accepted a request was its initiator's.
  std::int64_t latency = 0;
  for (const Access& access : system.player.accesses) {
    latency += access.responded - access.accepted;
  }
  CHECK(system.bench.value("dram.latency_ns") == static_cast<std::uint64_t>(latency / 1000));
}

TEST_CASE("a slot that becomes free goes to nobody before its moment is over") {
  test::Bench bench;
  DramParams params = params_of(DramModel::timed);
  params.queue_depth = 2;
  memory::Dram dram("dram", params, test::ddr4_set_u(), bench.surroundings);
  // The first asks again within the call that ends its response; the second at the same moment.
  Player first("first", {read(0, 0), read(0, 64)}, 1);
  Player second("second", {read(37 * tck, 128)});
  first.memory.bind(dram.memory);
  second.memory.bind(dram.memory);
  sc_core::sc_start();
  CHECK(first.accesses[0].responded == 37 * tck);
  CHECK(first.accesses[1].accepted == 38 * tck);
  CHECK(second.accesses[0].accepted == 38 * tck);
}

TEST_CASE("one payload at a time in a queue of one") {
  DramParams params = params_of(DramModel::timed);
  params.queue_depth = 1;
  System system(params, random_accesses(300, 5, 0));
  system.run();
  for (std::size_t i = 1; i < system.player.accesses.size(); ++i) {
    REQUIRE(system[i].accepted > system[i - 1].responded);
  }
}

TEST_CASE("addresses outside the capacity and malformed bursts are refused") {
  const std::uint64_t capacity = std::uint64_t{8} << 30;
  System system(params_of(DramModel::timed),
                {read(0, capacity - 64), read(0, capacity - 63), write(0, capacity, 1, 0),
                 read(0, ~std::uint64_t{0} - 10), read(0, 0)});
  system.run();
  CHECK(system[0].status == ::tlm::TLM_OK_RESPONSE);
  for (std::size_t i : {1, 2, 3}) {
    CHECK(system[i].status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  }
  CHECK(system[4].status == ::tlm::TLM_OK_RESPONSE);
  CHECK(system.bench.value("dram.errors") == 3);
  CHECK(system.bench.value("dram.reads") == 2);
  CHECK(system.bench.value("dram.requester.player.errors") == 3);
}

TEST_CASE("ragged ends and masked bytes cost bus time and are counted as waste") {
  std::vector<Access> accesses{read(0, 60, 8), write(0, 4096, 64, 1)};
  accesses[1].enables = {0xff, 0, 0, 0};
  System system(params_of(DramModel::timed), accesses);
  system.run();
  CHECK(system.bench.value("dram.read_bytes") == 8);
  CHECK(system.bench.value("dram.bus_read_bytes") == 128);
  CHECK(system.bench.value("dram.write_bytes") == 16);
  CHECK(system.bench.value("dram.bus_write_bytes") == 64);
  CHECK(system.bench.value("dram.wasted_bytes") == 120 + 48);
  CHECK(system.bench.value("dram.column_reads") == 2);
  CHECK(system.bench.value("dram.column_writes") == 1);
  CHECK(system.bench.events("dram.access") == 192 * 8);
}

TEST_CASE("posted writes are answered when accepted and done before the simulation ends") {
  DramParams params = params_of(DramModel::timed);
  params.posted_writes = true;
  std::vector<Access> accesses;
  for (int i = 0; i < 50; ++i) {
    accesses.push_back(write(i * 4 * tck, std::uint64_t(i) * 64, 64, 1));
  }
  accesses.push_back(write(100'000'000, 1 << 20, 64, 1));
  System system(params, accesses);
  system.run();
  // The next edge after the acceptance, in the call.
  CHECK(system[49].responded == (49 * 4 + 1) * tck);
  CHECK(system.bench.value("dram.column_writes") == 51);
  CHECK(system.bench.value("dram.latency_ns") == 51 * tck / 1000);
}

TEST_CASE("posted writes hold their slots until they are done") {
  DramParams params = params_of(DramModel::timed);
  params.posted_writes = true;
  params.queue_depth = 2;
  System system(params, {write(0, 0, 64, 1), write(0, 64, 64, 2), write(0, 128, 64, 3)});
  system.run();
  CHECK(system[1].accepted == 0);
  // Written at clock 1 + tRCD + CWL + BL/2; the slot is given away at the next edge.
  CHECK(system[2].accepted == (1 + 16 + 12 + 4 + 1) * tck);
}

TEST_CASE("a fault in the DRAM flips a bit of the first write") {
  test::Bench bench;
  bench.faults.request("dram:70:2");
  memory::Dram dram("dram", params_of(DramModel::timed), test::ddr4_set_u(), bench.surroundings);
  Player player("player", {write(0, 64, 16, 0), read(0, 64, 16)});
  player.memory.bind(dram.memory);
  sc_core::sc_start();
  std::vector<std::uint8_t> expected(16, 0);
  expected[6] = 4;
  CHECK(player.accesses[1].data == expected);
  CHECK(bench.faults.faults()[0].fired);
}

TEST_CASE("bytes at the DRAM are the sum over its requesters") {
  test::Bench bench;
  memory::Dram dram("dram", params_of(DramModel::timed), test::ddr4_set_u(), bench.surroundings);
  Player a("a", random_accesses(400, 1, 500));
  Player b("b", random_accesses(700, 2, 300));
  Player c("c", random_accesses(200, 3, 0));
  for (Player* player : {&a, &b, &c}) {
    player->memory.bind(dram.memory);
  }
  sc_core::sc_start();
  dram.settle();
  CHECK((a.finished() && b.finished() && c.finished()));
  for (const char* what : {"reads", "writes", "read_bytes", "write_bytes"}) {
    std::uint64_t sum = 0;
    for (const char* name : {"a", "b", "c"}) {
      sum += bench.value(std::string("dram.requester.") + name + "." + what);
    }
    CHECK(sum == bench.value(std::string("dram.") + what));
    CHECK(sum > 0);
  }
  CHECK(bench.value("dram.bus_read_bytes") + bench.value("dram.bus_write_bytes") ==
        64 * (bench.value("dram.column_reads") + bench.value("dram.column_writes")));
  CHECK(bench.value("dram.wasted_bytes") ==
        bench.value("dram.bus_read_bytes") + bench.value("dram.bus_write_bytes") -
            bench.value("dram.read_bytes") - bench.value("dram.write_bytes"));
}

TEST_CASE("the order of instantiation and binding changes nothing") {
  test::Bench first_bench;
  test::Bench second_bench;
  DramParams params = params_of(DramModel::timed);
  params.queue_depth = 3;  // contention for slots too
  memory::Dram first("first", params, test::ddr4_set_u(), first_bench.surroundings);
  std::vector<std::unique_ptr<Player>> forwards;
  std::vector<std::unique_ptr<Player>> backwards;
  for (int i = 0; i < 5; ++i) {
    forwards.push_back(std::make_unique<Player>(("f" + std::to_string(i)).c_str(),
                                                random_accesses(200, unsigned(i), 0), 4));
    forwards.back()->memory.bind(first.memory);
  }
  for (int i = 5; i-- > 0;) {
    backwards.push_back(std::make_unique<Player>(("b" + std::to_string(i)).c_str(),
                                                 random_accesses(200, unsigned(i), 0), 4));
  }
  memory::Dram second("second", params, test::ddr4_set_u(), second_bench.surroundings);
  for (const int i : {2, 0, 4, 1, 3}) {
    backwards[std::size_t(i)]->memory.bind(second.memory);
  }
  for (int i = 0; i < 5; ++i) {
    forwards[std::size_t(i)]->requester = "p" + std::to_string(i);
    backwards[std::size_t(4 - i)]->requester = "p" + std::to_string(i);
  }
  sc_core::sc_start();
  for (int i = 0; i < 5; ++i) {
    const Player& a = *forwards[std::size_t(i)];
    const Player& b = *backwards[std::size_t(4 - i)];
    REQUIRE(a.finished());
    for (std::size_t k = 0; k < a.accesses.size(); ++k) {
      REQUIRE(a.accesses[k].accepted == b.accesses[k].accepted);
      REQUIRE(a.accesses[k].responded == b.accesses[k].responded);
      REQUIRE(a.accesses[k].data == b.accesses[k].data);
    }
  }
}

TEST_CASE("priority decides among requests of one clock") {
  test::Bench bench;
  memory::Dram dram("dram", params_of(DramModel::timed), test::ddr4_set_u(), bench.surroundings);
  Player low("a_low", {read(0, 0)});
  Player high("b_high", {read(0, 1 << 16)});
  low.accesses[0].priority = 1;
  low.memory.bind(dram.memory);
  high.memory.bind(dram.memory);
  sc_core::sc_start();
  CHECK(high.accesses[0].responded == 37 * tck);
  CHECK(low.accesses[0].responded == 43 * tck);  // another bank of the group: tRRD_L later
}

TEST_CASE("energy by currents counts commands, refresh and standby") {
  test::Bench bench;
  DramParams params;
  params.energy = memory::DramEnergyRule::currents;
  memory::Dram dram("dram", params, test::ddr4_set_u(), bench.surroundings);
  Player player("player", {read(0, 0, 4096), write(0, 4096, 4096, 1), read(100'000'000, 0)});
  player.memory.bind(dram.memory);
  sc_core::sc_start();
  dram.settle();
  CHECK(bench.events("dram.access") == ~std::uint64_t{0});
  CHECK(bench.events("dram.read") == 65);
  CHECK(bench.events("dram.write") == 64);
  // 100 us hold 12 refreshes of 7.797 us; the rows of all four groups, once more one after them.
  CHECK(bench.events("dram.refresh") == 12);
  CHECK(bench.events("dram.activate") == 4 + 1);
  CHECK(bench.energy.static_powers().at(0).power.value() == Approx(326.4));
  const EnergySummary summary = bench.energy.summary({}, Time(100'000'000));
  const double access = 5 * 3350.6 + 65 * 2942.8 + 64 * 2558.9;
  CHECK(summary.paper_pj.at("dram") == Approx(access).epsilon(0.001));
  const double row_open = bench.events("dram.row_open") * 86.4 * 0.833;
  CHECK(summary.full_pj.at("dram") ==
        Approx(access + 12 * 695.2e3 + row_open + 326.4 * 100000).epsilon(0.001));
}

TEST_CASE("flat energy is per bit of the bus, standby only in the full account") {
  test::Bench bench;
  memory::Dram dram("dram", DramParams(), test::ddr4_set_u(), bench.surroundings);
  Player player("player", {read(0, 0, 4096)});
  player.memory.bind(dram.memory);
  sc_core::sc_start();
  const EnergySummary summary = bench.energy.summary({}, Time(1'000'000));
  CHECK(summary.paper_pj.at("dram") == Approx(4096 * 8 * 15.6));
  CHECK(summary.full_pj.at("dram") >= 4096 * 8 * 15.6 + 326.4 * 1000);
}

TEST_CASE("settling makes up for refreshes of an idle memory") {
  test::Bench bench;
  memory::Dram dram("dram", DramParams(), test::ddr4_set_u(), bench.surroundings);
  Player player("player", {read(0, 0)});
  player.memory.bind(dram.memory);
  sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_MS));
  CHECK(bench.value("dram.refreshes") == 0);
  dram.settle();
  CHECK(bench.value("dram.refreshes") == 128);  // 1 ms / (9360 x 0.833 ns) = 128.3
}

}  // namespace lacuna
