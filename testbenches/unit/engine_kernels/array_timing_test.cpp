// SPDX-License-Identifier: Apache-2.0
#include "engine/array_timing.h"

#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>

#include "shapes.h"

namespace lacuna::engine {
namespace {

using testing::pick;
using testing::Random;

/// The recurrence as it is written, one array tile after the other.
struct Recurrence {
  std::uint64_t busy = 0, stall = 0, cycles = 0;
};

Recurrence follow(const std::vector<std::uint64_t>& blocks, const std::vector<ColumnBatch>& batches,
                  std::uint64_t fill, std::uint64_t latency) {
  Recurrence r;
  std::uint64_t e = fill;
  std::uint64_t d = 0;
  bool first = true;
  for (const std::uint64_t t : blocks) {
    for (const ColumnBatch& batch : batches) {
      r.busy += t;
      const std::uint64_t ready = e + t;
      e = first ? ready : std::max(ready, d);
      r.stall += e - ready;
      d = e + batch.count;
      first = false;
    }
  }
  r.cycles = d + latency;
  return r;
}

TEST_CASE("a single array tile takes fill, work, drain and the output stage") {
  const std::vector<std::uint64_t> blocks{40};
  const std::vector<ColumnBatch> batches{{0, 16}};
  const ArrayResult last = array_timing(blocks, batches, true, {});
  CHECK(last.cycles == 3 + 40 + 16 + 3);
  CHECK(last.busy_cycles == 40);
  CHECK(last.fill_cycles == 3 + 16 + 3);
  CHECK(last.drain_stall_cycles == 0);
  CHECK(array_timing(blocks, batches, false, {}).cycles == 3 + 40 + 16 + 1);
}

TEST_CASE("short array tiles wait for the columns of the one before") {
  // e0 = 3+4 = 7, d0 = 23; e1 = max(11, 23) = 23, d1 = 28; e2 = max(27, 28) = 28, d2 = 44; + 3
  const std::vector<std::uint64_t> one{4};
  const std::vector<ColumnBatch> batches{{0, 16}, {16, 5}, {21, 16}};
  const ArrayResult r = array_timing(one, batches, true, {});
  CHECK(r.cycles == 47);
  CHECK(r.busy_cycles == 12);
  CHECK(r.drain_stall_cycles == 12 + 1);
  CHECK(r.fill_cycles == 3 + 16 + 3);
}

TEST_CASE("without overheads only worked cycles count") {
  const std::vector<std::uint64_t> blocks{4, 6};
  const std::vector<ColumnBatch> batches{{0, 16}, {16, 5}};
  ArrayPipeline pipeline;
  pipeline.overheads = false;
  const ArrayResult r = array_timing(blocks, batches, true, pipeline);
  CHECK(r.cycles == 20);
  CHECK(r.busy_cycles == 20);
  CHECK(r.fill_cycles == 0);
  CHECK(r.drain_stall_cycles == 0);
}

TEST_CASE("nothing to do takes no time") {
  CHECK(array_timing({}, {}, true, {}) == ArrayResult{});
}

TEST_CASE("the closed form equals the recurrence") {
  Random random(7);
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::uint64_t> blocks(pick(random, 1, 5));
    for (auto& t : blocks) {
      t = pick(random, 0, round % 2 == 0 ? 40 : 12);
    }
    const auto batches =
        column_batches(pick(random, 1, 4), pick(random, 1, 40), 16,
                       round % 3 == 0 ? PositionSpread::any : PositionSpread::width);
    ArrayPipeline pipeline;
    pipeline.fill = pick(random, 0, 5);
    pipeline.output_stage_latency = pick(random, 0, 5);
    const bool last = pick(random, 0, 1) == 1;
    const Recurrence expected =
        follow(blocks, batches, pipeline.fill, last ? pipeline.output_stage_latency : 1);
    const ArrayResult r = array_timing(blocks, batches, last, pipeline);
    REQUIRE(r.cycles == expected.cycles);
    REQUIRE(r.busy_cycles == expected.busy);
    REQUIRE(r.drain_stall_cycles == expected.stall);
    REQUIRE(r.cycles == r.busy_cycles + r.drain_stall_cycles + r.fill_cycles);
  }
}

TEST_CASE("results add up field by field") {
  ArrayResult a;
  a.cycles = 1;
  a.effective_macs = 2;
  a.inter_pe_idle = 3;
  ArrayResult b = a;
  b += a;
  CHECK(b.cycles == 2);
  CHECK(b.effective_macs == 4);
  CHECK(b.inter_pe_idle == 6);
  CHECK_FALSE(a == b);
  b.cycles = 1;
  b.effective_macs = 2;
  b.inter_pe_idle = 3;
  CHECK(a == b);
}

}  // namespace
}  // namespace lacuna::engine
