// SPDX-License-Identifier: Apache-2.0
#include "engine/store_plan.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <vector>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "engine/job.h"
#include "shapes.h"

namespace lacuna::engine {
namespace {

using testing::pick;
using testing::Random;
using Channels = std::vector<std::uint16_t>;

Channels range(std::uint16_t first, std::uint16_t count) {
  Channels channels(count);
  std::iota(channels.begin(), channels.end(), first);
  return channels;
}

TEST_CASE("all channels in order are one run without enables") {
  const StorePlan plan = plan_store(range(0, 64), 4, 64);
  CHECK(plan.complete);
  REQUIRE(plan.runs.size() == 1);
  CHECK(plan.runs[0].offset == 0);
  CHECK(plan.runs[0].bytes == 256);
  CHECK_FALSE(plan.runs[0].needs_enables);
}

TEST_CASE("a tile of neighbouring channels needs no enables") {
  const StorePlan plan = plan_store(range(32, 32), 1, 128);
  CHECK_FALSE(plan.complete);
  CHECK(plan.span_offset == 32);
  REQUIRE(plan.runs.size() == 1);
  CHECK(plan.runs[0].offset == 32);
  CHECK(plan.runs[0].bytes == 32);
  CHECK_FALSE(plan.runs[0].needs_enables);
}

TEST_CASE("small gaps are bridged with enables, gaps of a burst split the run") {
  // 10, 12: a gap of one byte. 12 to 77: 64 bytes between them. 77 to 141: 63 bytes.
  const StorePlan plan = plan_store(Channels{77, 10, 141, 12}, 1, 256);
  CHECK(plan.span_offset == 10);
  CHECK(plan.span_bytes == 132);
  REQUIRE(plan.runs.size() == 2);
  CHECK(plan.runs[0].offset == 10);
  CHECK(plan.runs[0].bytes == 3);
  CHECK(plan.runs[0].needs_enables);
  CHECK(plan.runs[1].offset == 77);
  CHECK(plan.runs[1].bytes == 65);
  CHECK(plan.runs[1].needs_enables);
}

TEST_CASE("outputs are put where their original channels lie") {
  const StorePlan plan = plan_store(Channels{5, 2, no_channel, 4}, 2, 8);
  CHECK(plan.span_offset == 4);
  CHECK(plan.span_bytes == 8);
  const std::vector<std::uint8_t> outputs{50, 51, 20, 21, 99, 99, 40, 41};
  std::vector<std::uint8_t> image(8, 7);
  unshuffle(plan, outputs, image);
  CHECK(image == std::vector<std::uint8_t>{20, 21, 7, 7, 40, 41, 50, 51});
  CHECK(plan.enables == std::vector<std::uint8_t>{255, 255, 0, 0, 255, 255, 255, 255});
}

TEST_CASE("an index beyond the layer's channels is dropped and counted") {
  const StorePlan plan = plan_store(Channels{0, 300, 1, 0xFFFE}, 1, 4);
  CHECK(plan.dropped == 2);
  CHECK(plan.stored_channels == 2);
  std::vector<std::uint8_t> image(2);
  unshuffle(plan, std::vector<std::uint8_t>{10, 11, 12, 13}, image);
  CHECK(image == std::vector<std::uint8_t>{10, 12});
}

TEST_CASE("a channel named twice leaves another unwritten, so the tile is not complete") {
  const StorePlan plan = plan_store(Channels{0, 1, 1, 3}, 1, 4);
  CHECK(plan.stored_channels == 3);
  CHECK_FALSE(plan.complete);
  std::vector<std::uint8_t> image(4, 0);
  unshuffle(plan, std::vector<std::uint8_t>{10, 11, 12, 13}, image);
  CHECK(image[1] == 12);  // the later slot
}

TEST_CASE("a tile without channels stores nothing") {
  const StorePlan plan = plan_store(Channels{no_channel, no_channel}, 4, 4);
  CHECK(plan.runs.empty());
  CHECK(plan.span_bytes == 0);
  TileStep step;
  step.height = step.width = 1;
  CHECK(store_transfers({}, step, plan).empty());
}

TEST_CASE("a buffer that is too small is a broken invariant") {
  const StorePlan plan = plan_store(range(0, 4), 1, 4);
  std::vector<std::uint8_t> small(3);
  std::vector<std::uint8_t> large(4);
  CHECK_THROWS_AS(unshuffle(plan, small, large), Error);
  CHECK_THROWS_AS(unshuffle(plan, large, small), Error);
}

TEST_CASE("channels in order are planned as their indices would be, beyond 16 bits too") {
  for (const std::uint16_t first : {0, 3, 60}) {
    const StorePlan by_index = plan_store(range(first, 5), 2, 64);
    const StorePlan in_order = plan_store_in_order(first, 5, 2, 64);
    CHECK(in_order.span_offset == by_index.span_offset);
    CHECK(in_order.span_bytes == by_index.span_bytes);
    CHECK(in_order.dropped == by_index.dropped);
    CHECK(in_order.stored_channels == by_index.stored_channels);
    CHECK(in_order.enables == by_index.enables);
    REQUIRE(in_order.runs.size() == 1);
    CHECK(in_order.runs[0].offset == by_index.runs[0].offset);
    CHECK(in_order.runs[0].bytes == by_index.runs[0].bytes);
  }
  const StorePlan far = plan_store_in_order(98000, 32, 1, 98304);
  CHECK(far.span_offset == 98000);
  CHECK(far.dropped == 0);
  CHECK(plan_store_in_order(0, 98304, 1, 98304).complete);
  CHECK(plan_store_in_order(64, 32, 1, 64).runs.empty());
}

workload::LayerShape image_of(std::uint32_t height, std::uint32_t width, std::uint32_t channels) {
  workload::LayerShape s;
  s.batch = 2;
  s.in_height = height;
  s.in_width = width;
  s.out_channels = channels;
  return s;
}

TEST_CASE("complete rows of complete positions are one write") {
  const workload::LayerShape s = image_of(4, 5, 16);
  TileStep step;
  step.image = 1;
  step.out_row = 2;
  step.height = 2;
  step.width = 5;
  const auto transfers = store_transfers(s, step, plan_store(range(0, 16), 1, 16));
  REQUIRE(transfers.size() == 1);
  CHECK(transfers[0].offset == (4 + 2) * 5 * 16);
  CHECK(transfers[0].bytes == 10 * 16);
  CHECK(transfers[0].positions == 10);
}

TEST_CASE("a tile narrower than the image is one write a row") {
  const workload::LayerShape s = image_of(4, 5, 16);
  TileStep step;
  step.out_column = 1;
  step.height = 2;
  step.width = 3;
  const auto transfers = store_transfers(s, step, plan_store(range(0, 16), 1, 16));
  REQUIRE(transfers.size() == 2);
  CHECK(transfers[1].offset == (5 + 1) * 16);
  CHECK(transfers[1].bytes == 48);
  CHECK(transfers[1].first_position == 3);
}

TEST_CASE("the writes of all tiles put every output in its place and nothing else") {
  Random random(13);
  for (int round = 0; round < 200; ++round) {
    const std::uint32_t size = 1u << pick(random, 0, 2);
    const workload::LayerShape s =
        image_of(pick(random, 1, 3), pick(random, 1, 4), pick(random, 1, 300));
    Channels order = range(0, static_cast<std::uint16_t>(s.out_channels));
    std::shuffle(order.begin(), order.end(), random);
    const std::uint32_t positions = static_cast<std::uint32_t>(s.positions());
    std::vector<std::uint8_t> memory(std::size_t{positions} * s.out_channels * size, 0xEE);
    std::vector<std::uint8_t> expected(memory.size());
    std::generate(expected.begin(), expected.end(),
                  [&] { return static_cast<std::uint8_t>(random()); });
    const std::uint32_t slots = pick(random, 1, s.out_channels);
    for (std::uint32_t first = 0; first < s.out_channels; first += slots) {
      const Channels channels(order.begin() + first,
                              order.begin() + std::min(first + slots, s.out_channels));
      const StorePlan plan = plan_store(channels, size, s.out_channels);
      TileStep step;
      step.height = s.in_height;
      step.width = s.in_width;
      for (step.image = 0; step.image < s.batch; ++step.image) {
        const std::uint32_t tile_positions = step.height * step.width;
        std::vector<std::uint8_t> images(std::size_t{tile_positions} * plan.span_bytes);
        for (std::uint32_t p = 0; p < tile_positions; ++p) {
          std::vector<std::uint8_t> outputs;
          for (const std::uint16_t channel : channels) {
            const std::size_t at =
                ((std::size_t{step.image} * tile_positions + p) * s.out_channels + channel) * size;
            outputs.insert(outputs.end(), expected.begin() + at, expected.begin() + at + size);
          }
          unshuffle(plan, outputs,
                    Span<std::uint8_t>(images).subspan(std::size_t{p} * plan.span_bytes,
                                                       plan.span_bytes));
        }
        for (const StoreTransfer& t : store_transfers(s, step, plan)) {
          for (std::uint32_t i = 0; i < t.bytes; ++i) {
            const std::uint32_t within = (t.image_offset + i) % plan.span_bytes;
            if (plan.enables[within] != 0) {
              memory[t.offset + i] =
                  images[std::size_t{t.first_position} * plan.span_bytes + t.image_offset + i];
            } else {
              REQUIRE(t.needs_enables);
            }
          }
        }
      }
    }
    REQUIRE(memory == expected);
  }
}

}  // namespace
}  // namespace lacuna::engine
