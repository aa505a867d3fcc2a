// SPDX-License-Identifier: Apache-2.0
// The sockets within ranks beside that of the channel: the same bytes, another way.
#include <memory>

#include <catch2/catch.hpp>

#include "memory/command_trace.h"
#include "memory/dram.h"
#include "support/temporary_file.h"
#include "unit/memory/devices.h"
#include "unit/tlm/bench.h"
#include "unit/tlm/player.h"

namespace lacuna {

namespace {

using test::Access;
using test::Player;

constexpr std::uint64_t rank_bytes = std::uint64_t{8} << 30;
constexpr std::int64_t microsecond = 1000000;

Access access(std::int64_t at, bool write, std::uint64_t address, std::size_t bytes,
              std::uint8_t fill = 0) {
  Access result;
  result.at = at;
  result.write = write;
  result.address = address;
  result.bytes = bytes;
  result.fill = fill;
  return result;
}

memory::DramParams two_ranks() {
  memory::DramParams params;
  params.ranks = 2;
  params.rank_ports = true;
  params.address_map = Node::make_scalar("rank row bank column bankgroup");
  params.energy = memory::DramEnergyRule::currents;
  params.io_energy = EnergyPerBit(5.5);
  return params;
}

/// A processor on the channel and an accelerator in each of two ranks.
struct System {
  System(const memory::DramParams& params, std::vector<Access> channel, std::vector<Access> rank0,
         std::vector<Access> rank1)
      : dram("dram", params, test::ddr4_set_u(), bench.surroundings),
        host("host", std::move(channel)),
        near0("near0", std::move(rank0)),
        near1("near1", std::move(rank1)) {
    host.initiators().at("memory").bind(*dram.targets().at("memory"));
    near0.initiators().at("memory").bind(*dram.targets().at("rank_port0"));
    near1.initiators().at("memory").bind(*dram.targets().at("rank_port1"));
  }
  void run() {
    sc_core::sc_start();
    dram.settle();
    for (const Player* player : {&host, &near0, &near1}) {
      CHECK(player->finished());
      CHECK(player->protocol_errors == 0);
    }
  }

  test::Bench bench;
  memory::Dram dram;
  Player host;
  Player near0;
  Player near1;
};

std::vector<std::uint8_t> filled(std::size_t bytes, std::uint8_t fill) {
  return std::vector<std::uint8_t>(bytes, fill);
}

}  // namespace

TEST_CASE("what one port wrote the other reads") {
  System s(two_ranks(),
           {access(0, true, 4096, 300, 7), access(0, true, rank_bytes + 64, 100, 9),
            access(20 * microsecond, false, rank_bytes + (1 << 20), 1000)},
           {access(10 * microsecond, false, 4096, 300)},
           {access(10 * microsecond, false, rank_bytes + 64, 100),
            access(10 * microsecond, true, rank_bytes + (1 << 20), 1000, 11)});
  s.run();
  CHECK(s.near0.accesses[0].data == filled(300, 7));
  CHECK(s.near1.accesses[0].data == filled(100, 9));
  CHECK(s.host.accesses[2].data == filled(1000, 11));
  // Bursts: 300 bytes from 4096 are five, 1000 bytes sixteen, 100 bytes from 64 two.
  CHECK(s.bench.value("dram.inside_reads") == 5 + 2);
  CHECK(s.bench.value("dram.inside_writes") == 16);
  CHECK(s.bench.value("dram.column_reads") == 16);
  CHECK(s.bench.value("dram.column_writes") == 5 + 2);
  // Energy: columns of both ports, drivers of the channel's only.
  CHECK(s.bench.events("dram.read") == 16 + 7);
  CHECK(s.bench.events("dram.write") == 16 + 7);
  CHECK(s.bench.events("dram.io") == (16 + 7) * 512);
}

TEST_CASE("an address of another rank is refused") {
  System s(two_ranks(), {}, {access(0, false, rank_bytes, 64), access(0, false, 0, 64)},
           {access(0, false, rank_bytes - 64, 128), access(0, false, 2 * rank_bytes, 64)});
  s.run();
  CHECK(s.near0.accesses[0].status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(s.near0.accesses[1].status == ::tlm::TLM_OK_RESPONSE);
  CHECK(s.near1.accesses[0].status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(s.near1.accesses[1].status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

TEST_CASE("a rank's port answers at the device's latency, and holds back what is too much for it") {
  memory::DramParams params = two_ranks();
  params.refresh = memory::DramRefresh::off;
  params.queue_depth = 4;
  std::vector<Access> many;
  for (std::uint64_t i = 0; i < 40; ++i) {
    many.push_back(access(0, i % 3 == 0, i * 64, 64, std::uint8_t(i)));
  }
  System s(params, {}, many, {access(833 * 1000, false, rank_bytes, 64)});
  s.run();
  CHECK(s.near1.accesses[0].responded == 833 * (1000 + 37));
  // Four at a time: the fifth is accepted when one is done, here a write (1 + RCD + CWL + BL/2).
  CHECK(s.near0.accesses[3].accepted == 0);
  CHECK(s.near0.accesses[4].accepted == 833 * 33);
  for (const Access& each : s.near0.accesses) {
    CHECK(each.status == ::tlm::TLM_OK_RESPONSE);
  }
}

TEST_CASE("a recorded command tells its port and the payload for which it was issued") {
  const test::TemporaryFile file;
  memory::DramParams params = two_ranks();
  params.refresh = memory::DramRefresh::off;
  params.command_trace = file.path();
  System s(params, {access(0, false, 0, 128), access(microsecond, false, 1 << 25, 64)},
           {access(2 * microsecond, false, 64, 64)}, {});
  s.run();
  Summary summary;
  s.dram.summarise(summary);
  memory::CommandTraceReader reader(file.path());
  std::string told;
  for (memory::TracedCommand traced; reader.next(traced);) {
    told += name_of(traced.command.command) + (traced.command.inside ? " inside " : " ") +
            std::to_string(traced.payload) + "; ";
    CHECK(traced.arrival <= traced.command.clock);
    CHECK(traced.arrival > 0);
  }
  // 128 bytes lie in two bank groups; the next row of the first bank; then the second bank's row, still open.
  CHECK(told == "ACT 1; ACT 1; RD 1; RD 1; PRE 2; ACT 2; RD 2; RD inside 3; ");
}

}  // namespace lacuna
