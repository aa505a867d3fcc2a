// SPDX-License-Identifier: Apache-2.0
#include "engine/structured_packer.h"

#include <catch2/catch.hpp>

#include "baselines/highlight/params.h"
#include "baselines/sparse_tensor_core/params.h"
#include "baselines/tensor_core/array_detailed.h"
#include "baselines/tensor_core/array_fast.h"
#include "baselines/tensor_core/params.h"
#include "core/error.h"
#include "core/parameters.h"
#include "support/array/array_comparison.h"

using namespace lacuna;
using namespace lacuna::baselines;
using namespace lacuna::test;

namespace {

Tensor random_weights(Shape shape, RandomBits& random) {
  Tensor weights(DataType::int8, std::move(shape));
  for (std::int8_t& weight : weights.elements<std::int8_t>()) {
    weight = static_cast<std::int8_t>(random.next());
  }
  return weights;
}

template <class Params>
std::string problem_of(const std::string& key, const std::string& value) {
  Diagnostics diagnostics;
  read_parameters<Params>(parse_yaml("{" + key + ": " + value + "}", "p.yaml"), "", diagnostics);
  try {
    diagnostics.throw_if_any();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

/// A grouped convolution in chunks of 96 elements, which cut most windows.
struct Layer {
  workload::LayerShape shape;
  engine::Mapping mapping;

  Layer() {
    shape.groups = 2;
    shape.in_channels = 56;
    shape.in_height = 4;
    shape.in_width = 5;
    shape.kernel_height = shape.kernel_width = 3;
    shape.pad_top = shape.pad_left = shape.pad_bottom = shape.pad_right = 1;
    shape.out_channels = 20;
    mapping.array_rows = 4;
    mapping.array_columns = 3;
    mapping.blocks_per_tile = 2;
    mapping.tile_height = 2;
    mapping.tile_width = 5;
    mapping.groups_per_chunk = 3;
  }
};

}  // namespace

TEST_CASE("both bodies compute from packed tiles what the pruned weights say, in any chunks") {
  RandomBits random(11);
  const Layer layer;
  const Tensor weights = random_weights({20, 28, 3, 3}, random);
  for (const sparse::HssFormat format :
       {sparse::HssFormat{{4, 7}, {2, 3}}, sparse::HssFormat{{4, 8}, {2, 4}},
        sparse::HssFormat{{4, 5}, {2, 2}}, sparse::HssFormat{{4, 4}, {2, 4}}}) {
    FragmentOptions options;
    options.window_slots = highlight_slots;
    const engine::StructuredPacker packer(format, 4, highlight_slots, {16, 32}, layer.shape,
                                          weights);
    const engine::PackedTiles tiles = packer.pack(layer.mapping);
    const Tensor decoded = packer.decoded_weights();
    const Span<const std::int16_t> values = decoded.elements<std::int16_t>();
    REQUIRE(tiles.entries.size() == 2 * 2 * 3);
    for (const engine::TileStep& step : engine::tile_steps(layer.shape, layer.mapping)) {
      ArrayTile tile;
      tile.geometry = {
          layer.shape, step, engine::activation_window(layer.shape, layer.mapping, step, true),
          4,           3,    engine::PositionSpread::any};
      fill_activations(tile, random);
      const engine::WeightTileEntry& entry =
          tiles.entries[(step.convolution_group * 2 + step.channel_tile) * 3 + step.chunk];
      const std::uint8_t* bytes = tiles.bytes.data();
      tile.weights.assign(bytes + entry.weights_address,
                          bytes + entry.weights_address + entry.weights_bytes);
      tile.metadata.assign(bytes + entry.metadata_address,
                           bytes + entry.metadata_address + entry.metadata_bytes);
      REQUIRE(entry.weights_bytes == packer.weights_bytes(step.convolution_group, step.first_block,
                                                          step.blocks, step.first_group,
                                                          step.groups));
      REQUIRE(entry.metadata_bytes == packer.metadata_bytes(step.convolution_group,
                                                            step.first_block, step.blocks,
                                                            step.first_group, step.groups));
      for (unsigned n = 0; n < step.channels; ++n) {
        const unsigned channel = step.convolution_group * 10 + step.first_block * 4 + n;
        for (unsigned e = step.first_element; e < step.first_element + step.elements; ++e) {
          tile.decoded.push_back(values[(channel * 28 + e % 28) * 9 + e / 28]);
        }
      }
      tile.initial.assign(std::size_t{step.height} * step.width * step.channels, 0);
      FastFragmentArray fast(options);
      DetailedFragmentArray detailed(options);
      const Outcome outcome = run(detailed, tile, 1);
      REQUIRE(outcome.accumulators == expected_accumulators(tile));
      REQUIRE(differences(run(fast, tile, 1), outcome) == nothing);
      REQUIRE(outcome.result.busy_cycles ==
              step.blocks *
                  engine::column_batches(step.height, step.width, 3, engine::PositionSpread::any)
                      .size() *
                  packer.compute_cycles(step.convolution_group, step.first_block, step.first_group,
                                        step.groups));
    }
  }
}

TEST_CASE("pruning loses what the format does not keep, and says so") {
  workload::LayerShape shape;
  shape.in_channels = 4;
  shape.out_channels = 1;
  Tensor weights(DataType::int8, {1, 4});
  const std::array<std::int8_t, 4> values = {1, -4, 3, 2};
  std::copy(values.begin(), values.end(), weights.elements<std::int8_t>().begin());
  const engine::StructuredPacker packer({{1, 1}, {2, 4}}, 8, 2, {16, 32}, shape, weights);
  CHECK(packer.squared_error() == 1 + 4);
  const Tensor decoded = packer.decoded_weights();
  const Span<const std::int16_t> kept = decoded.elements<std::int16_t>();
  CHECK(std::vector<int>(kept.begin(), kept.end()) == std::vector<int>{0, -4, 3, 0});
}

TEST_CASE("weights of another layer are refused") {
  workload::LayerShape shape;
  shape.in_channels = 8;
  shape.out_channels = 4;
  RandomBits random(1);
  const sparse::HssFormat format{{1, 1}, {2, 4}};
  CHECK_THROWS_AS(
      engine::StructuredPacker(format, 8, 2, {16, 32}, shape, random_weights({4, 9}, random)),
      Error);
  CHECK_THROWS_AS(
      engine::StructuredPacker(format, 8, 2, {16, 32}, shape, random_weights({5, 8}, random)),
      Error);
}

TEST_CASE("by default the three machines have 512 multipliers and 256 KiB") {
  const std::uint64_t bits = 256 * 1024 * 8;
  CHECK(TensorCoreParams().pe_array.macs_per_cycle() == 512);
  CHECK(TensorCoreParams().buffer_bits() == bits);
  CHECK(SparseTensorCoreParams().structured_buffer_bits() == bits);
  CHECK(HighlightParams().structured_buffer_bits() == bits);
}

TEST_CASE("parameters that the machines cannot have are refused where they stand") {
  using Catch::Contains;
  CHECK(problem_of<SparseTensorCoreParams>("pattern", "1:4").empty());
  CHECK(problem_of<SparseTensorCoreParams>("pattern", "4:4").empty());
  CHECK_THAT(problem_of<SparseTensorCoreParams>("pattern", "3:4"), Contains("two of four"));
  CHECK_THAT(problem_of<SparseTensorCoreParams>("pattern", "4:8"), Contains("two of four"));
  CHECK_THAT(problem_of<SparseTensorCoreParams>("pattern", "half"), Contains("G:H"));
  CHECK(problem_of<HighlightParams>("rank1", "4:6").empty());
  CHECK_THAT(problem_of<HighlightParams>("rank1", "2:4"), Contains("4:8"));
  CHECK_THAT(problem_of<HighlightParams>("rank0", "2:5"), Contains("2:3"));
  CHECK_THAT(problem_of<HighlightParams>("metadata_buffer", "1000 B"),
             Contains("multiple of 1024"));
  CHECK_THAT(problem_of<TensorCoreParams>("pe_array", "{rows: 12}"), Contains("multiple of 8"));
  CHECK_THAT(problem_of<TensorCoreParams>("pe_array", "{columns: 4}"), Contains("multiple of 8"));
  CHECK_THAT(problem_of<TensorCoreParams>("weight_buffer", "1000 B"), Contains("multiple of"));
}

TEST_CASE("layers stay dense by name") {
  SparseTensorCoreParams params;
  params.dense_layers = {"conv1", "*downsample"};
  CHECK(params.format_of("conv1").dense());
  CHECK(params.format_of("layer2.0.conv_downsample").dense());
  CHECK(params.format_of("layer1.0.conv1") == sparse::HssFormat{{1, 1}, {2, 4}});
}
