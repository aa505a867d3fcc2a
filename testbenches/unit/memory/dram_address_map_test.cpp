// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_address_map.h"

#include <random>

#include <catch2/catch.hpp>

#include "unit/memory/devices.h"

namespace lacuna {

namespace {

memory::DramAddressMap make(const std::string& text, unsigned channels = 1, unsigned ranks = 1) {
  return memory::DramAddressMap(text, test::ddr4_set_u().organisation, channels, ranks);
}

std::string error_of(const std::string& text, unsigned channels = 1, unsigned ranks = 1) {
  try {
    make(text, channels, ranks);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("fields stand from the most to the least significant above the burst") {
  // Map M2: 6 offset, 2 bank group, 7 column, 2 bank, 1 rank, 16 row.
  const auto map = make("row rank bank column bankgroup", 1, 2);
  CHECK(map.decode(63) == memory::DramLocation{});
  CHECK(map.decode(64).bank_group == 1);
  CHECK(map.decode(64 * 4).column == 1);
  CHECK(map.decode(64 * 4 * 128).bank == 1);
  CHECK(map.decode(64 * 4 * 128 * 4).rank == 1);
  CHECK(map.decode(64 * 4 * 128 * 4 * 2).row == 1);
  // Map M1: 6 offset, 7 column, rank, 2 bank group, 2 bank, 16 row.
  const auto other = make("row bank bankgroup rank column", 1, 2);
  CHECK(other.decode(64).column == 1);
  CHECK(other.decode(64 * 128).rank == 1);
  CHECK(other.decode(64 * 128 * 2).bank_group == 1);
  CHECK(other.decode(64 * 128 * 2 * 4).bank == 1);
}

TEST_CASE("a field can be split into pieces") {
  const auto map = make("row bank column:5 bankgroup column:2");
  CHECK(map.decode(64).column == 1);
  CHECK(map.decode(64 * 3).column == 3);
  CHECK(map.decode(64 * 4).bank_group == 1);
  CHECK(map.decode(64 * 16).column == 4);
  const auto rest = make("row bank column bankgroup column:2");
  CHECK(rest.decode(64 * 16 * 31).column == 31 * 4);
}

TEST_CASE("a field can be flipped by bits of another") {
  const auto map = make("row rank bank^row column bankgroup^row+2");
  CHECK(map.decode(64 * 512).bank == 1);
  // Row 5 = 0b101: bank 0 becomes 1, bank group 0 becomes 1.
  const auto location = map.decode(std::uint64_t{5} << 17);
  CHECK(location.row == 5);
  CHECK(location.bank == 1);
  CHECK(location.bank_group == 1);
  CHECK(map.lane_flip(location) == 1);
  CHECK(map.run().lanes == 4);
  CHECK(map.run().bursts == 512);
  // Bursts whose bank group depends on their column cannot be told ahead.
  CHECK(make("row bank column bankgroup^column").run().bursts == 1);
}

TEST_CASE("impossible flips are refused with the reason") {
  CHECK(error_of("row bank^row column^bank bankgroup").find("flipped itself") != std::string::npos);
  CHECK(error_of("row bank^bank column bankgroup").find("flipped itself") != std::string::npos);
  CHECK(error_of("row bank^row+15 column bankgroup").find("bits 15 to 16 of 'row', which has 16") !=
        std::string::npos);
  CHECK(error_of("row bank^rows column bankgroup").find("did you mean 'row'") != std::string::npos);
  CHECK(error_of("row bank^row+x column bankgroup").find("after the plus") != std::string::npos);
  CHECK_FALSE(error_of("row bank^ column bankgroup").empty());
}

TEST_CASE("decoding and encoding are inverse") {
  std::mt19937_64 random(3);
  for (const char* text :
       {"row rank bank column bankgroup channel", "row bank:1 channel column rank bankgroup bank",
        "column row:10 channel:1 rank row:6 bank bankgroup channel",
        "row rank bank^row column bankgroup^row+2^row+7 channel^row+5",
        "row rank bank column bankgroup:1^column+2 channel bankgroup:1^bank"}) {
    const auto map = make(text, 4, 2);
    for (int i = 0; i < 1000; ++i) {
      const std::uint64_t address = random() % (std::uint64_t{8} << 33) / 64 * 64;
      CHECK(map.encode(map.decode(address)) == address);
    }
  }
}

TEST_CASE("fields of one choice may be left out") {
  CHECK(error_of("row bank column bankgroup").empty());
  CHECK(error_of("row rank bank column bankgroup channel").empty());
}

TEST_CASE("impossible maps are refused with the reason") {
  CHECK(error_of("row bank colunm bankgroup").find("did you mean 'column'") != std::string::npos);
  CHECK(error_of("row bank column bankgroup", 2).find("'channel' has 0 bits") != std::string::npos);
  CHECK(error_of("row column bankgroup").find("'bank' has 0 bits in the map, but needs 2") !=
        std::string::npos);
  CHECK(error_of("row bank bank column bankgroup").find("stands twice") != std::string::npos);
  CHECK(error_of("row bank column:8 bankgroup").find("'column' has 8 bits") != std::string::npos);
  CHECK(error_of("row bank column:x bankgroup").find("number of bits") != std::string::npos);
  CHECK(error_of("row bank column:0 column bankgroup").find("number of bits") != std::string::npos);
  CHECK_FALSE(error_of("").empty());
}

}  // namespace lacuna
