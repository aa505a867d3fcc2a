// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "core/parameters.h"
#include "sparse/bbs_parameters.h"
#include "sparse/bbs_selection.h"

using namespace lacuna;
using namespace lacuna::sparse;

namespace {

std::vector<ChannelSelection> select(const std::vector<std::vector<float>>& scales,
                                     const SelectionParams& params) {
  std::vector<LayerScales> layers;
  for (std::size_t i = 0; i < scales.size(); ++i) {
    layers.push_back({"layer" + std::to_string(i), scales[i]});
  }
  return select_channels(layers, params);
}

std::vector<std::uint8_t> flags(const std::vector<int>& values) {
  return {values.begin(), values.end()};
}

}  // namespace

TEST_CASE("the largest scales of the whole model decide how many channels a layer keeps") {
  // 10 channels, beta 0.3: three sensitive ones, 9, 8 and 7: two in the first layer, one in the
  // second.
  const auto selected = select({{1, 9, 2, 8, 3}, {7, 1, 1, 1, 2}}, {0.3, 1, {}});
  CHECK(selected[0].sensitive == flags({0, 1, 0, 1, 0}));
  CHECK(selected[1].sensitive == flags({1, 0, 0, 0, 0}));
  CHECK(selected[0].sensitive_count == 2);
  CHECK(selected[1].sensitive_count == 1);
}

TEST_CASE("a layer's number is rounded up and filled with its own next largest") {
  // One sensitive channel (9) becomes four; a layer without any keeps none.
  const auto selected = select({{1, 9, 2, 8, 3, 2}, {1, 1, 1, 1}}, {0.1, 4, {}});
  CHECK(selected[0].sensitive == flags({0, 1, 1, 1, 1, 0}));
  CHECK(selected[1].sensitive_count == 0);
}

TEST_CASE("rounding up stops at the channels of the layer") {
  const auto selected = select({{3, 2, 1}}, {0.5, 32, {}});
  CHECK(selected[0].sensitive == flags({1, 1, 1}));
  CHECK(selected[0].sensitive_count == 3);
}

TEST_CASE("of equal scales the lower layer and then the lower channel is sensitive") {
  const auto selected = select({{5, 5}, {5, 5}}, {0.75, 1, {}});
  CHECK(selected[0].sensitive == flags({1, 1}));
  CHECK(selected[1].sensitive == flags({1, 0}));
}

TEST_CASE("the share of the model is rounded down, the share of a layer up") {
  const std::vector<float> ten{9, 8, 7, 6, 5, 4, 3, 2, 1, 0};
  CHECK(select({ten}, {0.19, 1, SelectionScope::model})[0].sensitive_count == 1);
  CHECK(select({ten}, {0.11, 1, SelectionScope::layer})[0].sensitive_count == 2);
}

TEST_CASE("a share is meant in decimals") {
  // 0.29 * 100 is 28.999999999999996 and 0.07 * 100 is 7.000000000000001 in doubles.
  const std::vector<float> hundred(100, 1.0F);
  CHECK(select({hundred}, {0.29, 1, SelectionScope::model})[0].sensitive_count == 29);
  CHECK(select({hundred}, {0.07, 1, SelectionScope::layer})[0].sensitive_count == 7);
}

TEST_CASE("layer by layer, every layer keeps its share") {
  // 20 % of 64 channels are 12.8: 13, rounded up to 32; of 256 they are 52, rounded up to 64.
  const auto selected = select({std::vector<float>(64, 1), std::vector<float>(256, 9)},
                               {0.2, 32, SelectionScope::layer});
  CHECK(selected[0].sensitive_count == 32);
  CHECK(selected[1].sensitive_count == 64);
}

TEST_CASE("nothing and everything can be sensitive") {
  CHECK(select({{1, 2}}, {0.0, 32, {}})[0].sensitive == flags({0, 0}));
  CHECK(select({{1, 2}}, {1.0, 32, {}})[0].sensitive == flags({1, 1}));
  CHECK(select({}, {0.5, 32, {}}).empty());
}

