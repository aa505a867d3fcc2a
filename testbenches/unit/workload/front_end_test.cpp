// SPDX-License-Identifier: Apache-2.0
// Front ends as work of a host, against products written out by hand.
#include "workload/front_end.h"

#include <catch2/catch.hpp>

namespace lacuna::workload {

namespace {

struct Totals {
  std::uint64_t macs = 0;
  std::uint64_t weights = 0;
};

Totals totals_of(FrontEnd which, std::uint32_t dimension) {
  Totals totals;
  for (const FrontEndLayer& layer : front_end_layers(which, dimension)) {
    totals.macs += layer.macs;
    totals.weights += layer.weights;
  }
  return totals;
}

}  // namespace

TEST_CASE("front ends multiply and hold what their shapes say") {
  CHECK(front_end_layers(FrontEnd::none, 512).empty());

  // Two layers of four gates, each of 1500 inputs and 1500 of the state.
  CHECK(totals_of(FrontEnd::lstm, 1500).macs == 36000000);
  CHECK(totals_of(FrontEnd::lstm, 1500).weights == 36000000);

  // A layer: 5 * 512^2 of projections, 2 * 512 * 2100 of the feed-forward part, 3 * 300 * 512 of attention.
  CHECK(totals_of(FrontEnd::transformer, 512).weights == 16 * (1310720 + 2150400));
  CHECK(totals_of(FrontEnd::transformer, 512).macs == 16 * (1310720 + 2150400 + 460800));

  // 4 * 1024 * 2048, then three of 4 * 1024 * 3072, the query, and 50 words scored and summed.
  CHECK(totals_of(FrontEnd::gnmt, 1024).weights == 8388608 + 3 * 12582912 + 1048576);
  CHECK(totals_of(FrontEnd::gnmt, 1024).macs == 8388608 + 3 * 12582912 + 1048576 + 102400);

  // 14 words of 300 values under 32 filters at 500 places; 768 maxima to 512.
  CHECK(totals_of(FrontEnd::xmlcnn, 512).weights == 134400 + 393216);
  CHECK(totals_of(FrontEnd::xmlcnn, 512).macs == 67200000 + 393216);
}

TEST_CASE("a host takes the longer of computing and reading, layer by layer") {
  FrontEndHost host;
  host.macs_per_ns = 100;
  host.bandwidth_gbps = 10;
  host.cache = 1000_B;
  // 300 values do not stay in 1000 bytes.
  const std::vector<FrontEndLayer> layers = {{"reads", 2000, 200}, {"computes", 50000, 100}};
  CHECK(front_end_time(layers, 1, host) == 580_ns);   // 80 + 500
  CHECK(front_end_time(layers, 8, host) == 4160_ns);  // 160 + 4000
  host.cache = 1200_B;
  CHECK(front_end_time(layers, 1, host) == 520_ns);  // 20 + 500
  CHECK(front_end_time({}, 4, host) == 0_ns);
}

}  // namespace lacuna::workload
