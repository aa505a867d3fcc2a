// SPDX-License-Identifier: Apache-2.0
// As unit/memory/dram_policies_test.cpp, at full size: ten million commands under policies chosen pairwise, and 100,000 under
// every combination there is.
#include <catch2/catch.hpp>

#include "unit/memory/policy_choices.h"

namespace lacuna {

namespace {

void require_clean(const std::string& device) {
  SECTION("10,000,000 commands where every pair of policies occurs") {
    CHECK(test::broken_on(device, test::pairwise_choices(), 10000000) == "");
  }
  SECTION("100,000 commands under every combination") {
    CHECK(test::broken_on(device, test::every_choice(), 100000) == "");
  }
}

}  // namespace

TEST_CASE("all policies keep every rule of DDR3-1600, at length") {
  require_clean("ddr3-1600");
}
TEST_CASE("all policies keep every rule of DDR4-2400, at length") {
  require_clean("ddr4-2400");
}
TEST_CASE("all policies keep every rule of DDR4-2400 in timing set U, at length") {
  require_clean("ddr4-2400-u");
}
TEST_CASE("all policies keep every rule of DDR4-2666, at length") {
  require_clean("ddr4-2666");
}
TEST_CASE("all policies keep every rule of DDR4-3200, at length") {
  require_clean("ddr4-3200");
}
TEST_CASE("all policies keep every rule of HBM2, at length") {
  require_clean("hbm2");
}
TEST_CASE("all policies keep every rule of LPDDR4-3200, at length") {
  require_clean("lpddr4-3200");
}

}  // namespace lacuna
