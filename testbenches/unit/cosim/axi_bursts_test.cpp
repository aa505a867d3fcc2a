// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "cosim/axi_manager.h"

using namespace lacuna::cosim;

TEST_CASE("bursts cover every byte once, and none crosses 4 KiB or is too long") {
  for (const unsigned width : {4u, 8u, 64u}) {
    for (const std::uint64_t address : {0u, 1u, 7u, 4090u, 4096u, 8191u}) {
      for (const std::uint64_t bytes : {1u, 3u, 8u, 64u, 1000u, 4096u, 9000u}) {
        for (const unsigned beats : {1u, 16u, 256u}) {
          std::uint64_t next = address;
          for (const AxiBurst& burst : cut_into_bursts(address, bytes, true, width, beats, false)) {
            CHECK(burst.address.address == next);
            CHECK(burst.address.beats() <= beats);
            CHECK(burst.address.beat_bytes() == width);
            const std::uint64_t end = burst.first_byte() + burst.data.size();
            CHECK((end - 1) / 4096 == next / 4096);
            CHECK(burst.enables.size() == burst.data.size());
            next = end;
          }
          CHECK(next >= address + bytes);
          CHECK(next < address + bytes + width);
        }
      }
    }
  }
}

TEST_CASE("an unaligned first beat keeps its address, unless words are asked for") {
  const auto bursts = cut_into_bursts(0x1003, 10, false, 8, 16, false);
  REQUIRE(bursts.size() == 1);
  CHECK(bursts[0].address.address == 0x1003);
  CHECK(bursts[0].address.beats() == 2);
  CHECK(bursts[0].address.beat_address(1) == 0x1008);
  const auto words = cut_into_bursts(0x1003, 10, false, 8, 1, true);
  REQUIRE(words.size() == 2);
  CHECK(words[0].address.address == 0x1000);
  CHECK(words[1].address.address == 0x1008);
}
