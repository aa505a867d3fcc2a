// SPDX-License-Identifier: Apache-2.0
#include "core/energy.h"

#include <catch2/catch.hpp>

#include "core/error.h"

using namespace lacuna;

TEST_CASE("energy is events times energy per event, by category") {
  EnergyAccount account;
  EnergyEvent& pe = account.add("array.pe_cycle", "compute", Energy(0.5));
  EnergyEvent& mux = account.add("array.mux", "compute", Energy(0.25));
  EnergyEvent& read = account.add("dram.read_bit", "dram", Energy(15.5));
  pe.count += 100;
  mux.count += 8;
  read.count += 64;
  const EnergySummary summary = account.summary({}, Time(0));
  CHECK(summary.full_pj.at("compute") == 52.0);  // 100 * 0.5 + 8 * 0.25
  CHECK(summary.full_pj.at("dram") == 992.0);    // 64 * 15.5
  CHECK(summary.total_full_pj() == 1044.0);
  CHECK(summary.total_paper_pj() == 1044.0);
}

TEST_CASE("the paper's boundary leaves out what the paper does not count") {
  EnergyAccount account;
  account.add("weights.read", "sram", Energy(2)).count = 10;
  account.add("metadata.read", "sram", Energy(1), EnergyBoundary::full).count = 10;
  const EnergySummary summary = account.summary({}, Time(0));
  CHECK(summary.full_pj.at("sram") == 30.0);
  CHECK(summary.paper_pj.at("sram") == 20.0);
  CHECK(summary.total_paper_pj() <= summary.total_full_pj());
}

TEST_CASE("a static power costs for as long as time passes") {
  EnergyAccount account;
  account.add_static("sram.leakage", "leakage", Power(2));  // 2 mW for 1 us = 2 nJ
  account.add_static("pe.idle", "compute", Power(1), EnergyBoundary::paper);
  const EnergySummary summary = account.summary({}, 1_us);
  CHECK(summary.full_pj.at("leakage") == Approx(2000.0));
  CHECK(summary.paper_pj.count("leakage") == 0);
  CHECK(summary.paper_pj.at("compute") == Approx(1000.0));
}

TEST_CASE("summaries of consecutive intervals add up to the whole") {
  EnergyAccount account;
  EnergyEvent& a = account.add("a", "x", Energy(0.5));
  account.add_static("s", "y", Power(4));
  a.count = 10;
  const auto first = account.summary({}, 3_ns);
  const auto baseline = account.counts();
  a.count += 32;
  EnergyEvent& late = account.add("late", "x", Energy(8));
  late.count = 2;
  const auto second = account.summary(baseline, 5_ns);
  const auto whole = account.summary({}, 8_ns);
  CHECK(second.full_pj.at("x") == 32.0);  // 32 * 0.5 + 2 * 8
  CHECK(first.total_full_pj() + second.total_full_pj() == Approx(whole.total_full_pj()));
}

TEST_CASE("events stay where they are while others are registered") {
  EnergyAccount account;
  EnergyEvent& first = account.add("first", "x", Energy(1));
  for (int i = 0; i < 500; ++i) {
    account.add("e" + std::to_string(i), "x", Energy(1));
  }
  first.count = 9;
  CHECK(account.counts().front() == 9);
  CHECK(account.events().front().total() == Energy(9));
}

TEST_CASE("two events of one name are an error of the model") {
  EnergyAccount account;
  account.add("dram.read", "dram", Energy(1));
  CHECK_THROWS_AS(account.add("dram.read", "dram", Energy(1)), Error);
}

TEST_CASE("area is the sum of the blocks") {
  AreaAccount account;
  account.add("pe", Area(739.5), 512);
  account.add("buffer", Area(1000));
  CHECK(account.total() == Area(512 * 739.5 + 1000));
  CHECK(account.items().size() == 2);
  CHECK(AreaAccount().total() == Area(0));
}
