// SPDX-License-Identifier: Apache-2.0
// The DMA engine against the modelled DRAM: the same bytes whatever the memory's model, and what it counts.
#include <random>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "engine/dma_engine.h"
#include "memory/dram.h"
#include "memory/dram_device_file.h"
#include "unit/engine_modules/bench.h"

namespace lacuna::engine {

namespace {

constexpr std::uint64_t region_bytes = 1 << 17;  // of memory that the test uses
constexpr std::uint64_t region_base = (1 << 20) - 300;

struct Setup : test::Bench {
  memory::Dram dram;
  DmaEngine dma;
  std::vector<std::uint8_t> local = std::vector<std::uint8_t>(1 << 16);
  VectorEndpoint endpoint{local};

  static memory::DramParams dram_params(memory::DramModel model) {
    memory::DramParams params;
    params.model = model;
    return params;
  }
  static DmaParams dma_params(memory::DramModel model) {
    DmaParams params;
    params.issue_interval = model == memory::DramModel::ideal ? 0 : 1;
    return params;
  }
  explicit Setup(memory::DramModel model)
      : dram("dram", dram_params(model), memory::load_dram_device("ddr3-1600", {}), surroundings),
        dma("dma", dma_params(model), 800_MHz, 2, surroundings) {
    dma.memory.bind(dram.memory);
  }
  std::vector<std::uint8_t> stored() const {
    std::vector<std::uint8_t> bytes(region_bytes);
    const_cast<memory::Dram&>(dram).storage().read(region_base, bytes);
    return bytes;
  }
};

DmaTransfer transfer(Setup& setup, DmaTransfer::Direction direction, DmaPiece piece) {
  DmaTransfer made;
  made.direction = direction;
  made.what = "test data";
  made.endpoint = &setup.endpoint;
  made.pieces = {piece};
  return made;
}

/// Random stores with and without byte enables, then loads of the same places, against a plain copy of the region.
void store_and_load(memory::DramModel model) {
  Setup setup(model);
  std::mt19937 random(3);
  const auto pick = [&](unsigned low, unsigned high) {
    return std::uniform_int_distribution<unsigned>(low, high)(random);
  };
  std::vector<std::uint8_t> expected = setup.stored();
  std::uint64_t enabled_bytes = 0;
  test::Program program([&] {
    for (int round = 0; round < 25; ++round) {
      for (std::uint8_t& byte : setup.local) {
        byte = static_cast<std::uint8_t>(random());
      }
      DmaPiece piece;
      piece.memory = {region_base + pick(0, 5000), pick(1, 900), pick(1, 5), 0, pick(1, 4), 0};
      piece.memory.run_stride = piece.memory.run_bytes + pick(0, 200);
      piece.memory.plane_stride = piece.memory.run_stride * piece.memory.runs + pick(0, 3000);
      std::vector<std::uint8_t> enables;
      if (pick(0, 1) == 0) {
        piece.memory.runs = piece.memory.planes = 1;
        piece.memory.run_bytes = pick(1, 6000);
        for (std::uint64_t i = 0; i < piece.memory.run_bytes; ++i) {
          enables.push_back(pick(0, 1) == 0 ? 0xFF : 0);
        }
        piece.enables = enables;
      }
      std::uint64_t offset = 0;
      for (std::uint64_t plane = 0; plane < piece.memory.planes; ++plane) {
        for (std::uint64_t run = 0; run < piece.memory.runs; ++run) {
          for (std::uint64_t byte = 0; byte < piece.memory.run_bytes; ++byte, ++offset) {
            if (enables.empty() || enables[byte] == 0xFF) {
              expected[piece.memory.address - region_base + plane * piece.memory.plane_stride +
                       run * piece.memory.run_stride + byte] = setup.local[offset];
              ++enabled_bytes;
            }
          }
        }
      }
      setup.dma.run(1, transfer(setup, DmaTransfer::Direction::store, piece));
      REQUIRE(setup.stored() == expected);

      DmaPiece back = piece;
      back.enables = {};
      setup.dma.run(0, transfer(setup, DmaTransfer::Direction::load, back));
      std::size_t wrong = 0;
      offset = 0;
      for (std::uint64_t plane = 0; plane < back.memory.planes; ++plane) {
        for (std::uint64_t run = 0; run < back.memory.runs; ++run) {
          for (std::uint64_t byte = 0; byte < back.memory.run_bytes; ++byte, ++offset) {
            wrong += setup.local[offset] == expected[back.memory.address - region_base +
                                                     plane * back.memory.plane_stride +
                                                     run * back.memory.run_stride + byte]
                         ? 0
                         : 1;
          }
        }
      }
      REQUIRE(wrong == 0);
    }
  });
  setup.watchdog.run();
  CHECK(program.error.empty());
  CHECK(program.finished);
  CHECK((sc_core::sc_time_stamp() == sc_core::SC_ZERO_TIME) == (model == memory::DramModel::ideal));
  // What the engine moved is what the memory served.
  CHECK(setup.statistics.value("dma.bytes_written") == enabled_bytes);
  CHECK(setup.statistics.value("dram.write_bytes") == enabled_bytes);
  CHECK(setup.statistics.value("dram.read_bytes") == setup.statistics.value("dma.bytes_read"));
  CHECK(setup.statistics.value("dram.reads") + setup.statistics.value("dram.writes") ==
        setup.statistics.value("dma.bursts"));
}

}  // namespace

TEST_CASE("stores and loads through ideal DRAM") {
  store_and_load(memory::DramModel::ideal);
}
TEST_CASE("stores and loads through flat DRAM") {
  store_and_load(memory::DramModel::flat);
}
TEST_CASE("stores and loads through timed DRAM") {
  store_and_load(memory::DramModel::timed);
}

TEST_CASE("a long load comes at the bandwidth of flat DRAM") {
  Setup setup(memory::DramModel::flat);
  test::Program program([&] {
    DmaPiece piece;
    piece.memory.address = 1 << 20;
    piece.memory.run_bytes = 64 * 1024;
    setup.dma.run(0, transfer(setup, DmaTransfer::Direction::load, piece));
  });
  setup.watchdog.run();
  CHECK(program.finished);
  // 64 KiB at 12.8 GB/s, that is 16 bytes a clock: 4096 clocks of 1.25 ns, and no clock between bursts.
  CHECK(sc_core::sc_time_stamp().value() >= 4096u * 1250);
  CHECK(sc_core::sc_time_stamp().value() <= 4100u * 1250);
  CHECK(setup.statistics.value("dma.busy_cycles") >= 4096);
}

TEST_CASE("addresses beyond the DRAM are refused with the first of them") {
  Setup setup(memory::DramModel::timed);
  const std::uint64_t capacity = setup.dram.capacity().value();
  test::Program program([&] {
    DmaPiece piece;
    piece.memory.address = capacity - 64;
    piece.memory.run_bytes = 256;
    setup.dma.run(0, transfer(setup, DmaTransfer::Direction::load, piece));
  });
  setup.watchdog.run();
  CHECK_FALSE(program.finished);
  CHECK(program.error ==
        fmt::format("dma: reading 192 bytes of test data: unmapped address {:#x}", capacity));
}

}  // namespace lacuna::engine
