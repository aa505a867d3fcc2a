// SPDX-License-Identifier: Apache-2.0
// The DRAM beside public simulators: the same device, requests and back-pressure as they were given, and what they answered
// (testbenches/data/dram). Bandwidth within 2 % of what lies between them, mean latencies at moderate load within 5 %.
#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "memory/dram.h"
#include "memory/dram_device_file.h"
#include "traffic/request_issuer.h"
#include "traffic/traffic_pattern.h"
#include "unit/tlm/bench.h"

namespace lacuna {

namespace {

using traffic::Pattern;

constexpr std::uint64_t requests = 200000;

/// A pattern with a request every so many clocks, as the simulators got it.
class Paced final : public traffic::RequestSource {
 public:
  Paced(const traffic::PatternParams& params, std::int64_t interval)
      : pattern_(params, Time(833), "player"), interval_(interval) {}
  bool next(traffic::MemoryRequest& request) override {
    const bool more = pattern_.next(request);
    request.clock = interval_ * made_++;
    return more;
  }
  Place place_of(std::uint64_t, std::uint32_t) const override { return {}; }

 private:
  traffic::PatternSource pattern_;
  std::int64_t interval_;
  std::int64_t made_ = 0;
};

struct Bracket {
  double least = 1e300;
  double most = 0;
  void add(double value) {
    least = std::min(least, value);
    most = std::max(most, value);
  }
};

nlohmann::json peers() {
  std::ifstream in(LACUNA_TEST_DATA "/dram/ddr4_2400_peers.json");
  return nlohmann::json::parse(in);
}

struct Measured {
  double gigabytes_per_second;
  double read_latency_ns;
};

Measured measure(const std::string& pattern, std::int64_t interval, bool refresh = true) {
  traffic::PatternParams params;
  params.pattern = pattern == "seq"    ? Pattern::sequential
                   : pattern == "rand" ? Pattern::random
                   : pattern == "mix"  ? Pattern::mix
                                       : Pattern::conflict;
  params.requests = requests;
  params.size = Bytes(std::uint64_t{8} << 30);
  params.stride = Bytes(std::uint64_t{1} << 17);
  test::Bench bench;
  memory::DramParams dram_params;
  dram_params.refresh = refresh ? memory::DramRefresh::all_bank : memory::DramRefresh::off;
  memory::Dram dram("dram", dram_params, memory::load_dram_device("ddr4-2400-u", {}),
                    bench.surroundings);
  traffic::RequestIssuer player("player", {Time(833), 64, 0},
                                std::make_unique<Paced>(params, interval), bench.surroundings);
  player.initiators().at("memory").bind(*dram.targets().at("memory"));
  bench.watchdog.run();
  REQUIRE(player.finished() == requests);
  return {64.0 * requests / (static_cast<double>(player.duration().value()) * 1e-3),
          player.read_latency().mean_ns()};
}

void compare(const std::string& name) {
  const nlohmann::json test = peers()["cases"][name];
  Bracket bandwidth;
  Bracket latency;
  for (const auto& simulator : test["simulators"]) {
    bandwidth.add(simulator["gbps"].get<double>());
    latency.add(simulator["avg_rd_lat_ns"].get<double>());
  }
  const auto interval = test["interval"].get<std::int64_t>();
  const Measured measured = measure(test["pattern"].get<std::string>(), interval);
  INFO(name << ": " << measured.gigabytes_per_second << " GB/s of " << bandwidth.least << ".."
            << bandwidth.most << ", " << measured.read_latency_ns << " ns of " << latency.least
            << ".." << latency.most);
  CHECK(measured.gigabytes_per_second > bandwidth.least * 0.98);
  CHECK(measured.gigabytes_per_second < bandwidth.most * 1.02);
  if (interval != 0) {
    CHECK(measured.read_latency_ns > latency.least * 0.95);
    CHECK(measured.read_latency_ns < latency.most * 1.05);
  }
}

}  // namespace

TEST_CASE("beside public simulators: a sequential stream, as fast as it goes") {
  compare("seq_sat");
}

TEST_CASE("beside public simulators: random reads, as fast as they go") {
  compare("rand_sat");
}

TEST_CASE("beside public simulators: rows of one bank, as fast as they go") {
  compare("conf_sat");
}

TEST_CASE("beside public simulators: reads and writes mixed, as fast as they go") {
  compare("mix_sat");
}

TEST_CASE("beside public simulators: a sequential stream at a quarter of the peak") {
  compare("seq_mod");
}

TEST_CASE("beside public simulators: random reads at a quarter of the peak") {
  compare("rand_mod");
}

TEST_CASE("beside public simulators: reads and writes mixed at a quarter of the peak") {
  compare("mix_mod");
}

TEST_CASE("beside public simulators: rows of one bank, one every 64 clocks") {
  compare("conf_mod");
}

TEST_CASE("without refresh a stream reaches the peak of the bus") {
  // 64 bytes every 4 clocks; all but the 36 clocks before the first data.
  CHECK(measure("seq", 0, false).gigabytes_per_second == Approx(64 / (4 * 0.833)).epsilon(0.001));
}

TEST_CASE("without refresh random reads reach what four activates in tFAW allow") {
  CHECK(measure("rand", 0, false).gigabytes_per_second ==
        Approx(64 * 4 / (26 * 0.833)).epsilon(0.003));
}

TEST_CASE("without refresh rows of one bank follow each other at tRC") {
  CHECK(measure("conf", 0, false).gigabytes_per_second == Approx(64 / (55 * 0.833)).epsilon(0.001));
}

}  // namespace lacuna
