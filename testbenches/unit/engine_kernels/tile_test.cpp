// SPDX-License-Identifier: Apache-2.0
#include "engine/tile.h"

#include <set>
#include <tuple>
#include <vector>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "shapes.h"

namespace lacuna::engine {
namespace {

using testing::Random;

/// A 6x5 image with two groups of 3 channels, 3x3 kernel, padded by 1; 40 output channels a group.
workload::LayerShape small_shape() {
  workload::LayerShape s;
  s.groups = 2;
  s.in_channels = 6;
  s.in_height = 6;
  s.in_width = 5;
  s.out_channels = 80;
  s.kernel_height = 3;
  s.kernel_width = 3;
  s.pad_top = s.pad_left = s.pad_bottom = s.pad_right = 1;
  return s;
}

TEST_CASE("every channel, position and element is computed exactly once") {
  Random random(1);
  for (int round = 0; round < 300; ++round) {
    const workload::LayerShape s = testing::random_shape(random);
    const Mapping m = testing::random_mapping(random, s);
    const std::uint64_t out_plane = std::uint64_t{s.out_height()} * s.out_width();
    const std::uint32_t group_channels = s.group_out_channels();
    const std::uint32_t slices = (s.reduction() + reduction_group - 1) / reduction_group;
    // Elements seen by (channel, position, group of 32): 32 each, or what is left in the last one.
    std::vector<std::uint32_t> seen(s.out_channels * s.batch * out_plane * slices, 0);
    for (const TileStep& step : tile_steps(s, m)) {
      REQUIRE(step.first_element == step.first_group * reduction_group);
      REQUIRE(step.elements <= step.groups * reduction_group);
      REQUIRE(step.elements > (step.groups - 1) * reduction_group);
      for (std::uint32_t c = 0; c < step.channels; ++c) {
        const std::uint32_t channel = step.first_block * m.array_rows + c;
        REQUIRE(channel < group_channels);
        for (std::uint32_t p = 0; p < step.height * step.width; ++p) {
          const std::uint32_t row = step.out_row + p / step.width;
          const std::uint32_t column = step.out_column + p % step.width;
          REQUIRE(row < s.out_height());
          REQUIRE(column < s.out_width());
          const std::uint64_t position =
              (step.image * std::uint64_t{s.out_height()} + row) * s.out_width() + column;
          const std::uint64_t output =
              position * s.out_channels + step.convolution_group * group_channels + channel;
          for (std::uint32_t g = 0; g < step.groups; ++g) {
            seen[output * slices + step.first_group + g] +=
                std::min(reduction_group, step.elements - g * reduction_group);
          }
        }
      }
    }
    for (std::size_t i = 0; i < seen.size(); ++i) {
      const std::uint32_t slice = static_cast<std::uint32_t>(i % slices);
      const std::uint32_t expected =
          slice + 1 < slices ? reduction_group : s.reduction() - slice * reduction_group;
      if (seen[i] != expected) {
        FAIL("round " << round << " output " << i / slices << " slice " << slice << ": "
                      << seen[i]);
      }
    }
  }
}

TEST_CASE("operands are loaded exactly when the last step did not use them") {
  Random random(2);
  for (int round = 0; round < 300; ++round) {
    const workload::LayerShape s = testing::random_shape(random);
    const Mapping m = testing::random_mapping(random, s);
    // What the two buffers hold, as their loader would know it.
    std::tuple<std::uint32_t, std::uint32_t, std::uint32_t> weights{~0u, 0, 0};
    std::tuple<std::uint32_t, std::uint32_t, std::uint32_t> activations{~0u, 0, 0};
    for (const TileStep& step : tile_steps(s, m)) {
      const std::tuple needed_weights{step.convolution_group, step.channel_tile, step.chunk};
      const std::tuple needed_activations{step.convolution_group, step.position_tile,
                                          m.layout == ActivationLayout::matrix ? step.chunk : 0u};
      REQUIRE(step.load_weights == (needed_weights != weights));
      REQUIRE(step.load_activations == (needed_activations != activations));
      weights = needed_weights;
      activations = needed_activations;
    }
  }
}

TEST_CASE("chunks of one output follow each other, first to last") {
  Random random(3);
  for (int round = 0; round < 200; ++round) {
    const workload::LayerShape s = testing::random_shape(random);
    const Mapping m = testing::random_mapping(random, s);
    const TileCounts counts = tile_counts(s, m);
    std::uint32_t next_chunk = 0;
    for (const TileStep& step : tile_steps(s, m)) {
      REQUIRE(step.chunk == next_chunk);
      REQUIRE(step.first_chunk == (step.chunk == 0));
      REQUIRE(step.last_chunk == (step.chunk + 1 == counts.chunks));
      next_chunk = step.last_chunk ? 0 : step.chunk + 1;
    }
    REQUIRE(next_chunk == 0);
  }
}

TEST_CASE("every output is stored once, when it is complete") {
  Random random(4);
  for (int round = 0; round < 200; ++round) {
    const workload::LayerShape s = testing::random_shape(random);
    const Mapping m = testing::random_mapping(random, s);
    std::uint64_t held = 0;  // outputs complete in the buffer
    std::uint64_t stored = 0;
    for (const TileStep& step : tile_steps(s, m)) {
      held += step.last_chunk ? std::uint64_t{step.channels} * step.height * step.width : 0;
      if (m.order == LoopOrder::channels_outer) {
        REQUIRE(step.store_outputs == step.last_chunk);
      }
      if (step.store_outputs) {
        REQUIRE(step.last_chunk);
        if (m.order == LoopOrder::positions_outer) {
          REQUIRE(held == std::uint64_t{s.group_out_channels()} * step.height * step.width);
        }
        stored += held;
        held = 0;
      }
    }
    REQUIRE(held == 0);
    REQUIRE(stored == s.positions() * s.out_channels);
  }
}

TEST_CASE("channels outside: weights once, activations for every channel tile") {
  const workload::LayerShape s = small_shape();
  Mapping m;
  m.tile_height = 3;
  m.tile_width = 5;  // two position tiles; two channel tiles of one block; two groups
  std::uint64_t weights = 0;
  std::uint64_t activations = 0;
  for (const TileStep& step : tile_steps(s, m)) {
    weights += step.load_weights;
    activations += step.load_activations;
  }
  CHECK(weights == 2 * 2);
  CHECK(activations == 2 * 2 * 2);
}

TEST_CASE("positions outside: activations once, weights for every position tile") {
  const workload::LayerShape s = small_shape();
  Mapping m;
  m.tile_height = 3;
  m.tile_width = 5;
  m.order = LoopOrder::positions_outer;
  std::uint64_t weights = 0;
  std::uint64_t activations = 0;
  for (const TileStep& step : tile_steps(s, m)) {
    weights += step.load_weights;
    activations += step.load_activations;
  }
  CHECK(weights == 2 * 2 * 2);
  CHECK(activations == 2 * 2);
}

TEST_CASE("the last block of a group has the channels that are left") {
  const std::vector<TileStep> steps = tile_steps(small_shape(), [] {
    Mapping m;
    m.tile_height = 6;
    m.tile_width = 5;
    return m;
  }());
  REQUIRE(steps.size() == 4);
  CHECK(steps[0].channels == 32);
  CHECK(steps[1].channels == 8);
  CHECK(steps[1].first_block == 1);
  CHECK(steps[2].convolution_group == 1);
}

TEST_CASE("an empty tile and too many steps are broken invariants") {
  Mapping m;
  m.tile_width = 0;
  CHECK_THROWS_AS(tile_steps(small_shape(), m), Error);
  workload::LayerShape s;
  s.in_width = (1u << 20) + 1;
  CHECK_THROWS_AS(tile_steps(s, Mapping{}), Error);
}

TEST_CASE("column batches run over rows of the tile unless only the width is spread") {
  const auto any = column_batches(3, 7, 16, PositionSpread::any);  // 21 positions
  REQUIRE(any.size() == 2);
  CHECK(any[0].first == 0);
  CHECK(any[0].count == 16);
  CHECK(any[1].first == 16);
  CHECK(any[1].count == 5);
  const auto width = column_batches(3, 7, 4, PositionSpread::width);  // 4 + 3 in each row
  REQUIRE(width.size() == 6);
  CHECK(width[2].first == 7);
  CHECK(width[2].count == 4);
  CHECK(width[5].first == 18);
  CHECK(width[5].count == 3);
}

/// The rectangle by looking at every pixel that the step touches.
struct Touched {
  std::set<std::int64_t> rows, columns;
};

Touched touched(const workload::LayerShape& s, const TileStep& step) {
  Touched t;
  for (std::uint32_t oy = step.out_row; oy < step.out_row + step.height; ++oy) {
    for (std::uint32_t k = 0; k < s.kernel_height; ++k) {
      const std::int64_t y = std::int64_t{oy} * s.stride_height + k * s.dilation_height - s.pad_top;
      if (y >= 0 && y < s.in_height) {
        t.rows.insert(y);
      }
    }
  }
  for (std::uint32_t ox = step.out_column; ox < step.out_column + step.width; ++ox) {
    for (std::uint32_t k = 0; k < s.kernel_width; ++k) {
      const std::int64_t x = std::int64_t{ox} * s.stride_width + k * s.dilation_width - s.pad_left;
      if (x >= 0 && x < s.in_width) {
        t.columns.insert(x);
      }
    }
  }
  return t;
}

TEST_CASE("a window is inside the image and covers every pixel that its tile touches") {
  Random random(5);
  for (int round = 0; round < 300; ++round) {
    const workload::LayerShape s = testing::random_shape(random);
    Mapping m = testing::random_mapping(random, s);
    m.layout = ActivationLayout::region;
    for (const TileStep& step : tile_steps(s, m)) {
      const ActivationWindow w = activation_window(s, m, step, true);
      const Touched t = touched(s, step);
      REQUIRE(w.first_row + w.rows <= s.in_height);
      REQUIRE(w.first_column + w.columns <= s.in_width);
      REQUIRE(w.is_signed);
      REQUIRE(w.bytes() == std::uint64_t{w.rows} * w.columns * s.group_in_channels());
      REQUIRE(activation_bytes(w, step) == w.bytes());
      for (const std::int64_t y : t.rows) {
        REQUIRE((y >= w.first_row && y < std::int64_t{w.first_row} + w.rows));
      }
      for (const std::int64_t x : t.columns) {
        REQUIRE((x >= w.first_column && x < std::int64_t{w.first_column} + w.columns));
      }
      if (s.dilation_height == 1 && s.stride_height <= s.kernel_height) {
        REQUIRE(w.rows == t.rows.size());  // nothing is skipped, so nothing more is stored
      }
    }
  }
}

TEST_CASE("the window of a padded corner starts in the padding and stores the image only") {
  Mapping m;
  m.tile_height = 2;
  m.tile_width = 2;
  const auto steps = tile_steps(small_shape(), m);
  const ActivationWindow w = activation_window(small_shape(), m, steps.front(), false);
  CHECK(w.origin_y == -1);
  CHECK(w.origin_x == -1);
  CHECK(w.first_row == 0);
  CHECK(w.rows == 3);  // output rows 0 and 1 reach input rows -1..2
  CHECK(w.columns == 3);
  CHECK(w.channels == 3);
  CHECK(w.bytes() == 27);
}

TEST_CASE("a matrix tile holds the chunk's elements of every position") {
  Mapping m;
  m.tile_height = 2;
  m.tile_width = 3;
  m.layout = ActivationLayout::matrix;
  const auto steps = tile_steps(small_shape(), m);
  const ActivationWindow w = activation_window(small_shape(), m, steps.front(), false);
  CHECK(activation_bytes(w, steps.front()) == 6 * 27);
}

}  // namespace
}  // namespace lacuna::engine