TEST_CASE("sensitive channels come first in a convolution group and keep their order") {
  ChannelSelection selection;
  selection.sensitive = flags({0, 1, 0, 1, 1, 0, 0, 1});
  selection.sensitive_count = 4;
  CHECK(selection.order(0, 8) == std::vector<std::uint32_t>{1, 3, 4, 7, 0, 2, 5, 6});
  CHECK(selection.order(4, 4) == std::vector<std::uint32_t>{4, 7, 5, 6});
  CHECK(selection.sensitive_in(0, 4) == 2);
  CHECK(selection.sensitive_in(5, 2) == 0);
}

TEST_CASE("random models: each layer keeps its best, in a multiple that covers its share") {
  std::mt19937 random(5);
  for (int trial = 0; trial < 50; ++trial) {
    std::vector<std::vector<float>> scales(1 + random() % 6);
    std::vector<float> all;
    for (auto& layer : scales) {
      layer.resize(1 + random() % 200);
      for (float& scale : layer) {
        scale = static_cast<float>(random() % 50);
        all.push_back(scale);
      }
    }
    std::sort(all.rbegin(), all.rend());
    const std::size_t taken = all.size() / 5;
    const auto selected = select(scales, {0.2, 32, SelectionScope::model});
    for (std::size_t l = 0; l < scales.size(); ++l) {
      const std::size_t count = selected[l].sensitive_count;
      REQUIRE((count % 32 == 0 || count == scales[l].size()));
      if (taken > 0) {
        // Channels above the model's threshold are all in; at most those at it and a rounding are
        // more.
        const float threshold = all[taken - 1];
        const auto above = std::count_if(scales[l].begin(), scales[l].end(),
                                         [&](float scale) { return scale > threshold; });
        const auto reached = std::count_if(scales[l].begin(), scales[l].end(),
                                           [&](float scale) { return scale >= threshold; });
        REQUIRE(static_cast<long>(count) >= above);
        REQUIRE(static_cast<long>(count) < reached + 32);
      }
      float least_kept = std::numeric_limits<float>::max();
      float most_pruned = -1;
      for (std::size_t i = 0; i < scales[l].size(); ++i) {
        if (selected[l].sensitive[i] != 0) {
          least_kept = std::min(least_kept, scales[l][i]);
        } else {
          most_pruned = std::max(most_pruned, scales[l][i]);
        }
      }
      REQUIRE(least_kept >= most_pruned);
    }
  }
}

TEST_CASE("scales that are no step sizes are refused with layer and channel") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinite = std::numeric_limits<float>::infinity();
  CHECK_THROWS_WITH(select({{1, 2}, {1, nan}}, {}),
                    Catch::Contains("layer1") && Catch::Contains("channel 1"));
  CHECK_THROWS_AS(select({{infinite}}, {}), Error);
  CHECK_THROWS_AS(select({{-1}}, {}), Error);
  CHECK_THROWS_WITH(select({{1}}, {1.5, 32, {}}), Catch::Contains("beta"));
  CHECK_THROWS_AS(select({{1}}, {0.5, 0, {}}), Error);
}

TEST_CASE("a model's parameters are read by their names in files") {
  Diagnostics diagnostics;
  const Node node = parse_yaml("{method: ra, columns: 2, beta: 0.1, scope: layer}", "p.yaml");
  const auto params = read_parameters<BbsModelParams>(node, "compression", diagnostics);
  REQUIRE(diagnostics.empty());
  CHECK(params.pruning().method == BbsMethod::rounded_averaging);
  CHECK(params.pruning().columns == 2);
  CHECK(params.pruning().constant_bits == 6);
  CHECK(params.selection().beta == 0.1);
  CHECK(params.selection().multiple == 32);
  CHECK(params.selection().scope == SelectionScope::layer);
  read_parameters<BbsModelParams>(parse_yaml("{method: zp, columns: 7}", "p.yaml"), "compression",
                                  diagnostics);
  CHECK(diagnostics.items().size() == 2);
}
