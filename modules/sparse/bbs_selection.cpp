// SPDX-License-Identifier: Apache-2.0
#include "sparse/bbs_selection.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::sparse {
namespace {

/// A share such as 0.29 of 100 must give 29, although the product of the nearest doubles is a
/// little less.
constexpr double product_tolerance = 1e-9;

std::size_t floor_of(double beta, std::size_t count) {
  return static_cast<std::size_t>(
      std::floor(beta * static_cast<double>(count) + product_tolerance));
}

std::size_t ceil_of(double beta, std::size_t count) {
  return static_cast<std::size_t>(std::ceil(beta * static_cast<double>(count) - product_tolerance));
}

void check(Span<const LayerScales> layers, const SelectionParams& params) {
  Diagnostics diagnostics;
  if (!(params.beta >= 0 && params.beta <= 1)) {
    diagnostics.add({}, "beta", fmt::format("{} is not in 0..1", params.beta));
  }
  if (params.multiple == 0) {
    diagnostics.add({}, "multiple", "0 is not at least 1");
  }
  for (const LayerScales& layer : layers) {
    for (std::size_t i = 0; i < layer.scales.size(); ++i) {
      const float scale = layer.scales[i];
      if (!std::isfinite(scale) || scale < 0) {
        diagnostics.add(
            {}, layer.name,
            fmt::format("scale {} of channel {} is not a finite number from 0 up", scale, i));
      }
    }
  }
  diagnostics.throw_if_any();
}

struct Channel {
  std::uint32_t layer;
  float scale;
};

/// Sensitive channels of each layer, before rounding: its share of the model's best.
std::vector<std::size_t> count_over_model(Span<const LayerScales> layers, double beta) {
  std::vector<Channel> channels;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    for (const float scale : layers[l].scales) {
      channels.push_back({static_cast<std::uint32_t>(l), scale});
    }
  }
  const std::size_t taken = floor_of(beta, channels.size());
  std::stable_sort(channels.begin(), channels.end(),
                   [](const Channel& a, const Channel& b) { return a.scale > b.scale; });
  std::vector<std::size_t> counts(layers.size(), 0);
  for (std::size_t i = 0; i < taken; ++i) {
    ++counts[channels[i].layer];
  }
  return counts;
}

std::vector<std::size_t> count_per_layer(Span<const LayerScales> layers, double beta) {
  std::vector<std::size_t> counts;
  for (const LayerScales& layer : layers) {
    counts.push_back(ceil_of(beta, layer.scales.size()));
  }
  return counts;
}

ChannelSelection select_top(Span<const float> scales, std::size_t count) {
  std::vector<std::uint32_t> ranking(scales.size());
  std::iota(ranking.begin(), ranking.end(), 0U);
  std::stable_sort(ranking.begin(), ranking.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return scales[a] > scales[b]; });
  ChannelSelection selection;
  selection.sensitive.assign(scales.size(), 0);
  selection.sensitive_count = static_cast<std::uint32_t>(count);
  for (std::size_t i = 0; i < count; ++i) {
    selection.sensitive[ranking[i]] = 1;
  }
  return selection;
}

}  // namespace

std::vector<std::uint32_t> ChannelSelection::order(std::uint32_t first, std::uint32_t count) const {
  std::vector<std::uint32_t> channels(count);
  std::iota(channels.begin(), channels.end(), first);
  std::stable_partition(channels.begin(), channels.end(),
                        [this](std::uint32_t channel) { return sensitive[channel] != 0; });
  return channels;
}

std::uint32_t ChannelSelection::sensitive_in(std::uint32_t first, std::uint32_t count) const {
  const auto begin = sensitive.begin() + first;
  return static_cast<std::uint32_t>(std::count(begin, begin + count, std::uint8_t{1}));
}

std::vector<ChannelSelection> select_channels(Span<const LayerScales> layers,
                                              const SelectionParams& params) {
  check(layers, params);
  const std::vector<std::size_t> counts = params.scope == SelectionScope::model
                                              ? count_over_model(layers, params.beta)
                                              : count_per_layer(layers, params.beta);
  std::vector<ChannelSelection> selections;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const std::size_t multiple = params.multiple;
    const std::size_t rounded = (counts[l] + multiple - 1) / multiple * multiple;
    selections.push_back(select_top(layers[l].scales, std::min(rounded, layers[l].scales.size())));
  }
  return selections;
}

}  // namespace lacuna::sparse
