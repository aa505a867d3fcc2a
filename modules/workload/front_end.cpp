// SPDX-License-Identifier: Apache-2.0
#include "workload/front_end.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace lacuna::workload {
namespace {

constexpr std::uint64_t value_bytes = 4;
constexpr std::uint64_t gates = 4;

/// A layer whose every weight is used once a context.
FrontEndLayer dense(std::string name, std::uint64_t weights) {
  return {std::move(name), weights, weights};
}

FrontEndLayer lstm_layer(std::string name, std::uint64_t inputs, std::uint64_t width) {
  return dense(std::move(name), gates * width * (inputs + width));
}

std::vector<FrontEndLayer> lstm(std::uint64_t width) {
  return {lstm_layer("lstm0", width, width), lstm_layer("lstm1", width, width)};
}

std::vector<FrontEndLayer> transformer(std::uint64_t width) {
  constexpr unsigned layers = 16;
  constexpr std::uint64_t inner = 2100;
  constexpr std::uint64_t attended = 300;
  std::vector<FrontEndLayer> result;
  for (unsigned i = 0; i < layers; ++i) {
    // Queries, keys, values, relative positions and outputs.
    result.push_back(dense(fmt::format("projections{}", i), 5 * width * width));
    result.push_back({fmt::format("attention{}", i), 3 * attended * width, 0});
    result.push_back(dense(fmt::format("feed_forward{}", i), 2 * width * inner));
  }
  return result;
}

std::vector<FrontEndLayer> gnmt(std::uint64_t width) {
  constexpr std::uint64_t source_words = 50;
  std::vector<FrontEndLayer> result = {lstm_layer("lstm0", width, width)};
  result.push_back(dense("attention_query", width * width));
  result.push_back({"attention", 2 * source_words * width, 0});
  for (unsigned i = 1; i < 4; ++i) {
    result.push_back(lstm_layer(fmt::format("lstm{}", i), 2 * width, width));
  }
  return result;
}

std::vector<FrontEndLayer> xmlcnn(std::uint64_t width) {
  constexpr std::uint64_t words = 500;
  constexpr std::uint64_t embedding = 300;
  constexpr std::uint64_t filters = 32;
  constexpr std::uint64_t maxima = 8;
  constexpr std::uint64_t widths[] = {2, 4, 8};
  std::vector<FrontEndLayer> result;
  for (const std::uint64_t window : widths) {
    const std::uint64_t weights = filters * window * embedding;
    result.push_back({fmt::format("convolution{}", window), words * weights, weights});
  }
  result.push_back(dense("bottleneck", std::size(widths) * filters * maxima * width));
  return result;
}

}  // namespace

std::vector<FrontEndLayer> front_end_layers(FrontEnd which, std::uint32_t dimension) {
  switch (which) {
    case FrontEnd::none:
      break;
    case FrontEnd::lstm:
      return lstm(dimension);
    case FrontEnd::transformer:
      return transformer(dimension);
    case FrontEnd::gnmt:
      return gnmt(dimension);
    case FrontEnd::xmlcnn:
      return xmlcnn(dimension);
  }
  return {};
}

Time front_end_time(const std::vector<FrontEndLayer>& layers, std::uint32_t contexts,
                    const FrontEndHost& host) {
  std::uint64_t bytes = 0;
  for (const FrontEndLayer& layer : layers) {
    bytes += value_bytes * layer.weights;
  }
  const bool kept = bytes <= host.cache.value();
  double ns = 0;
  for (const FrontEndLayer& layer : layers) {
    const double computing = static_cast<double>(layer.macs) * contexts / host.macs_per_ns;
    const double reading =
        kept ? 0 : static_cast<double>(value_bytes * layer.weights) / host.bandwidth_gbps;
    ns += std::max(computing, reading);
  }
  return Time(static_cast<std::int64_t>(std::ceil(ns * 1e3)));
}

}  // namespace lacuna::workload
