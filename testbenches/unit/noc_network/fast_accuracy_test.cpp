// SPDX-License-Identifier: Apache-2.0
//
// The estimate of networks with several virtual channels against the flit-level one, where no peer was measured: 8x8.
#include <catch2/catch.hpp>

#include "unit/noc_network/network_run.h"

namespace lacuna {

using test::Load;
using test::mean_latency;
using test::NetworkModel;
using test::TimingPreset;

namespace {

struct Saturation {
  TimingPreset timing;
  unsigned channels;
  unsigned depth;
  double
      rate;  // flits a node and cycle at which the mean latency is three times that of an empty network
};

/// Uniform traffic at a share of saturation: both models' mean latencies within `most` of each other.
void compare(double share, double most) {
  for (const Saturation& one : {Saturation{TimingPreset::booksim, 2, 4, 0.289},
                                {TimingPreset::booksim, 2, 8, 0.346},
                                {TimingPreset::booksim, 4, 4, 0.350},
                                {TimingPreset::booksim, 4, 8, 0.377},
                                {TimingPreset::noxim, 2, 4, 0.156},
                                {TimingPreset::noxim, 2, 8, 0.172},
                                {TimingPreset::noxim, 4, 4, 0.170},
                                {TimingPreset::noxim, 4, 8, 0.175}}) {
    Load load;
    load.timing = one.timing;
    load.shape = {one.channels, one.depth};
    load.side = 8;
    load.rate = share * one.rate;
    load.warmup = 2000;
    load.cycles = 6000;
    load.model = NetworkModel::flit;
    const double flit = mean_latency(load);
    load.model = NetworkModel::fast;
    INFO((one.timing == TimingPreset::booksim ? "booksim" : "noxim")
         << ", " << one.channels << " virtual channels, depth " << one.depth << ", " << share);
    CHECK(mean_latency(load) == Approx(flit).epsilon(most));
  }
}

}  // namespace

TEST_CASE("fast latency is within 6 % of flit latency on 8x8 at 60 % of saturation") {
  compare(0.3, 0.06);
  compare(0.6, 0.06);
}

TEST_CASE("fast latency is within 15 % of flit latency on 8x8 at 85 % of saturation") {
  compare(0.85, 0.15);
}

}  // namespace lacuna
