// SPDX-License-Identifier: Apache-2.0
// Address maps written bit by bit.
#include <algorithm>
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "memory/dram_address_map.h"
#include "memory/dram_controller.h"
#include "unit/memory/devices.h"

namespace lacuna {

namespace {

memory::DramAddressMap make(const std::string& yaml, unsigned channels = 1, unsigned ranks = 1) {
  return memory::DramAddressMap(parse_yaml(yaml, "map.yaml"), test::ddr4_set_u().organisation,
                                channels, ranks);
}

std::string error_of(const std::string& yaml, unsigned channels = 1, unsigned ranks = 1) {
  try {
    make(yaml, channels, ranks);
  } catch (const Error& error) {
    CHECK(error.fault() == Fault::bad_input);
    return error.what();
  }
  return {};
}

/// Map M2 of one rank, bit by bit, with one field to be replaced.
std::string with(const std::string& field, const std::string& bits) {
  std::string text;
  for (const auto& [name, all] : {std::pair<std::string, std::string>{"bankgroup", "[6, 7]"},
                                  {"column", "[8..14]"},
                                  {"bank", "[15, 16]"},
                                  {"row", "[17..32]"}}) {
    const std::string written = name == field ? bits : all;
    text += written.empty() ? "" : name + ": " + written + "\n";
  }
  return text;
}

bool found(const std::string& text, const std::string& part) {
  INFO(text);
  CHECK(text.find(part) != std::string::npos);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("lists of bits say from the least significant what chooses each field") {
  const auto map = make(
      "{column: [6, 7, 8, 9, 10, 11, 12], bank_group: [13, {xor: [14, 17]}], "
      "bank: [15, [16, 18]], row: [17..32]}");
  CHECK(map.decode(64).column == 1);
  CHECK(map.decode(1 << 12).column == 64);
  CHECK(map.decode(1 << 13).bank_group == 1);
  CHECK(map.decode(1 << 14).bank_group == 2);
  CHECK(map.decode(1 << 17).bank_group == 2);
  CHECK(map.decode(1 << 17).row == 1);
  CHECK(map.decode((1 << 17) + (1 << 14)).bank_group == 0);
  CHECK(map.decode(1 << 18).bank == 2);
  CHECK(map.run().bursts == 128);
  CHECK(map.run().lanes == 1);
}

TEST_CASE("an order of fields and its bits are one map") {
  const auto order = memory::DramAddressMap("row rank bank^row column bankgroup^row+2 channel",
                                            test::ddr4_set_u().organisation, 2, 2);
  const auto bits = make(
      "{channel: 6, bankgroup: [[7, 21], [8, 22]], column: [9..15], "
      "bank: [[16, 19], [17, 20]], rank: 18, row: [19..34], offset: [0..5]}",
      2, 2);
  std::mt19937_64 random(1);
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t address = random() % (std::uint64_t{1} << 35);
    CHECK(order.decode(address) == bits.decode(address));
    CHECK(order.lane_flip(address) == bits.lane_flip(address));
  }
  CHECK(order.run().channels == bits.run().channels);
  CHECK(order.run().lanes == bits.run().lanes);
  CHECK(order.run().bursts == bits.run().bursts);
}

TEST_CASE("column bits within a burst may be listed too") {
  // 64 data bits are 8 bytes: bits 0 to 2; eight beats: 3 to 5.
  CHECK(make(with("column", "[3..5, 8..14]")).decode(256).column == 1);
  found(
      error_of(with("column", "[3, 5, 4, 8..14]")),
      "map.yaml:2:13: column: bit 1 of the column chooses a beat within a burst: expected address "
      "bit 4");
  CHECK(make(with("offset", "") + "offset: [0..5]\n").decode(64).bank_group == 1);
  found(error_of(with("", "") + "offset: [0..6]\n"), "a burst has 64 bytes: expected bits 0 to 5");
}

TEST_CASE("every mistake in a list of bits is told at its place") {
  found(error_of(with("row", "[17..31]")),
        "map.yaml:4:6: row: has 15 bits in the map, but needs 16");
  found(error_of(with("column", "[8..13]")), "needs 7 (10 with those within a burst)");
  found(error_of(with("bank", "")), "map.yaml:1:1: bank: has 0 bits in the map, but needs 2");
  found(error_of(with("bank", "[15, x]")),
        "map.yaml:3:12: bank: expected the number of an address bit, found 'x'");
  found(error_of(with("bank", "[15, {xor: []}]")), "or {xor: [13, 17]}");
  found(error_of(with("bank", "[15, {or: [16]}]")), "or {xor: [13, 17]}");
  found(error_of(with("bank", "[15, [16, 16]]")),
        "map.yaml:3:17: bank: address bit 16 twice: they cancel out");
  found(error_of(with("bank", "[15, 33]")),
        "there is no address bit 33: addresses of this memory have bits 0 to 32");
  found(error_of(with("bank", "[15, 4]")),
        "map.yaml:3:12: bank: address bits 0 to 5 lie within a burst of 64 bytes");
  found(error_of(with("bank", "[16..15]")), "a range runs upwards");
  found(error_of(with("", "") + "banks: [1]\n"),
        "map.yaml:5:1: banks: 'banks' is no field of an address map: expected row, column, bank, "
        "bankgroup, rank, channel or offset, did you mean 'bank'?");
  found(error_of(with("", "") + "bank_group: [6, 7]\n"), "map.yaml:5:1: bank_group: stands twice");
  found(error_of(with("", "") + "rank: 33\n"), "there is no address bit 33");
  found(error_of("[6, 7]"), "map.yaml:1:1: expected an order of fields");
  // Two mistakes, both told.
  const std::string two =
      error_of("{row: [17..31], bank: [y, 16], column: [8..14], bankgroup: [6, 7]}");
  CHECK((found(two, "has 15 bits") && found(two, "found 'y'")));
}

TEST_CASE("a map in which addresses would meet is refused with two of them") {
  // Bit 15 twice, and 16 not at all.
  found(error_of(with("bank", "[15, 15]")), "map.yaml:1:1: no field is chosen by address bit 16");
  // All bits are used, and yet the second bank bit says what the first and a row bit say together.
  const std::string singular = error_of(with("bank", "[[15, 16], [15, 16, 20]]"));
  found(singular,
        "map.yaml:4:7: row: row bit 3 is always the XOR of bank bit 0, bank bit 1: "
        "addresses 0x0 and 0x18000 would lie in one place");
  found(error_of(with("bank", "[[15, 16], [16, 15]]")),
        "bank: bank bit 1 is the same as bank bit 0: addresses 0x0 and 0x18000");
}

TEST_CASE("a random map is a bijection, its inverse turns it back, and its runs lie as it says") {
  std::mt19937_64 random(11);
  memory::DramOrganisation organisation = test::ddr4_set_u().organisation;
  organisation.rows = 4;
  organisation.columns = 64;  // 8 bursts; 1 + 1 + 2 + 2 + 2 + 3 = 11 bits above 6
  const memory::DramAddressShape shape(organisation, 2, 2);
  REQUIRE(shape.total_bits == 17);
  for (int trial = 0; trial < 100; ++trial) {
    // A random order of bits, in which some are then flipped by others; the first trials flip none.
    std::vector<unsigned> order;
    for (unsigned bit = shape.offset_bits; bit < shape.total_bits; ++bit) {
      order.push_back(bit);
    }
    if (trial % 2 == 0) {
      std::shuffle(order.begin(), order.end(), random);
    }
    std::vector<std::uint64_t> rows;
    for (const unsigned bit : order) {
      rows.push_back(std::uint64_t{1} << bit);
    }
    for (int flips = trial / 8; flips > 0; --flips) {
      const std::size_t a = random() % rows.size();
      const std::size_t b = random() % rows.size();
      rows[a] ^= a == b ? 0 : rows[b];
    }
    std::string text = "{";
    std::size_t next = 0;
    for (const std::size_t field : {0, 2, 5, 3, 1, 4}) {
      text += (next == 0 ? "" : ", ") + memory::dram_field_names()[field] + ": [";
      for (std::uint8_t i = 0; i < shape.bits[field]; ++i, ++next) {
        text += i == 0 ? "{xor: [" : ", {xor: [";
        bool first = true;
        for (unsigned bit = 0; bit < shape.total_bits; ++bit) {
          if ((rows[next] >> bit & 1U) != 0) {
            text += (first ? "" : ", ") + std::to_string(bit);
            first = false;
          }
        }
        text += "]}";
      }
      text += "]";
    }
    INFO(text + "}");
    const memory::DramAddressMap map(parse_yaml(text + "}", "map.yaml"), organisation, 2, 2);
    std::set<std::tuple<unsigned, unsigned, unsigned, unsigned, unsigned, unsigned>> places;
    const auto run = map.run();
    for (std::uint64_t address = 0; address < (std::uint64_t{1} << shape.total_bits);
         address += 64) {
      const memory::DramLocation at = map.decode(address);
      places.insert({at.channel, at.rank, at.bank_group, at.bank, at.row, at.column});
      REQUIRE(map.encode(at) == address);
      // The run that holds this burst, told from its first.
      const std::uint64_t burst = address / 64;
      const std::uint64_t start = burst / run.bursts * run.bursts;
      const std::uint64_t in_run = (burst - start) / run.channels;
      const memory::DramLocation first = map.decode(start * 64);
      const std::uint32_t flip = map.lane_flip(address);
      const auto lane = static_cast<std::uint32_t>(in_run % run.lanes) ^ flip;
      REQUIRE(at.bank_group == (first.bank_group & ~(run.lanes - 1)) + lane);
      REQUIRE(at.column == first.column + in_run / run.lanes);
      REQUIRE(at.row == first.row);
      REQUIRE(at.bank == first.bank);
      REQUIRE(at.rank == first.rank);
    }
    REQUIRE(places.size() == std::size_t{1} << (shape.total_bits - shape.offset_bits));
  }
}

}  // namespace lacuna
