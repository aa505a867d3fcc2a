// SPDX-License-Identifier: Apache-2.0
//
// Cycles of matrix products worked out by hand: 3 clocks until the first sums, one for every issue, columns leave together,
// then 3 clocks of output stage.
#include <catch2/catch.hpp>

#include "sparq/sparse_tensor_core/promised_selection.h"
#include "sparq/tensor_core/array_detailed.h"
#include "sparq/tensor_core/array_fast.h"

using namespace lacuna;
using namespace lacuna::sparq;

namespace {

struct Product {
  unsigned rows = 16;
  unsigned columns = 16;
  unsigned positions = 16;
  unsigned channels = 16;
  unsigned elements = 64;
  DotProductOptions options;
  bool reduced = true;
  bool two_of_four = false;  ///< the first two of every four
  std::uint8_t weight = 3;
  std::uint8_t activation = 5;
};

/// Weights alike, activations alike, one step that is the whole layer.
template <class Array>
engine::ArrayResult run(const Product& product) {
  engine::TileGeometry geometry;
  geometry.array_rows = product.rows;
  geometry.array_columns = product.columns;
  geometry.shape.in_channels = product.elements;
  geometry.shape.in_width = product.positions;
  geometry.shape.out_channels = product.channels;
  engine::TileStep& step = geometry.step;
  step.blocks = (product.channels + product.rows - 1) / product.rows;
  step.channels = product.channels;
  step.height = 1;
  step.width = product.positions;
  step.groups = (product.elements + 31) / 32;
  step.elements = product.elements;
  step.load_weights = step.first_chunk = step.last_chunk = true;
  geometry.window.rows = 1;
  geometry.window.columns = product.positions;
  geometry.window.channels = product.elements;
  const std::size_t slots = std::size_t{step.blocks} * product.rows;
  const std::vector<std::uint8_t> weights(slots * ((product.elements + 15) / 16 * 16),
                                          product.weight);
  std::vector<std::uint8_t> metadata;
  if (product.two_of_four) {
    metadata.assign(16 + slots * ((product.elements / 8 + 15) / 16 * 16), 0x44);  // places 0 and 1
    metadata[0] = metadata[1] = 1;
    metadata[2] = 2;
    metadata[3] = 4;
  }
  const std::vector<std::uint8_t> activations(std::size_t{product.positions} * product.elements,
                                              product.activation);
  std::vector<std::int32_t> sums(std::size_t{product.positions} * product.channels);
  Array array(product.options);
  const engine::ArrayResult result = array.compute(
      {geometry, weights, metadata, activations, engine::WeightSource::stream, 1, product.reduced},
      sums);
  // Nothing of 5 is lost in a window of 4 bits, nor in one of 8; 255 becomes 240.
  const std::uint32_t kept = product.activation == 255 ? 240 : product.activation;
  const std::uint32_t products = product.two_of_four ? product.elements / 2 : product.elements;
  CHECK(sums.front() == static_cast<std::int32_t>(kept * product.weight * products));
  CHECK(sums.back() == sums.front());
  return result;
}

engine::ArrayResult timed(const Product& product) {
  const engine::ArrayResult detailed = run<DetailedDotProductArray>(product);
  CHECK(run<FastDotProductArray>(product) == detailed);
  return detailed;
}

}  // namespace

TEST_CASE("an issue takes 4 of K at 8 bits, 8 in pairs, 8 and 16 of weights of 2:4") {
  Product product;
  product.options.array.overheads = false;
  product.options.selection = true;
  product.options.pe = PeKind::dense;
  CHECK(timed(product).cycles == 64 / 4);
  product.options.pe = PeKind::two_4b;
  product.activation = 255;
  CHECK(timed(product).passes == 64 / 8);
  product.activation = 5;
  product.options.pe = PeKind::sparq;
  CHECK(timed(product).cycles == 64 / 8);
  product.two_of_four = true;
  CHECK(timed(product).cycles == 64 / 16);
  product.options.pe = PeKind::dense;
  CHECK(timed(product).cycles == 64 / 8);
  product.elements = 68;  // a last issue that is not full
  CHECK(timed(product).cycles == 9);
}

TEST_CASE("three clocks fill the pipeline, columns leave, three more are the output stage") {
  Product product;
  CHECK(timed(product).cycles == 3 + 8 + 16 + 3);
  product.options.array.drain_columns = 8;
  CHECK(timed(product).cycles == 3 + 8 + 2 + 3);
  product.positions = 5;
  CHECK(timed(product).cycles == 3 + 8 + 1 + 3);
}

TEST_CASE(
    "short reductions wait for the sums before them to leave, unless several columns leave at "
    "once") {
  Product product;
  product.positions = 64;  // four array tiles of 8 issues, each 16 columns
  const engine::ArrayResult slow = timed(product);
  CHECK(slow.drain_stall_cycles == 3 * (16 - 8));
  CHECK(slow.cycles == 3 + 4 * 8 + 3 * 8 + 16 + 3);
  product.options.array.drain_columns = 2;
  CHECK(timed(product).drain_stall_cycles == 0);
  CHECK(timed(product).cycles == 3 + 4 * 8 + 8 + 3);
}

TEST_CASE("units with narrow multipliers take two clocks for activations of 8 bits") {
  Product product;
  product.reduced = false;
  for (const unsigned bits : {4u, 3u, 2u}) {
    product.options.format = {bits, 9 - bits, sparse::SparqRounding::trim};
    CHECK(timed(product).busy_cycles == 16 * (bits == 4 ? 1 : 2));
  }
}

TEST_CASE("a full array of units counts 8 products a clock and unit") {
  const engine::ArrayResult result = timed(Product());
  CHECK(result.effective_macs == 16 * 16 * 64);
  CHECK(result.effectual_lane_cycles == result.lane_cycles);
  CHECK(result.lane_cycles == 8 * 256 * 8);
}

TEST_CASE("sums with which the authors' float32 accumulators are wrong are exact") {
  Product product;
  product.positions = product.channels = 1;
  product.rows = product.columns = 4;
  product.elements = 9008;  // 16 x 563
  product.weight = 127;
  product.activation = 255;
  product.options.format.rounding = sparse::SparqRounding::trim;
  CHECK(timed(product).passes == 1126);
  product.options.selection = product.two_of_four = true;
  CHECK(timed(product).passes == 563);
}
