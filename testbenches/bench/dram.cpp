// SPDX-License-Identifier: Apache-2.0
// Requests that the DRAM serves per host second through its socket, with counters, latencies and energy on: single requests of
// 64 bytes as public simulators were measured with, and columns of 4 KiB bursts. Beside each the speed of the SystemC
// kernel's own timed events in the same process, by which hosts are compared. A process simulates once, so each case is a
// process.
#include "memory/dram.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "memory/dram_device_file.h"
#include "traffic/request_issuer.h"
#include "traffic/traffic_pattern.h"
#include "unit/tlm/bench.h"

namespace lacuna {

namespace {

using Clock = std::chrono::steady_clock;

struct Case {
  const char* name;
  traffic::Pattern pattern;
  std::uint64_t requests;
  std::uint32_t bytes;
  double peer;  ///< fastest public simulator, thousand requests per second on the host below
};

/// Timed events of a method per second on the host of the peers' measurements.
constexpr double peer_events = 39.3e6;

const Case cases[] = {
    {"seq", traffic::Pattern::sequential, 1000000, 64, 632},
    {"mix", traffic::Pattern::mix, 1000000, 64, 546},
    {"rand", traffic::Pattern::random, 1000000, 64, 254},
    {"conf", traffic::Pattern::conflict, 1000000, 64, 465},
    {"seq 4 KiB", traffic::Pattern::sequential, 200000, 4096, 632},
};

class Ticker : public sc_core::sc_module {
 public:
  explicit Ticker(const sc_core::sc_module_name& name) : sc_module(name) {
    SC_HAS_PROCESS(Ticker);
    SC_METHOD(tick);
    sensitive << event_;
    dont_initialize();
  }
  void start(std::uint64_t ticks) {
    left_ = ticks;
    event_.notify(sc_core::sc_time::from_value(833));
  }

 private:
  void tick() {
    if (--left_ != 0) {
      event_.notify(sc_core::sc_time::from_value(833));
    }
  }
  std::uint64_t left_ = 0;
  sc_core::sc_event event_;
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void measure(const Case& what) {
  traffic::PatternParams params;
  params.pattern = what.pattern;
  params.requests = what.requests;
  params.bytes = Bytes(what.bytes);
  params.size = Bytes(std::uint64_t{8} << 30);
  params.stride = Bytes(std::uint64_t{1} << 17);
  test::Bench bench;
  memory::DramParams dram_params;
  dram_params.energy = memory::DramEnergyRule::currents;
  memory::Dram dram("dram", dram_params, memory::load_dram_device("ddr4-2400-u", {}),
                    bench.surroundings);
  const std::uint32_t outstanding = what.bytes == 64 ? 64 : 4;
  traffic::RequestIssuer player(
      "player", {Time(833), outstanding, 0},
      std::make_unique<traffic::PatternSource>(params, Time(833), "player"), bench.surroundings);
  player.initiators().at("memory").bind(*dram.targets().at("memory"));
  Ticker ticker("ticker");

  const Clock::time_point start = Clock::now();
  bench.watchdog.run();
  dram.settle();
  const double seconds = seconds_since(start);

  constexpr std::uint64_t ticks = 4000000;
  ticker.start(ticks);
  const Clock::time_point kernel = Clock::now();
  sc_core::sc_start();
  const double events = ticks / seconds_since(kernel);

  const double columns = static_cast<double>(what.requests * what.bytes) / 64;
  const double rate = columns / seconds;
  std::printf("%-10s %9.0f %8.2f %9.1f %9.1f %8.2f\n", what.name, rate * 1e-3,
              64e3 * columns / static_cast<double>(player.duration().value()), events * 1e-6,
              events / rate, rate * 1e-3 / what.peer * (peer_events / events));
}

}  // namespace

int run(const std::string& only) {
  std::printf("%-10s %9s %8s %9s %9s %8s\n", "pattern", "k col/s", "GB/s", "M events", "events/c.",
              "x peers");
  for (const Case& each : cases) {
    if (!only.empty() && only != each.name) {
      continue;
    }
    std::fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
      measure(each);
      std::fflush(stdout);
      std::_Exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) {
      return 1;
    }
  }
  return 0;
}

}  // namespace lacuna

int main(int argc, char** argv) {
  return lacuna::run(argc > 1 ? argv[1] : "");
}
