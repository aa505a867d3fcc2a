// SPDX-License-Identifier: Apache-2.0
#include "tlm/address_map.h"

#include <catch2/catch.hpp>

namespace lacuna {

namespace {

tlm::Region region(std::uint64_t base, std::uint64_t size, const std::string& target,
                   std::size_t line) {
  Place place;
  place.file = "platform.yaml";
  place.line = line;
  place.column = 3;
  return {base, size, target, place};
}

}  // namespace

TEST_CASE("addresses lead to the region that holds them, in whatever order regions came") {
  tlm::AddressMap map;
  CHECK(map.add(region(0x1000, 0x100, "b", 1)) == 0);
  CHECK(map.add(region(0x0, 0x1000, "a", 2)) == 1);
  CHECK(map.add(region(0x1100, 0xf00, "c", 3)) == 2);
  CHECK(map.find(0) == 1);
  CHECK(map.find(0xfff) == 1);
  CHECK(map.find(0x1000) == 0);
  CHECK(map.find(0x10ff) == 0);
  CHECK(map.find(0x1100) == 2);
  CHECK(map.find(0x1fff) == 2);
  CHECK(map.find(0x2000) == tlm::AddressMap::npos);
}

TEST_CASE("an empty map holds nothing") {
  CHECK(tlm::AddressMap().find(0) == tlm::AddressMap::npos);
}

TEST_CASE("the last byte of the address space can be mapped") {
  tlm::AddressMap map;
  map.add(region(0xfffffffffffff000, 0x1000, "top", 1));
  CHECK(map.find(~std::uint64_t{0}) == 0);
  CHECK(map[0].contains(0xfffffffffffff000, 0x1000));
  CHECK_FALSE(map[0].contains(0xfffffffffffff001, 0x1000));
}

TEST_CASE("overlaps name both regions and their places") {
  tlm::AddressMap map;
  map.add(region(0x1000, 0x1000, "dram", 7));
  for (const auto& [base, size] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{
           {0x1fff, 1}, {0x0, 0x1001}, {0x1000, 0x1000}, {0x1400, 0x10}, {0x0, 0x8000}}) {
    Diagnostics diagnostics;
    CHECK(map.add(region(base, size, "control", 9), diagnostics) == tlm::AddressMap::npos);
    REQUIRE(diagnostics.items().size() == 1);
    const std::string text = diagnostics.items()[0].text();
    CHECK(text.find("platform.yaml:9:3") == 0);
    CHECK(text.find("control") != std::string::npos);
    CHECK(text.find("dram [0x1000, 0x1fff]") != std::string::npos);
    CHECK(text.find("platform.yaml:7:3") != std::string::npos);
  }
  CHECK(map.regions().size() == 1);
}

TEST_CASE("regions of no bytes and over the end of the address space are refused") {
  tlm::AddressMap map;
  CHECK_THROWS_WITH(map.add(region(0, 0, "a", 1)), Catch::Contains("zero bytes"));
  CHECK_THROWS_WITH(map.add(region(0xfffffffffffff000, 0x1001, "a", 1)),
                    Catch::Contains("over the end of the 64-bit address space"));
}

}  // namespace lacuna
