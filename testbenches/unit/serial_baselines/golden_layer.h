// SPDX-License-Identifier: Apache-2.0
//
// Layers of the BBS authors' simulator (testbenches/data/bbs/cycles.json), each as one tile step of an array.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/tensor.h"
#include "sparse/weight_order.h"
#include "support/array/array_comparison.h"

namespace lacuna::baselines::test {

using namespace lacuna::test;

inline constexpr const char* golden_layers[] = {"g01_conv3x3", "g02_conv1x1", "g03_fc"};
inline nlohmann::json golden_file() {
  std::ifstream file(LACUNA_TEST_DATA "/bbs/cycles.json");
  return nlohmann::json::parse(file);
}

inline std::uint64_t golden_cycles(const std::string& layer, const std::string& machine) {
  return golden_file().at(layer).at(machine).at("cycles_compute").get<std::uint64_t>();
}

/// A whole layer as one step, positions spread over rows of the output, overheads off.
struct GoldenTile : ArrayTile {
  Shape tensor_shape;
  std::vector<std::int8_t> ordered;  ///< weights [channels, elements]
};

/// @param rows, columns of the array @param weights_file int8 or int16 that fits
inline GoldenTile golden_tile(const std::string& layer, const std::string& weights_file,
                              unsigned rows, unsigned columns) {
  GoldenTile tile;
  const Tensor stored = load_npy(std::string(LACUNA_TEST_DATA) + "/bbs/" + weights_file);
  Tensor weights(DataType::int8, stored.shape());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights.elements<std::int8_t>()[i] =
        stored.type() == DataType::int8
            ? stored.elements<std::int8_t>()[i]
            : static_cast<std::int8_t>(stored.elements<std::int16_t>()[i]);
  }
  tile.tensor_shape = weights.shape();
  tile.ordered = sparse::channels_last(weights);
  tile.decoded.assign(tile.ordered.begin(), tile.ordered.end());
  workload::LayerShape& shape = tile.geometry.shape;
  const bool convolution = tile.tensor_shape.size() == 4;
  shape.out_channels = static_cast<std::uint32_t>(tile.tensor_shape[0]);
  shape.in_channels = static_cast<std::uint32_t>(tile.tensor_shape[1]);
  if (convolution) {
    const nlohmann::json input = golden_file().at(layer).at("entry").at("x_shape");
    shape.in_height = input.at(2).get<std::uint32_t>();
    shape.in_width = input.at(3).get<std::uint32_t>();
    shape.kernel_height = static_cast<std::uint32_t>(tile.tensor_shape[2]);
    shape.kernel_width = static_cast<std::uint32_t>(tile.tensor_shape[3]);
    const std::uint32_t pad = shape.kernel_width / 2;
    shape.pad_top = shape.pad_bottom = shape.pad_left = shape.pad_right = pad;
  }
  engine::Mapping mapping;
  mapping.array_rows = rows;
  mapping.array_columns = columns;
  mapping.blocks_per_tile = (shape.out_channels + rows - 1) / rows;
  mapping.tile_height = shape.out_height();
  mapping.tile_width = shape.out_width();
  mapping.groups_per_chunk = (shape.reduction() + 31) / 32;
  mapping.spread = engine::PositionSpread::width;
  const std::vector<engine::TileStep> steps = engine::tile_steps(shape, mapping);
  tile.geometry.step = steps.at(0);
  tile.geometry.window = engine::activation_window(shape, mapping, tile.geometry.step, true);
  tile.geometry.array_rows = rows;
  tile.geometry.array_columns = columns;
  tile.geometry.spread = mapping.spread;
  RandomBits random(7);
  fill_activations(tile, random);
  tile.initial.assign(std::size_t{tile.geometry.positions()} * shape.out_channels, 0);
  return tile;
}

/// The same with weights as dense rows in the buffer.
inline GoldenTile golden_dense_tile(const std::string& layer, unsigned rows = 32) {
  GoldenTile tile = golden_tile(layer, layer + ".w.npy", rows, 16);
  const std::size_t elements = tile.geometry.step.elements;
  const std::size_t stride = (elements + 15) / 16 * 16;
  tile.weights.assign(std::size_t{tile.geometry.step.blocks} * rows * stride, 0);
  for (std::size_t channel = 0; channel < tile.geometry.step.channels; ++channel) {
    for (std::size_t e = 0; e < elements; ++e) {
      tile.weights[channel * stride + e] =
          static_cast<std::uint8_t>(tile.ordered[channel * elements + e]);
    }
  }
  return tile;
}

/// Counters against the simulator's, which counts one position of an array tile where the array works on several.
inline void check_golden_counters(const GoldenTile& tile, const engine::ArrayResult& result,
                                  const std::string& layer, const std::string& machine) {
  const nlohmann::json golden = golden_file().at(layer).at(machine);
  const std::uint64_t positions = tile.geometry.step.width;
  CHECK(result.cycles == golden.at("cycles_compute").get<std::uint64_t>());
  const auto effectual = golden.at("num_eff_op").get<std::uint64_t>();
  const auto within_rows = golden.at("max_intra_pe_op").get<std::uint64_t>();
  CHECK(result.effectual_lane_cycles == effectual * positions);
  CHECK(result.intra_pe_idle == (within_rows - effectual) * positions);
  const auto total = golden.at("num_total_op").get<std::uint64_t>();
  CHECK(result.lane_cycles == total * tile.geometry.array_columns);
}

}  // namespace lacuna::baselines::test
