// SPDX-License-Identifier: Apache-2.0
#include "noc/clock_crossing.h"

#include <cstring>
#include <random>

#include "unit/noc/interconnect_system.h"

namespace lacuna {

using noc::AsynchronousFifo;
using noc::ClockCrossing;
using noc::ClockCrossingParams;
using test::access;
using test::Access;
using test::dram_params;
using test::Player;
using test::random_accesses;

namespace {

ClockCrossingParams crossing_params(Frequency from, Frequency to) {
  ClockCrossingParams params;  // 16 bytes a word, 2 stages
  params.target_clock = from;
  params.initiator_clock = to;
  return params;
}

/// A player, a crossing, a memory.
struct Bridge {
  explicit Bridge(const ClockCrossingParams& params, std::vector<Access> accesses,
                  memory::DramModel model = memory::DramModel::ideal)
      : crossing("crossing", params, bench.surroundings),
        dram("dram", dram_params(model), test::ddr4_set_u(), bench.surroundings),
        player("player", std::move(accesses)) {
    player.memory.bind(crossing.target);
    crossing.initiator.bind(dram.memory);
  }
  void run() {
    sc_core::sc_start();
    CHECK(player.finished());
    CHECK(player.protocol_errors == 0);
    CHECK(player.pool().in_use() == 0);
    CHECK(crossing.waiting_for().empty());
  }
  test::Bench bench;
  ClockCrossing crossing;
  memory::Dram dram;
  Player player;
};

}  // namespace

TEST_CASE("a word leaves after the synchroniser's edges of the reading clock") {
  AsynchronousFifo fifo(1_ns, 2_ns, 2, 64);
  const auto first = fifo.pass(0_ns, 1);
  CHECK(first.written == 1_ns);
  CHECK(first.read == 8_ns);  // 1 ns written, 4 ns of synchroniser, edge at 6 ns, a cycle
  const auto second = fifo.pass(100_ns, 1);
  CHECK(second.read == 108_ns);
}

TEST_CASE("a long stream goes at the pace of the slower clock") {
  AsynchronousFifo to_slow(1_ns, 3_ns, 2, 64);
  CHECK(to_slow.interval() == 3_ns);
  AsynchronousFifo to_fast(3_ns, 1_ns, 2, 64);
  CHECK(to_fast.interval() == 3_ns);
  const auto passage = to_fast.pass(0_ns, 100);
  CHECK(passage.written == 300_ns);
  CHECK(passage.read == 303_ns);  // 2 ns of synchroniser and a cycle
}

TEST_CASE("a shallow FIFO waits for its pointers to go round") {
  // (1 + 1) ns times (2 + 1) is 6 ns for four words.
  CHECK(AsynchronousFifo(1_ns, 1_ns, 2, 4).interval() == Time(1500));
  CHECK(AsynchronousFifo(1_ns, 1_ns, 2, 6).interval() == 1_ns);
  CHECK(AsynchronousFifo(1_ns, 1_ns, 2, 1).interval() == 6_ns);
}

TEST_CASE("a later stream waits for the earlier one, never the other way round") {
  AsynchronousFifo fifo(2_ns, 5_ns, 2, 8);
  Time last_read;
  Time last_written;
  for (int i = 0; i < 200; ++i) {
    const auto passage =
        fifo.pass(Time(i * 3100 + (i % 7) * 900), static_cast<std::uint64_t>(1 + i % 5));
    CHECK(passage.read > last_read);
    CHECK(passage.written >= last_written);
    CHECK(passage.read > passage.written);
    last_read = passage.read;
    last_written = passage.written;
  }
}

TEST_CASE("either side moves a word a clock at most") {
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    const Time write_period(1 + random() % 9);
    const Time read_period(1 + random() % 9);
    AsynchronousFifo fifo(write_period, read_period, 1 + random() % 3, 1 + random() % 20);
    AsynchronousFifo::Passage last{};
    for (int i = 0; i < 50; ++i) {
      const std::uint64_t words = 1 + random() % 6;
      const Time when = last.written + Time(random() % 3 == 0 ? random() % 40 : 0);
      const auto passage = fifo.pass(when, words);
      const auto clocks = [&](Time period) {
        return Time(period.value() * static_cast<std::int64_t>(words));
      };
      REQUIRE(passage.written >= last.written + clocks(write_period));
      REQUIRE(passage.read >= last.read + clocks(read_period));
      REQUIRE(passage.written.value() % write_period.value() == 0);
      REQUIRE(passage.read.value() % read_period.value() == 0);
      last = passage;
    }
  }
}

