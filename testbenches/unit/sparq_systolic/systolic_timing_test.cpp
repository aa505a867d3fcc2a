// SPDX-License-Identifier: Apache-2.0
//
// Cycles of matrix products worked out by hand, and sums at the edge of 32 bits.
#include <array>

#include <catch2/catch.hpp>

#include "sparq/promised_products.h"
#include "sparq/systolic/array_detailed.h"
#include "sparq/systolic/array_fast.h"
#include "sparq/systolic/dataflow_timing.h"
#include "support/array/matrix_product.h"

using namespace lacuna;
using namespace lacuna::sparq;

namespace {

struct Product {
  unsigned rows = 128;
  unsigned columns = 128;
  unsigned positions = 128;
  unsigned channels = 128;
  unsigned elements = 64;
  SystolicOptions options;
  bool reduced = true;
  std::uint8_t weight = 3;
  std::uint8_t activation = 5;
};

/// Weights alike, activations alike, one step that is the whole layer.
template <class Array>
engine::ArrayResult run(const Product& product) {
  const lacuna::test::MatrixProduct shape{product.positions, product.channels, product.elements,
                                          product.rows, product.columns};
  const engine::TileGeometry geometry = shape.geometry();
  const std::vector<std::uint8_t> weights(
      std::size_t{shape.blocks()} * product.rows * ((product.elements + 15) / 16 * 16),
      product.weight);
  const std::vector<std::uint8_t> activations(std::size_t{product.positions} * product.elements,
                                              product.activation);
  std::vector<std::int32_t> sums(std::size_t{product.positions} * product.channels);
  Array array(product.options);
  const engine::ArrayResult result = array.compute(
      {geometry, weights, {}, activations, engine::WeightSource::stream, 1, product.reduced}, sums);
  // Nothing of 5 is lost in a window of 4 bits, nor in one of 8; 255 becomes 240.
  const std::uint32_t kept = product.activation == 255 ? 240 : product.activation;
  CHECK(sums.front() == static_cast<std::int32_t>(kept * product.weight * product.elements));
  CHECK(sums.back() == sums.front());
  return result;
}

std::uint64_t cycles(const Product& product) {
  return run<FastSystolicArray>(product).cycles;
}

}  // namespace

TEST_CASE("an array tile takes half the clocks of an 8-bit array, and its skew once a layer") {
  Product product;
  product.positions = 1280;  // ten array tiles
  product.options.pe = PeKind::dense;
  // 10 x 64 passes; at the end the wavefront's 254, a drain of 128 columns by 4, and 3 of output stage.
  CHECK(cycles(product) == 640 + 254 + 32 + 3);
  product.options.pe = PeKind::sparq;
  CHECK(cycles(product) == 320 + 254 + 32 + 3);
  product.options.array.overheads = false;
  CHECK(cycles(product) == 320);
}

TEST_CASE("without overlap a short reduction gains 1.11 and not 2") {
  Product product;
  product.positions = 1280;
  product.options.skew = Skew::array_tile;
  product.options.pe = PeKind::dense;
  const std::uint64_t dense = cycles(product);
  CHECK(dense == 10 * (64 + 254) + 32 + 3);
  product.options.pe = PeKind::sparq;
  const std::uint64_t sparq = cycles(product);
  CHECK(sparq == 10 * (32 + 254) + 32 + 3);
  CHECK(static_cast<double>(dense) / static_cast<double>(sparq) == Approx(1.11).margin(0.005));
}

TEST_CASE("without overlap the dense machine takes the closed form of output-stationary folds") {
  // And at its end the drain of the last tile's columns, one clock for all of them, and 3 of output stage.
  Product product;
  product.rows = product.columns = 16;
  product.options.pe = PeKind::dense;
  product.options.skew = Skew::array_tile;
  product.options.drain_columns = 16;
  for (const auto& [positions, channels, elements] :
       {std::array<unsigned, 3>{16, 16, 1}, {17, 15, 64}, {49, 40, 147}, {1, 33, 31}}) {
    product.positions = positions;
    product.channels = channels;
    product.elements = elements;
    const std::uint64_t folds = count_dataflow({positions, channels, elements}, 16, 16, {}).cycles;
    CHECK(cycles(product) == folds + 1 + 3);
    CHECK(run<DetailedSystolicArray>(product).cycles == folds + 1 + 3);
  }
}

TEST_CASE("sums that leave too slowly hold the next tile up") {
  Product product;
  product.positions = 1280;
  product.options.drain_columns = 2;  // 64 clocks for 128 columns
  const engine::ArrayResult result = run<FastSystolicArray>(product);
  CHECK(result.drain_stall_cycles == 9 * 32);
  CHECK(result.cycles == 320 + 9 * 32 + 254 + 64 + 3);
}

TEST_CASE("trimming units fewer than columns slow passes down") {
  Product product;
  product.rows = product.columns = 16;
  product.positions = 16;
  product.channels = 16;
  product.options.trimmers = 4;
  for (const engine::ArrayResult& result :
       {run<FastSystolicArray>(product), run<DetailedSystolicArray>(product)}) {
    CHECK(result.busy_cycles == 32 * 4);
    CHECK(result.cycles == 32 * 4 + 30 + 4 + 3);
  }
}

TEST_CASE("PEs with narrow multipliers take two clocks for an activation of 8 bits") {
  Product product;
  product.rows = product.columns = 8;
  product.positions = product.channels = 8;
  product.reduced = false;
  for (const unsigned bits : {4U, 3U, 2U}) {
    product.options.format = {bits, 9 - bits, sparse::SparqRounding::trim};
    CHECK(run<FastSystolicArray>(product).busy_cycles == 64 * (bits == 4 ? 1 : 2));
    CHECK(run<DetailedSystolicArray>(product).busy_cycles == 64 * (bits == 4 ? 1 : 2));
  }
}

TEST_CASE("the one case where the authors' float32 accumulators are wrong is exact") {
  // 9000 activations of 255, the last one 1, weights 127; 5opt, trim.
  constexpr std::size_t length = 9000;
  std::vector<std::int16_t> activations(length, 255);
  activations.back() = 1;
  const std::vector<std::int16_t> weights(length, 127);
  std::vector<std::int32_t> sums(1);
  promised_products(PeKind::sparq, {4, 5, sparse::SparqRounding::trim})(activations, weights,
                                                                        length, sums);
  // Both of a pair are not zero: 255 becomes 240, 1 stays.
  CHECK(sums[0] == 127 * (8999 * 240 + 1));
  CHECK(sums[0] == 274289647);
  // So is a sum of SySMT and of the ideal reference, which are added up otherwise.
  for (const PeKind pe : {PeKind::sysmt, PeKind::two_4b}) {
    promised_products(pe, {4, 5, sparse::SparqRounding::trim})(activations, weights, length, sums);
    CHECK(sums[0] == 127 * (8999 * 240 + (pe == PeKind::sysmt ? 1 : 0)));
  }
  // The bodies: in one array tile of one position and one channel.
  Product product;
  product.rows = product.columns = 4;
  product.positions = product.channels = 1;
  product.elements = length;
  for (const PeKind pe : {PeKind::sparq, PeKind::sysmt, PeKind::two_4b}) {
    product.options.pe = pe;
    product.options.format.rounding = sparse::SparqRounding::trim;
    product.weight = 127;
    product.activation = 255;
    CHECK(run<FastSystolicArray>(product).passes == length / 2);
    CHECK(run<DetailedSystolicArray>(product).passes == length / 2);
  }
}
