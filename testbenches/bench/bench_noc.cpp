// SPDX-License-Identifier: Apache-2.0
// How fast networks of routers are simulated: an 8x8 mesh, uniform traffic of packets of 8 flits, as delivered flits per second.
// Noxim and BookSim2 delivered 43 to 98 thousand and 100 to 160 thousand flits a second of processor time on 8x8 meshes on a
// machine whose SystemC kernel ran 39.3 million timed method events a second; so that machines can be told from simulators,
// the same is measured here, and Noxim's best is scaled by it. Traffic is generated within the time.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <systemc>
#include <vector>

#include "noc/network_model.h"
#include "noc/synthetic_traffic.h"

namespace {

using namespace lacuna::noc;

constexpr double peer_events_per_second = 39.3e6;
constexpr double noxim_flits_per_second = 98e3;

/// Of this process: other work on the machine must not count.
double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// A method that wakes itself every nanosecond.
struct Ticker : sc_core::sc_module {
  explicit Ticker(const sc_core::sc_module_name& name) : sc_module(name) {
    SC_HAS_PROCESS(Ticker);
    SC_METHOD(tick);
  }
  void tick() {
    ++ticks;
    next_trigger(period);
  }
  const sc_core::sc_time period{1, sc_core::SC_NS};
  std::uint64_t ticks = 0;
};

double kernel_events_per_second() {
  Ticker ticker("ticker");
  sc_core::sc_start(1, sc_core::SC_US);
  const double start = processor_seconds();
  const std::uint64_t before = ticker.ticks;
  sc_core::sc_start(5, sc_core::SC_MS);
  return static_cast<double>(ticker.ticks - before) / (processor_seconds() - start);
}

double flits_per_second(NetworkModel model, TimingPreset timing, const NetworkShape& shape,
                        double rate, Cycle cycles) {
  double best = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto network = make_network(model, Topology::mesh(8, 8), shape, timing_of(timing));
    SyntheticTraffic synthetic;
    synthetic.rate = rate;
    synthetic.seed = seed;
    TrafficSource source(synthetic, 8, 8);
    std::uint64_t flits = 0;
    network->on_delivery([&flits](const Packet& packet, Cycle) { flits += packet.flits; });
    std::vector<Packet> packets;
    const double start = processor_seconds();
    for (Cycle now = 0; now < cycles; now += 1000) {
      packets.clear();
      source.generate(now + 1000, packets);
      for (const Packet& packet : packets) {
        network->send(packet);
      }
      network->advance(now + 999);
    }
    best = std::max(best, static_cast<double>(flits) / (processor_seconds() - start));
  }
  return best;
}

}  // namespace

int main() {
  const double events = kernel_events_per_second();
  const double noxim = noxim_flits_per_second * events / peer_events_per_second;
  std::printf("kernel: %.1f M timed method events/s; Noxim's best, scaled: %.0f kflit/s\n\n",
              events * 1e-6, noxim * 1e-3);
  std::printf("%-8s %-8s %3s %6s %5s %10s %10s\n", "timing", "model", "VCs", "depth", "rate",
              "Mflit/s", "x Noxim");
  for (const TimingPreset timing : {TimingPreset::booksim, TimingPreset::noxim}) {
    for (const NetworkModel model : {NetworkModel::flit, NetworkModel::fast}) {
      for (const unsigned channels : {1U, 4U}) {
        for (const double rate : {0.05, 0.1}) {
          const NetworkShape shape{channels, 8};
          const double speed = flits_per_second(model, timing, shape, rate, 30000);
          std::printf("%-8s %-8s %3u %6u %5.2f %10.2f %10.1f\n",
                      timing == TimingPreset::booksim ? "booksim" : "noxim",
                      model == NetworkModel::flit ? "flit" : "fast", channels, shape.buffer_depth,
                      rate, speed * 1e-6, speed / noxim);
        }
      }
    }
  }
  return EXIT_SUCCESS;
}
