// SPDX-License-Identifier: Apache-2.0
//
// Closed forms of the dense array's three dataflows beside a walk over folds that follows operands from PE to PE, on every
// layer of four networks.
#include "sparq/systolic/dataflow_timing.h"

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "workload/workload.h"

using namespace lacuna;
using namespace lacuna::sparq;

namespace {

constexpr Dataflow dataflows[] = {Dataflow::output_stationary, Dataflow::weight_stationary,
                                  Dataflow::input_stationary};

/// The clock in which the last PE takes the last of `stream` operands, when the first PE takes its first in clock `start`
/// (1: the first): each PE a clock after its upper and its left neighbour.
std::uint64_t last_clock(std::uint64_t rows, std::uint64_t columns, std::uint64_t start,
                         std::uint64_t stream) {
  std::vector<std::uint64_t> above(columns, 0);
  for (std::uint64_t r = 0; r < rows; ++r) {
    std::uint64_t left = 0;
    for (std::uint64_t c = 0; c < columns; ++c) {
      const std::uint64_t neighbours = std::max(above[c], left);
      left = above[c] = r == 0 && c == 0 ? start + stream - 1 : neighbours + 1;
    }
  }
  return above.back();
}

/// Parts of an axis that the array takes one after the other.
std::vector<std::uint64_t> parts(std::uint64_t size, std::uint64_t of) {
  std::vector<std::uint64_t> sizes;
  for (std::uint64_t first = 0; first < size; first += of) {
    sizes.push_back(std::min(of, size - first));
  }
  return sizes;
}

/// Fold after fold: stationary operands enter a row a clock, then the moving ones.
DataflowCount walk(const MatrixProduct& p, std::uint64_t rows, std::uint64_t columns,
                   Dataflow dataflow) {
  const bool outputs = dataflow == Dataflow::output_stationary;
  const bool weights = dataflow == Dataflow::weight_stationary;
  const std::uint64_t stream = outputs ? p.reduction : weights ? p.positions : p.channels;
  const std::uint64_t fold = last_clock(rows, columns, outputs ? 1 : rows + 1, stream);
  DataflowCount count;
  const std::uint64_t outputs_of_layer = p.positions * p.channels;
  for (const std::uint64_t down : parts(outputs ? p.positions : p.reduction, rows)) {
    for (const std::uint64_t across :
         parts(outputs || weights ? p.channels : p.positions, columns)) {
      count.cycles += fold;
      if (outputs) {
        count.input_reads += down * p.reduction;
        count.filter_reads += across * p.reduction;
      } else if (weights) {
        count.input_reads += p.positions * down;
        count.filter_reads += down * across;
      } else {
        count.input_reads += down * across;
        count.filter_reads += p.channels * down;
      }
      // Below every column in use a sum comes out for every vector; every one but an output's first is added to another.
      count.sum_writes += across * (outputs ? down : stream);
    }
  }
  count.sum_reads = count.sum_writes - outputs_of_layer;
  return count;
}

MatrixProduct product_of(const workload::LayerShape& shape) {
  return {shape.positions(), shape.group_out_channels(), shape.reduction()};
}

}  // namespace

TEST_CASE("closed forms equal the walk over folds on every layer of four networks") {
  std::vector<MatrixProduct> products;
  for (const std::string name : {"resnet50", "alexnet", "vit_base", "gpt2"}) {
    const workload::Workload network =
        workload::load_workload(LACUNA_SOURCE_DIR "/workloads/" + name + ".yaml", {});
    for (const workload::Layer& layer : network.layers) {
      products.push_back(product_of(layer.shape));
    }
  }
  CHECK(products.size() == 54 + 8 + 74 + 72);
  for (const std::uint64_t side : {16, 32, 128}) {
    for (const Dataflow dataflow : dataflows) {
      for (const MatrixProduct& p : products) {
        CAPTURE(side, static_cast<int>(dataflow), p.positions, p.channels, p.reduction);
        const DataflowCount walked = walk(p, side, side, dataflow);
        REQUIRE(count_dataflow(p, side, side, {dataflow, false, false}) == walked);
        REQUIRE(count_dataflow(p, side, side, {dataflow, false, true}).cycles + 1 == walked.cycles);
        REQUIRE(count_dataflow(p, side, side, {dataflow, true, false}).cycles <= walked.cycles);
      }
    }
  }
}

TEST_CASE("a product of 64 x 64 x 64 on 16 x 16 by hand") {
  const MatrixProduct p{64, 64, 64};
  // 16 folds of 64 + 30 clocks; every operand four times. SCALE-Sim reports one less.
  CHECK(count_dataflow(p, 16, 16, {Dataflow::output_stationary, false, false}) ==
        DataflowCount{16 * 94, 4 * 4096, 4 * 4096, 0, 4096});
  CHECK(count_dataflow(p, 16, 16, {Dataflow::output_stationary, false, true}).cycles == 1503);
  // 16 clocks more a fold to load what stays.
  CHECK(count_dataflow(p, 16, 16, {Dataflow::weight_stationary, false, false}) ==
        DataflowCount{16 * 110, 4 * 4096, 4096, 3 * 4096, 4 * 4096});
  CHECK(count_dataflow(p, 16, 16, {Dataflow::input_stationary, false, false}) ==
        DataflowCount{16 * 110, 4096, 4 * 4096, 3 * 4096, 4 * 4096});
  // With overlap only the first way in and the last way out remain.
  CHECK(count_dataflow(p, 16, 16, {Dataflow::output_stationary, true, false}).cycles ==
        16 * 64 + 30);
  CHECK(count_dataflow(p, 16, 16, {Dataflow::weight_stationary, true, false}).cycles ==
        16 + 16 * 64 + 30);
}
