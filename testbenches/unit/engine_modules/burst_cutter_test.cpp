// SPDX-License-Identifier: Apache-2.0
#include "engine/burst_cutter.h"

#include <random>
#include <vector>

#include <catch2/catch.hpp>

namespace lacuna::engine {

namespace {

std::vector<Burst> cut(const DmaPiece& piece, const BurstLimits& limits) {
  BurstCutter cutter(piece, limits);
  std::vector<Burst> bursts;
  while (const auto burst = cutter.next()) {
    bursts.push_back(*burst);
  }
  return bursts;
}

DmaPiece block(std::uint64_t address, std::uint64_t bytes) {
  DmaPiece piece;
  piece.memory.address = address;
  piece.memory.run_bytes = bytes;
  return piece;
}

}  // namespace

TEST_CASE("a long run is cut at every boundary and nowhere else") {
  const auto bursts = cut(block(4000, 9000), {4096, 4096});
  REQUIRE(bursts.size() == 4);
  CHECK(bursts[0].address == 4000);
  CHECK(bursts[0].bytes == 96);
  CHECK(bursts[1].address == 4096);
  CHECK(bursts[1].bytes == 4096);
  CHECK(bursts[2].bytes == 4096);
  CHECK(bursts[3].address == 12288);
  CHECK(bursts[3].bytes == 712);
  CHECK(bursts[3].local == 8288);
}

TEST_CASE("a burst is never longer than the memory accepts") {
  const auto bursts = cut(block(64, 300), {128, 4096});
  REQUIRE(bursts.size() == 3);
  CHECK(bursts[2].bytes == 44);
}

TEST_CASE("runs that touch in memory and in the buffer become one burst") {
  // 4 rows of 8 pixels of 16 bytes, all of the image: 512 bytes without a gap.
  DmaPiece piece = block(1024, 16);
  piece.memory.runs = 8;
  piece.memory.run_stride = 16;
  piece.memory.planes = 4;
  piece.memory.plane_stride = 128;
  CHECK(cut(piece, {4096, 4096}).size() == 1);

  SECTION("a gap between planes keeps the planes apart") {
    piece.memory.plane_stride = 160;
    const auto bursts = cut(piece, {4096, 4096});
    REQUIRE(bursts.size() == 4);
    CHECK(bursts[1].address == 1184);
    CHECK(bursts[1].bytes == 128);
    CHECK(bursts[1].local == 128);
  }
  SECTION("a gap in the buffer keeps the runs apart") {
    piece.local.run_stride = 32;
    CHECK(cut(piece, {4096, 4096}).size() == 32);
  }
}

TEST_CASE("an empty piece has no bursts") {
  CHECK(cut(block(100, 0), {4096, 4096}).empty());
  DmaPiece none = block(100, 8);
  none.memory.runs = 0;
  CHECK(cut(none, {4096, 4096}).empty());
  none.memory.runs = 1;
  none.memory.planes = 0;
  CHECK(cut(none, {4096, 4096}).empty());
}

TEST_CASE("bursts cover exactly the bytes of random patterns, in order, within the limits") {
  std::mt19937 random(7);
  const auto pick = [&](unsigned low, unsigned high) {
    return std::uniform_int_distribution<unsigned>(low, high)(random);
  };
  for (int round = 0; round < 300; ++round) {
    DmaPiece piece;
    piece.memory = {pick(0, 5000), pick(1, 700), pick(1, 6), 0, pick(1, 5), 0};
    piece.memory.run_stride = piece.memory.run_bytes + (pick(0, 1) ? 0 : pick(0, 99));
    piece.memory.plane_stride =
        piece.memory.run_stride * piece.memory.runs + (pick(0, 1) ? 0 : pick(0, 999));
    piece.local.offset = pick(0, 50);
    if (pick(0, 1) == 0) {
      piece.local.run_stride = piece.memory.run_bytes + pick(0, 9);
      piece.local.plane_stride = piece.local.run_stride * piece.memory.runs + pick(0, 9);
    }
    const BurstLimits limits{std::uint64_t{1} << pick(3, 12), std::uint64_t{1} << pick(6, 12)};
    const auto bursts = cut(piece, limits);

    const std::uint64_t local_run =
        piece.local.run_stride != 0 ? piece.local.run_stride : piece.memory.run_bytes;
    const std::uint64_t local_plane =
        piece.local.plane_stride != 0 ? piece.local.plane_stride : local_run * piece.memory.runs;
    std::size_t burst = 0;
    std::uint64_t within = 0;
    for (std::uint64_t plane = 0; plane < piece.memory.planes; ++plane) {
      for (std::uint64_t run = 0; run < piece.memory.runs; ++run) {
        for (std::uint64_t byte = 0; byte < piece.memory.run_bytes; ++byte) {
          REQUIRE(burst < bursts.size());
          const std::uint64_t address = piece.memory.address + plane * piece.memory.plane_stride +
                                        run * piece.memory.run_stride + byte;
          const std::uint64_t local =
              piece.local.offset + plane * local_plane + run * local_run + byte;
          const bool address_is_right = bursts[burst].address + within == address;
          const bool local_is_right = bursts[burst].local + within == local;
          REQUIRE(address_is_right);
          REQUIRE(local_is_right);
          if (++within == bursts[burst].bytes) {
            within = 0;
            ++burst;
          }
        }
      }
    }
    CHECK(burst == bursts.size());
    for (const Burst& each : bursts) {
      CHECK(each.bytes <= limits.max_burst);
      CHECK(each.address / limits.boundary == (each.address + each.bytes - 1) / limits.boundary);
    }
  }
}

}  // namespace lacuna::engine
