// SPDX-License-Identifier: Apache-2.0
// The module type: from a platform file's entry to a memory, or to located errors.
#include <catch2/catch.hpp>

#include "memory/dram.h"
#include "unit/tlm/bench.h"
#include "unit/tlm/player.h"

namespace lacuna {

namespace {

/// Tries to make a DRAM; what is wrong with it, one line each.
std::string problems(const std::string& yaml) {
  static test::Bench bench;
  static int made = 0;
  Diagnostics diagnostics;
  const auto component =
      memory::dram_type().make("dram" + std::to_string(++made), parse_yaml(yaml, "platform.yaml"),
                               bench.surroundings, diagnostics);
  CHECK((component == nullptr) == !diagnostics.empty());
  std::string result;
  for (const Diagnostic& item : diagnostics.items()) {
    result += item.text() + "\n";
  }
  return result;
}

}  // namespace

TEST_CASE("a DRAM is made from its entry in a platform file") {
  test::Bench bench;
  Diagnostics diagnostics;
  const auto component =
      memory::dram_type().make("dram",
                               parse_yaml("device: ddr4-2400\nranks: 2\nchannels: 2\nrefresh: off\n"
                                          "address_map: row rank bank column bankgroup channel\n",
                                          "platform.yaml"),
                               bench.surroundings, diagnostics);
  REQUIRE(component != nullptr);
  auto& dram = dynamic_cast<memory::Dram&>(*component);
  CHECK(dram.storage().capacity() == std::uint64_t{32} << 30);
  CHECK(dram.controller()->channels() == 2);
  test::Player player("player", std::vector<test::Access>(1));
  player.memory.bind(*component->targets().at("memory"));
  sc_core::sc_start();
  CHECK(player.accesses[0].responded == (1 + 17 + 17 + 4) * 833);
}

TEST_CASE("wrong entries are refused with file, line and column") {
  CHECK(problems("device: ddr3-1600").empty());
  CHECK(problems("model: fast").find("platform.yaml:1:8: dram2.model") == 0);
  CHECK(problems("device: ddr3-1800").find("platform.yaml:1:9: dram3.device") == 0);
  CHECK(problems("ranks: 3").find("platform.yaml:1:8: dram4.ranks: must be a power of two") == 0);
  CHECK(problems("channels: 0").find("platform.yaml:1:11") == 0);
  CHECK(problems("ranks: 2\naddress_map: row bank column")
            .find("platform.yaml:2:14: dram6.address_map") == 0);
  CHECK(problems("bandwidth: 12.8").find("platform.yaml:1:12") == 0);
  CHECK(problems("bandwith: 12.8 GB/s").find("bandwidth") != std::string::npos);
  CHECK(problems("device: missing/file.yaml").find("missing/file.yaml") != std::string::npos);
}

TEST_CASE("several errors of one entry come together") {
  const std::string text = problems("ranks: x\nqueue_depth: 0\ndevice: nothing");
  CHECK(std::count(text.begin(), text.end(), '\n') == 3);
}

TEST_CASE("the effective parameters make the same memory again") {
  Diagnostics diagnostics;
  const Node effective = memory::dram_type().effective(
      "dram", parse_yaml("{latency: 3 ns, refresh: off}", "platform.yaml"), diagnostics);
  REQUIRE(diagnostics.empty());
  const Node again = memory::dram_type().effective("dram", effective, diagnostics);
  CHECK(diagnostics.empty());
  CHECK(write_yaml(effective) == write_yaml(again));
  CHECK(effective.find("latency")->scalar == "3 ns");
  CHECK(effective.find("device")->scalar == "ddr3-1600");
}

TEST_CASE("every counter that is documented exists") {
  test::Bench bench;
  Diagnostics diagnostics;
  const tlm::ModuleType type = memory::dram_type();
  const auto component =
      type.make("dram", parse_yaml("{}", "platform.yaml"), bench.surroundings, diagnostics);
  REQUIRE(component != nullptr);
  const StatisticsSnapshot snapshot = bench.statistics.snapshot();
  for (const tlm::CounterDocumentation& counter : type.counters) {
    if (counter.path.find('<') == std::string::npos) {
      INFO(counter.path);
      CHECK(snapshot.count("dram." + counter.path) == 1);
    }
  }
  CHECK(type.parameters().size() >= 14);
}

}  // namespace lacuna
