// SPDX-License-Identifier: Apache-2.0
//
// The machine's array in three dataflows on every layer of four networks: the schedule that its bodies wait on, mapped as the machine maps,
// takes the clocks and reads the values of SCALE-Sim's closed forms. Whole layers with values run in testbenches/cli/contract.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/placement.h"
#include "sparq/systolic/dataflow_timing.h"
#include "sparq/systolic/fold_timing.h"
#include "sparq/systolic/mapping_limits.h"
#include "sparq/systolic/stream_timing.h"
#include "workload/workload.h"

using namespace lacuna;
using namespace lacuna::sparq;

namespace {

constexpr Dataflow all_dataflows[] = {Dataflow::output_stationary, Dataflow::weight_stationary,
                                      Dataflow::input_stationary};

/// A dense array that counts as the peers do, with buffers for whole layers.
SystolicParams machine_of(unsigned side, Dataflow dataflow, CountedClocks clocks) {
  SystolicParams params;
  params.pe = PeKind::dense;
  params.dataflow = dataflow;
  params.pe_array.rows = params.pe_array.columns = side;
  params.pe_array.skew = Skew::array_tile;
  params.pe_array.counted_clocks = clocks;
  params.weight_buffer = params.activation_buffer = params.output_buffer = 256_MiB;
  params.scale_buffer = 1_MiB;
  return params;
}

engine::Mapping mapping_of(const SystolicParams& params, const workload::LayerShape& shape) {
  engine::PrepareOptions options;
  options.memory_bytes_per_cycle = 1e18;  // ideal
  const engine::MapperLimits limits =
      limits_in_dataflow(engine::mapper_limits(params.buffers(), params.pe_array.rows,
                                               params.pe_array.columns, options),
                         params, shape);
  engine::JobDescriptor job;
  engine::map_job(
      shape, limits,
      engine::DenseRowFootprint(limits.array_rows, shape, pace_in_dataflow(params, false)), job);
  return job.mapping;
}

/// What the fast body returns for every step of a layer, but for what depends on values.
engine::ArrayResult planned(const SystolicParams& params, const workload::LayerShape& shape) {
  const SystolicOptions options = params.options();
  const engine::Mapping mapping = mapping_of(params, shape);
  engine::ArrayResult sum;
  std::uint64_t drain_left = 0;
  for (const engine::TileStep& step : engine::tile_steps(shape, mapping)) {
    const engine::TileGeometry geometry{
        shape, step, {}, mapping.array_rows, mapping.array_columns, mapping.spread};
    if (options.dataflow == Dataflow::output_stationary) {
      const StreamEnd end =
          stream_plan(geometry, options, pass_rule(options, false), drain_left, 0);
      drain_left = end.drain_left;
      sum += end.result;
    } else {
      sum += fold_plan(geometry, options, params.pe_array.rows, params.pe_array.columns, 0);
    }
  }
  return sum;
}

/// A product for every convolution group.
DataflowCount closed_form(const workload::LayerShape& shape, unsigned side, Dataflow dataflow,
                          bool last_index) {
  DataflowCount count = count_dataflow(
      {shape.positions(), shape.group_out_channels(), shape.reduction()}, side, side, {dataflow});
  count.cycles *= shape.groups;
  count.cycles -= last_index ? 1 : 0;
  count.input_reads *= shape.groups;
  count.filter_reads *= shape.groups;
  count.sum_reads *= shape.groups;
  count.sum_writes *= shape.groups;
  return count;
}

void check_network(const std::string& name, std::size_t layers) {
  const workload::Workload network =
      workload::load_workload(LACUNA_SOURCE_DIR "/workloads/" + name + ".yaml", {});
  CHECK(network.layers.size() == layers);
  for (const unsigned side : {16U, 32U, 128U}) {
    for (const Dataflow dataflow : all_dataflows) {
      for (const CountedClocks clocks : {CountedClocks::folds, CountedClocks::last_index}) {
        const SystolicParams params = machine_of(side, dataflow, clocks);
        for (const workload::Layer& layer : network.layers) {
          CAPTURE(layer.name, side, static_cast<int>(dataflow), static_cast<int>(clocks));
          const engine::ArrayResult result = planned(params, layer.shape);
          const DataflowCount counted{result.cycles, result.activation_reads, result.weight_reads,
                                      result.sum_reads, result.sum_writes};
          REQUIRE(counted ==
                  closed_form(layer.shape, side, dataflow, clocks == CountedClocks::last_index));
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("the machine's array takes the closed forms' clocks and reads on ResNet-50") {
  check_network("resnet50", 54);
}

TEST_CASE("the machine's array takes the closed forms' clocks and reads on AlexNet") {
  check_network("alexnet", 8);
  check_network("alexnet_2012", 8);
}

TEST_CASE("the machine's array takes the closed forms' clocks and reads on ViT-B") {
  check_network("vit_base", 74);
}

TEST_CASE("the machine's array takes the closed forms' clocks and reads on GPT-2") {
  check_network("gpt2", 72);
}

TEST_CASE("the machine's array takes the cycles that SCALE-Sim v2 printed when it was run") {
  // Commit 22f88b1; positions, channels, reduction.
  struct Run {
    std::uint32_t positions, channels, reduction;
    unsigned side;
    Dataflow dataflow;
    std::uint64_t cycles;
  };
  constexpr Dataflow outputs = Dataflow::output_stationary;
  constexpr Dataflow weights = Dataflow::weight_stationary;
  const Run runs[] = {
      {256, 256, 256, 16, outputs, 73215},     {256, 256, 256, 16, weights, 77311},
      {49, 512, 4608, 16, outputs, 593663},    {256, 256, 256, 128, outputs, 2039},
      {1024, 1024, 1024, 128, outputs, 81791}, {3136, 64, 576, 128, outputs, 20749},
      {49, 512, 4608, 128, outputs, 19447},    {128, 3072, 768, 128, outputs, 24527},
      {197, 2304, 768, 128, outputs, 36791},   {3136, 64, 576, 128, weights, 17589},
      {49, 512, 4608, 128, weights, 62063},    {128, 3072, 768, 128, weights, 73439},
  };
  for (const Run& run : runs) {
    CAPTURE(run.positions, run.channels, run.reduction, run.side, static_cast<int>(run.dataflow));
    workload::LayerShape shape;
    shape.in_width = run.positions;
    shape.in_channels = run.reduction;
    shape.out_channels = run.channels;
    const SystolicParams params = machine_of(run.side, run.dataflow, CountedClocks::last_index);
    CHECK(planned(params, shape).cycles == run.cycles);
  }
}
