// SPDX-License-Identifier: Apache-2.0
#include "sparq/systolic/fold_timing.h"

#include <algorithm>

#include "engine/array_options.h"

namespace lacuna::sparq {

StepFolds step_folds(const engine::TileGeometry& geometry, Dataflow dataflow, unsigned rows,
                     unsigned columns) {
  const engine::TileStep& step = geometry.step;
  StepFolds folds;
  folds.parts = (std::uint64_t{step.elements} + rows - 1) / rows;
  if (dataflow == Dataflow::weight_stationary) {
    folds.stripes = (std::uint64_t{step.channels} + columns - 1) / columns;
    folds.stream = geometry.positions();
  } else {
    folds.stripes =
        engine::column_batches(step.height, step.width, columns, geometry.spread).size();
    folds.stream = step.channels;
  }
  return folds;
}

engine::ArrayResult fold_plan(const engine::TileGeometry& geometry, const SystolicOptions& options,
                              unsigned rows, unsigned columns, std::uint64_t turning) {
  const engine::TileStep& step = geometry.step;
  const StepFolds folds = step_folds(geometry, options.dataflow, rows, columns);
  const std::uint64_t count = folds.count();
  engine::ArrayResult result;
  result.busy_cycles = result.passes = count * folds.stream;
  result.cycles = result.busy_cycles;
  if (options.array.overheads) {
    const std::uint64_t way = std::uint64_t{rows} + columns - 2;
    const bool apart = options.skew == Skew::array_tile;
    const bool empties = empties_array(options, geometry);
    result.cycles = apart ? count * (rows + folds.stream + way)
                          : rows + (count - 1) * std::max<std::uint64_t>(folds.stream, rows) +
                                folds.stream + (empties ? way : 0);
    if (options.times_outputs()) {
      const unsigned latency =
          step.last_chunk ? options.array.output_latency : engine::partial_sum_latency;
      result.cycles += turning + (empties ? latency : 0);
    }
    result.cycles -= leaves_one_out(options, geometry) ? 1 : 0;
  }
  result.fill_cycles = result.cycles - result.busy_cycles;
  const std::uint64_t sums = std::uint64_t{step.channels} * geometry.positions();
  result.pe_cycles = result.lane_cycles = result.busy_cycles * rows * columns;
  result.intra_pe_idle = sums * step.elements;
  result.inter_pe_idle = result.lane_cycles - result.intra_pe_idle;
  const bool weights_stay = options.dataflow == Dataflow::weight_stationary;
  const std::uint64_t weights = std::uint64_t{step.channels} * step.elements;
  const std::uint64_t activations = std::uint64_t{geometry.positions()} * step.elements;
  result.weight_reads = weights_stay ? weights : weights * folds.stripes;
  result.activation_reads = weights_stay ? activations * folds.stripes : activations;
  result.sum_reads = sums * (folds.parts - (step.first_chunk ? 1 : 0));
  result.sum_writes = sums * folds.parts;
  return result;
}

}  // namespace lacuna::sparq
