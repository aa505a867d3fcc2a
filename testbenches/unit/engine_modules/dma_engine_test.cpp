// SPDX-License-Identifier: Apache-2.0
#include "engine/dma_engine.h"

#include <memory>
#include <random>

#include <catch2/catch.hpp>

#include "unit/engine_modules/bench.h"
#include "unit/engine_modules/test_memory.h"

namespace lacuna::engine {
using sc_core::sc_time;
using test::Bench;
using test::Program;
using test::TestMemory;

namespace {

const sc_time clock_period(1250, sc_core::SC_PS);

sc_time ns(double n) {
  return sc_time(n, sc_core::SC_NS);
}

/// A DMA engine in front of a plain memory.
struct Setup : Bench {
  TestMemory memory;
  DmaEngine dma;
  std::vector<std::uint8_t> local = std::vector<std::uint8_t>(1 << 16);
  VectorEndpoint endpoint{local};

  explicit Setup(const TestMemory::Behaviour& behaviour, const DmaParams& params = {},
                 unsigned channels = 2)
      : memory("memory", behaviour), dma("dma", params, 800_MHz, channels, surroundings) {
    dma.memory.bind(memory.target);
  }
  DmaTransfer transfer(DmaTransfer::Direction direction, const DmaPiece& piece) {
    DmaTransfer made;
    made.direction = direction;
    made.what = "bytes of a test";
    made.endpoint = &endpoint;
    made.pieces = {piece};
    return made;
  }
  DmaTransfer load(std::uint64_t address, std::uint64_t bytes, std::uint64_t offset = 0) {
    DmaPiece piece;
    piece.memory.address = address;
    piece.memory.run_bytes = bytes;
    piece.local.offset = offset;
    return transfer(DmaTransfer::Direction::load, piece);
  }
};

DmaPiece random_piece(std::mt19937& random) {
  const auto pick = [&](unsigned low, unsigned high) {
    return std::uniform_int_distribution<unsigned>(low, high)(random);
  };
  DmaPiece piece;
  piece.memory = {pick(0, 3000), pick(1, 600), pick(1, 5), 0, pick(1, 4), 0};
  piece.memory.run_stride = piece.memory.run_bytes + pick(0, 70);
  piece.memory.plane_stride = piece.memory.run_stride * piece.memory.runs + pick(0, 500);
  return piece;
}

/// Calls visit(address, offset) for every byte of a piece whose local side is dense.
template <class Visit>
void for_each_byte(const DmaPiece& piece, Visit visit) {
  std::uint64_t offset = piece.local.offset;
  for (std::uint64_t plane = 0; plane < piece.memory.planes; ++plane) {
    for (std::uint64_t run = 0; run < piece.memory.runs; ++run) {
      for (std::uint64_t byte = 0; byte < piece.memory.run_bytes; ++byte) {
        visit(piece.memory.address + plane * piece.memory.plane_stride +
                  run * piece.memory.run_stride + byte,
              offset++);
      }
    }
  }
}

/// Loads and stores random patterns, both channels at once, and compares byte by byte.
void move_random_patterns(const TestMemory::Behaviour& behaviour, const DmaParams& params = {}) {
  Setup setup(behaviour, params);
  Program program([&] {
    std::mt19937 random(behaviour.seed);
    for (int round = 0; round < 20; ++round) {
      const std::vector<std::uint8_t> memory_before = setup.memory.bytes;
      const DmaPiece read = random_piece(random);
      DmaPiece write = random_piece(random);
      write.memory.address += 1 << 15;  // clear of what is read
      write.local.offset = 1 << 15;
      std::uint64_t i = 0;
      for_each_byte(write, [&](std::uint64_t, std::uint64_t offset) {
        setup.local[offset] = static_cast<std::uint8_t>(random() + i++);
      });
      const auto loading = setup.dma.start(0, setup.transfer(DmaTransfer::Direction::load, read));
      const auto storing = setup.dma.start(1, setup.transfer(DmaTransfer::Direction::store, write));
      setup.dma.wait_for(loading);
      setup.dma.wait_for(storing);

      std::size_t wrong = 0;
      for_each_byte(read, [&](std::uint64_t address, std::uint64_t offset) {
        wrong += setup.local[offset] == memory_before[address] ? 0 : 1;
      });
      std::vector<std::uint8_t> expected = memory_before;
      for_each_byte(write, [&](std::uint64_t address, std::uint64_t offset) {
        expected[address] = setup.local[offset];
      });
      REQUIRE(wrong == 0);
      REQUIRE(setup.memory.bytes == expected);
    }
  });
  sc_core::sc_start();
  CHECK(program.error.empty());
  CHECK(program.finished);
  CHECK(setup.memory.protocol_errors == 0);
  CHECK(setup.memory.in_flight() == 0);
}

TestMemory::Behaviour answering(TestMemory::Answer answer) {
  TestMemory::Behaviour behaviour;
  behaviour.answer = answer;
  behaviour.accept_delay = ns(3);
  behaviour.min_latency = ns(10);
  behaviour.max_latency = ns(200);
  behaviour.seed = 11;
  return behaviour;
}

}  // namespace

TEST_CASE("patterns arrive when requests are accepted later and responses overtake each other") {
  move_random_patterns(answering(TestMemory::Answer::end_request_later));
}
TEST_CASE("patterns arrive when requests are accepted in the call") {
  move_random_patterns(answering(TestMemory::Answer::end_request_now));
}
TEST_CASE("patterns arrive when the response is in the call") {
  move_random_patterns(answering(TestMemory::Answer::begin_response_now));
}
TEST_CASE("patterns arrive when the transaction completes in the call") {
  move_random_patterns(answering(TestMemory::Answer::completed));
}
TEST_CASE("patterns arrive when the response stands for the accepted request") {
  move_random_patterns(answering(TestMemory::Answer::response_only));
}
TEST_CASE("patterns arrive in short bursts and one at a time") {
  DmaParams params;
  params.outstanding = 1;
  params.max_burst = 32_B;
  params.boundary = 64_B;
  move_random_patterns(answering(TestMemory::Answer::end_request_later), params);
}

TEST_CASE("as many bursts are in flight as allowed, never more") {
  TestMemory::Behaviour slow;
  slow.min_latency = slow.max_latency = ns(1000);
  DmaParams params;
  params.outstanding = 5;
  params.max_burst = 64_B;
  Setup setup(slow, params);
  Program program([&] { setup.dma.run(0, setup.load(0, 64 * 23)); });
  sc_core::sc_start();
  CHECK(program.finished);
  CHECK(setup.memory.most_in_flight == 5);
  CHECK(setup.memory.seen.size() == 23);
  CHECK(setup.statistics.value("dma.bursts") == 23);
  CHECK(setup.statistics.value("dma.bytes_read") == 64 * 23);
  CHECK(setup.statistics.value("dma.bytes_written") == 0);
  CHECK(setup.statistics.value("dma.stall_cycles") > 0);
}

TEST_CASE("bursts leave one a clock, and the completion is seen at a clock edge") {
  TestMemory::Behaviour behaviour;
  behaviour.answer = TestMemory::Answer::end_request_now;
  behaviour.min_latency = behaviour.max_latency = ns(10.1);
  DmaParams params;
  params.max_burst = 64_B;
  Setup setup(behaviour, params);
  sc_time end;
  Program program([&] {
    setup.dma.run(0, setup.load(0, 64 * 4));
    end = sc_core::sc_time_stamp();
  });
  sc_core::sc_start();
  REQUIRE(setup.memory.seen.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(setup.memory.seen[i].when == i * clock_period);
  }
  // 3 clocks to the last issue, 10.1 ns: 13.85 ns, that is 11.08 clocks.
  CHECK(end == 12 * clock_period);
  CHECK(setup.statistics.value("dma.busy_cycles") == 11);
}

TEST_CASE("with a memory that answers at once and no issue limit nothing takes time") {
  TestMemory::Behaviour behaviour;
  DmaParams params;
  params.issue_interval = 0;
  params.max_burst = 64_B;
  Setup setup(behaviour, params);
  Program program([&] {
    setup.dma.run(0, setup.load(0, 60000));
    setup.dma.run(1, setup.load(100, 3000));
  });
  sc_core::sc_start();
  CHECK(program.finished);
  CHECK(sc_core::sc_time_stamp() == sc_core::SC_ZERO_TIME);
  CHECK(setup.local[0] == setup.memory.bytes[100]);
  CHECK(setup.statistics.value("dma.bytes_read") == 63000);
}

TEST_CASE("channels take turns burst by burst") {
  TestMemory::Behaviour behaviour;
  behaviour.min_latency = behaviour.max_latency = ns(50);
  DmaParams params;
  params.max_burst = 64_B;
  Setup setup(behaviour, params, 3);
  Program program([&] {
    const auto a = setup.dma.start(0, setup.load(0, 64 * 4));
    const auto b = setup.dma.start(1, setup.load(1 << 12, 64 * 2));
    const auto c = setup.dma.start(2, setup.load(2 << 12, 64 * 3));
    setup.dma.wait_for(a);
    setup.dma.wait_for(b);
    setup.dma.wait_for(c);
  });
  sc_core::sc_start();
  std::vector<std::uint64_t> order;
  for (const auto& request : setup.memory.seen) {
    order.push_back(request.address >> 12);
  }
  CHECK(order == std::vector<std::uint64_t>{0, 1, 2, 0, 1, 2, 0, 2, 0});
}

TEST_CASE("transfers of one channel start in the order they were queued") {
  TestMemory::Behaviour behaviour;
  behaviour.min_latency = behaviour.max_latency = ns(20);
  Setup setup(behaviour);
  Program program([&] {
    const auto first = setup.dma.start(0, setup.load(8192, 4096, 0));
    const auto second = setup.dma.start(0, setup.load(0, 64, 4096));
    CHECK_FALSE(first->done());
    setup.dma.wait_for(second);
    CHECK(first->done());
  });
  sc_core::sc_start();
  CHECK(program.finished);
  REQUIRE(setup.memory.seen.size() == 2);
  CHECK(setup.memory.seen[0].address == 8192);
}

TEST_CASE("only enabled bytes reach memory, also where a store is cut into bursts") {
  TestMemory::Behaviour behaviour;
  behaviour.min_latency = behaviour.max_latency = ns(20);
  Setup setup(behaviour);
  // 200 bytes across the 4 KiB boundary, every third one enabled.
  std::vector<std::uint8_t> enables(200, 0);
  for (std::size_t i = 0; i < enables.size(); i += 3) {
    enables[i] = 0xFF;
  }
  std::vector<std::uint8_t> expected = setup.memory.bytes;
  for (std::size_t i = 0; i < 200; ++i) {
    setup.local[i] = static_cast<std::uint8_t>(255 - i);
    if (i % 3 == 0) {
      expected[4000 + i] = setup.local[i];
    }
  }
  Program program([&] {
    DmaPiece piece;
    piece.memory.address = 4000;
    piece.memory.run_bytes = 200;
    piece.enables = enables;
    setup.dma.run(0, setup.transfer(DmaTransfer::Direction::store, piece));
  });
  sc_core::sc_start();
  CHECK(program.finished);
  CHECK(setup.memory.seen.size() == 2);
  CHECK(setup.memory.bytes == expected);
  CHECK(setup.statistics.value("dma.bytes_written") == 67);
}

TEST_CASE("a refused burst is reported with its address, requester and purpose") {
  TestMemory::Behaviour behaviour;
  behaviour.size = 8192;
  behaviour.min_latency = behaviour.max_latency = ns(20);
  DmaParams params;
  params.max_burst = 64_B;
  params.outstanding = 2;
  Setup setup(behaviour, params);
  bool other_done = false;
  Program program([&] {
    // The other channel is not disturbed.
    const auto other = setup.dma.start(1, setup.load(0, 4096, 8192));
    std::string message;
    try {
      setup.dma.run(0, setup.load(8192 - 128, 4096));
    } catch (const Error& error) {
      CHECK(error.fault() == Fault::stuck);
      message = error.what();
    }
    CHECK(message == "dma: reading 64 bytes of bytes of a test: unmapped address 0x2000");
    setup.dma.wait_for(other);
    other_done = true;
    setup.dma.run(0, setup.load(0, 64));  // the channel lives on
  });
  sc_core::sc_start();
  CHECK(program.finished);
  CHECK(other_done);
  // After the first refusal only what was in flight can still have been asked for.
  std::size_t refused = 0;
  for (const auto& request : setup.memory.seen) {
    refused += request.address >= 8192 ? 1 : 0;
  }
  CHECK(refused <= 2);
}

TEST_CASE("a transfer without bytes is done at once") {
  Setup setup(TestMemory::Behaviour{});
  Program program([&] { setup.dma.run(0, setup.load(0, 0)); });
  sc_core::sc_start();
  CHECK(program.finished);
  CHECK(setup.memory.seen.empty());
}

TEST_CASE("debug transfers take no time and are not counted") {
  Setup setup(TestMemory::Behaviour{});
  Program program([&] {
    setup.dma.run_debug(setup.load(5000, 700, 3));
    REQUIRE_THROWS_AS(setup.dma.run_debug(setup.load((1 << 16) - 4, 8, 4000)), Error);
  });
  sc_core::sc_start();
  CHECK(program.finished);
  CHECK(sc_core::sc_time_stamp() == sc_core::SC_ZERO_TIME);
  CHECK(std::equal(setup.local.begin() + 3, setup.local.begin() + 703,
                   setup.memory.bytes.begin() + 5000));
  CHECK(setup.statistics.value("dma.bytes_read") == 0);
  CHECK(setup.memory.seen.empty());
}

TEST_CASE("a waiting engine says for what") {
  TestMemory::Behaviour behaviour;
  behaviour.min_latency = behaviour.max_latency = ns(1000);
  Setup setup(behaviour);
  Program program([&] { setup.dma.run(0, setup.load(64, 32)); });
  sc_core::sc_start(ns(100));
  CHECK(setup.dma.waiting_for() ==
        "dma for reading 32 bytes of bytes of a test at 0x40, 1 bursts in flight");
  sc_core::sc_start();
  CHECK(setup.dma.waiting_for().empty());
}

}  // namespace lacuna::engine