TEST_CASE("an access over a crossing costs both ways") {
  ClockCrossingParams params = crossing_params(1_GHz, 500_MHz);
  params.depth = 64;
  Bridge bridge(params, {access(0, false, 0, 64), access(1000, true, 0, 64)});
  bridge.run();
  const Access& read = bridge.player.accesses[0];
  CHECK(read.accepted == 1000);
  // One word to the slow side is there at 8 ns; five words come back: written until 18 ns, read until 21 ns.
  CHECK(read.responded == 21'000);
  const Access& write = bridge.player.accesses[1];
  const std::int64_t start = 1'250'000;
  // Five words, two slow clocks each at the rate of 2 ns: written until 9 ns; read until 16 ns. The answer is one word.
  CHECK(write.accepted - start == 9'000);
  CHECK(write.responded - start == 21'000);
  CHECK(bridge.bench.value("crossing.request_words") == 6);
  CHECK(bridge.bench.value("crossing.response_words") == 6);
}

TEST_CASE("a target that is busy holds the source back through a crossing") {
  ClockCrossingParams params = crossing_params(1_GHz, 1_GHz);
  params.requests = 1;
  std::vector<Access> accesses;
  for (int i = 0; i < 40; ++i) {
    accesses.push_back(access(0, false, std::uint64_t(i) * (1 << 20), 64));
  }
  Bridge bridge(params, accesses, memory::DramModel::timed);
  bridge.run();
  for (std::size_t i = 1; i < accesses.size(); ++i) {
    // The next request may enter only after the one before has been taken on the other side: four edges later.
    CHECK(bridge.player.accesses[i].accepted - bridge.player.accesses[i - 1].accepted >= 4000);
  }
}

TEST_CASE("what is written over a crossing is read back") {
  std::vector<Access> accesses = random_accesses(500, 3);
  for (Access& one : accesses) {
    one.address %= 1 << 20;
  }
  Bridge bridge(crossing_params(800_MHz, 333_MHz), accesses, memory::DramModel::timed);
  bridge.run();
  std::vector<std::uint8_t> expected(2 << 20);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    expected[i] = memory::Storage::unwritten(i);
  }
  for (const Access& one : bridge.player.accesses) {
    REQUIRE(one.status == ::tlm::TLM_OK_RESPONSE);
    if (one.write) {
      std::memset(expected.data() + one.address, one.fill, one.bytes);
    } else {
      REQUIRE(std::memcmp(expected.data() + one.address, one.data.data(), one.bytes) == 0);
    }
  }
}

TEST_CASE("blocking access costs what the FIFOs cost, debug access nothing") {
  ClockCrossingParams params = crossing_params(1_GHz, 500_MHz);
  params.depth = 64;
  Bridge bridge(params, {});
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  std::vector<std::uint8_t> data(64, 9);
  tlm::Payload payload;
  payload.set_write();
  payload.set_address(128);
  payload.set_data_ptr(data.data());
  payload.set_data_length(64);
  payload.set_streaming_width(64);
  CHECK(bridge.player.memory->transport_dbg(payload) == 64);
  payload.set_read();
  std::fill(data.begin(), data.end(), std::uint8_t{0});
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  bridge.player.memory->b_transport(payload, delay);
  CHECK(delay == sc_core::sc_time(21, sc_core::SC_NS));
  CHECK(data == std::vector<std::uint8_t>(64, 9));
}

}  // namespace lacuna
