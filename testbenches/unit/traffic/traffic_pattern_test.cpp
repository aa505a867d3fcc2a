// SPDX-License-Identifier: Apache-2.0
#include "traffic/traffic_pattern.h"

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

namespace lacuna {

namespace {

using traffic::MemoryRequest;
using traffic::Pattern;
using traffic::PatternParams;
using traffic::PatternSource;

std::vector<MemoryRequest> all_of(const PatternParams& params, Time period = 833_ps) {
  PatternSource source(params, period, "player");
  std::vector<MemoryRequest> all;
  for (MemoryRequest request; source.next(request);) {
    all.push_back(request);
  }
  return all;
}

std::vector<std::uint64_t> addresses_of(const PatternParams& params) {
  std::vector<std::uint64_t> addresses;
  for (const MemoryRequest& request : all_of(params)) {
    addresses.push_back(request.address);
  }
  return addresses;
}

PatternParams small(Pattern pattern) {
  PatternParams params;
  params.pattern = pattern;
  params.requests = 6;
  params.base = Bytes(0x1000);
  params.size = Bytes(256);
  params.stride = Bytes(96);
  return params;
}

using Addresses = std::vector<std::uint64_t>;

std::string problems(const std::string& yaml) {
  Diagnostics diagnostics;
  read_parameters<PatternParams>(parse_yaml(yaml, "p"), "player", diagnostics);
  std::string text;
  for (const Diagnostic& item : diagnostics.items()) {
    text += item.text() + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("sequential and strided addresses start over where no whole request fits") {
  CHECK(addresses_of(small(Pattern::sequential)) ==
        Addresses{0x1000, 0x1040, 0x1080, 0x10c0, 0x1000, 0x1040});
  CHECK(addresses_of(small(Pattern::stride)) ==
        Addresses{0x1000, 0x1060, 0x10c0, 0x1000, 0x1060, 0x10c0});
  CHECK(addresses_of(small(Pattern::conflict)) == addresses_of(small(Pattern::stride)));
}

TEST_CASE("a mix writes every third request, others as the share says") {
  std::vector<bool> writes;
  for (const MemoryRequest& request : all_of(small(Pattern::mix))) {
    writes.push_back(request.write);
  }
  CHECK(writes == std::vector<bool>{false, false, true, false, false, true});

  PatternParams params = small(Pattern::sequential);
  params.requests = 100000;
  for (const double share : {0.0, 0.25, 1.0}) {
    params.read_share = share;
    const auto all = all_of(params);
    const auto reads = std::count_if(all.begin(), all.end(),
                                     [](const MemoryRequest& request) { return !request.write; });
    // Standard deviation of the share of reads: at most 0.0014.
    CHECK(static_cast<double>(reads) / 1e5 == Approx(share).margin(0.006));
  }
}

TEST_CASE("random addresses are aligned, inside, everywhere, and a matter of the seed alone") {
  PatternParams params = small(Pattern::random);
  params.requests = 20000;
  params.size = Bytes(64 * 1000 + 63);
  const Addresses first = addresses_of(params);
  std::set<std::uint64_t> seen(first.begin(), first.end());
  CHECK(seen.size() == 1000);  // 20 draws a place: a missing one has a chance of 2e-6
  CHECK(*seen.begin() == 0x1000);
  CHECK(*seen.rbegin() == 0x1000 + 64 * 999);
  CHECK(std::all_of(seen.begin(), seen.end(), [](std::uint64_t a) { return a % 64 == 0; }));
  CHECK(addresses_of(params) == first);
  params.seed = 2;
  CHECK(addresses_of(params) != first);
}

TEST_CASE("a rate is kept over any number of requests, without one there are no clocks") {
  PatternParams params = small(Pattern::sequential);
  params.requests = 30001;
  CHECK(all_of(params).back().clock == 0);
  params.rate = 4.8_GB_per_s;
  // 64 bytes every 13.333 ns are 16.0064 clocks of 0.833 ns.
  const auto all = all_of(params);
  CHECK(all[1].clock == 16);
  CHECK(all.back().clock == 480192);
  CHECK(std::is_sorted(all.begin(), all.end(), [](const MemoryRequest& a, const MemoryRequest& b) {
    return a.clock < b.clock;
  }));
}

TEST_CASE("patterns that cannot be are refused") {
  CHECK(problems("{pattern: mix, size: 64 B}").empty());
  CHECK_THAT(problems("{bytes: 128 B, size: 64 B}"),
             Catch::Contains("p:1:22: player.size: must hold"));
  CHECK_THAT(problems("{pattern: mix, read_share: 0.5}"), Catch::Contains("every third"));
  CHECK_THAT(problems("{pattern: sequentiel}"), Catch::Contains("did you mean 'sequential'"));
  CHECK_THAT(problems("{read_share: 1.5}"), Catch::Contains("read_share"));
  CHECK_THAT(problems("{bytes: 1 B, size: 8 GiB}"), Catch::Contains("2^32 - 1"));
  CHECK_THAT(problems("{size: 0 B}"), Catch::Contains("size"));
}

}  // namespace lacuna
