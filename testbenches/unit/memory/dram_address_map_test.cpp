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
  CHECK(map.lane_flip(std::uint64_t{5} << 17) == 1);
  CHECK(map.lane_flip((std::uint64_t{5} << 17) + 64 * 509) == 1);
  CHECK(map.run().lanes == 4);
  CHECK(map.run().bursts == 512);
  // From column to column the flip changes: a run goes round the bank groups once.
  const auto short_runs = make("row bank column bankgroup^column");
  CHECK(short_runs.run().lanes == 4);
  CHECK(short_runs.run().bursts == 4);
  CHECK(short_runs.lane_flip(64 * 4 * 3) == 3);
  // Columns that something flips do not count upwards.
  CHECK(make("row bank column:5 bankgroup column:2^row").run().bursts == 1);
}

TEST_CASE("the maps of the literature can be written as it writes them") {
  const auto same = [](const std::string& a, const std::string& b, unsigned channels = 1) {
    const auto x = make(a, channels, 2);
    const auto y = make(b, channels, 2);
    for (unsigned bit = 6; bit < 36; ++bit) {
      const std::uint64_t address = (std::uint64_t{1} << bit) % (std::uint64_t{channels} << 34);
      CHECK(x.decode(address) == y.decode(address));
    }
  };
  const std::string m1 = "row bank bankgroup rank column";
  const std::string m2 = "row rank bank column bankgroup";
  same("M1", m1);
  same("m2", m2);
  same("M2", m2 + " channel", 4);
  same("6 offset, 7 column, rank, 2 BG, 2 bank, 16 row", m1);
  same("6 offset, 2 BG, 7 column, 2 bank, rank, 16 row", m2);
  same("7 column, rank, bank group, banks, rows", m1);
  same("RoBaRaCo", m1);
  same("RoBaRaCoCh", m1 + " channel", 2);
  same("rochrababgco", "row channel rank bank bankgroup column", 2);
}

TEST_CASE("mistakes in those are told") {
  CHECK(error_of("7 offset, 2 BG, 7 column, 2 bank, 16 row").find("64 bytes: 6 bits") !=
        std::string::npos);
  CHECK(error_of("16 row, 2 bank, 7 column, 2 BG, 6 offset").find("begins with it") !=
        std::string::npos);
  CHECK(error_of("6 offset, 2 BG, 6 column, 2 bank, 16 row").find("'column' has 6 bits") !=
        std::string::npos);
  CHECK(error_of("6 offset, 2 BG, 7 colum, 2 bank, 16 row").find("did you mean 'column'") !=
        std::string::npos);
  CHECK(error_of("6 offset, 2x BG").find("expected a number of bits") != std::string::npos);
  CHECK(error_of("6 offset, , 2 BG").find("is no field") != std::string::npos);
  CHECK(error_of("RoBaCoRo").find("stands twice") != std::string::npos);
  CHECK(error_of("M3").find("is no field") != std::string::npos);
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
