// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/rounding.h"
#include "engine/mapper_tiling.h"

namespace lacuna::engine {
namespace {

/// Cycles around the array tiles of one step: fill, output stage and the drain of the last columns.
constexpr double pipeline_stages = 6;

double compute_cycles(const MapperLimits& limits, const BlockCycles& blocks,
                      const PositionTiling& p, const WeightTiling& w, std::uint64_t steps) {
  if (!limits.overheads) {
    return blocks.sum_at_least(0) * (p.full_batches + p.part_batches);
  }
  // Results leave a column a cycle: an array tile takes at least as long as the one before it needs
  // to leave.
  const auto chunks = static_cast<double>(w.chunks);
  double cycles = blocks.sum_at_least(chunks * limits.array_columns) * p.full_batches;
  if (p.part_batches > 0) {
    cycles += blocks.sum_at_least(chunks * p.part_positions / p.part_batches) * p.part_batches;
  }
  return cycles + static_cast<double>(steps) * (pipeline_stages + limits.array_columns);
}

/// Clocks of folds beside those of operands that move through them.
double fold_cycles(const workload::LayerShape& shape, const MapperLimits& limits,
                   const PositionTiling& p, const WeightTiling& w, std::uint64_t steps) {
  const FoldCost& folds = limits.folds;
  if (folds.elements == 0 || !limits.overheads) {
    return 0;
  }
  const auto parts = [&](std::uint64_t elements) {
    return static_cast<double>(ceil_div(elements, folds.elements));
  };
  const std::uint64_t chunk = std::uint64_t{w.groups_per_chunk} * reduction_group;
  const double all_parts = static_cast<double>(w.chunks - 1) * parts(chunk) +
                           parts(shape.reduction() - (w.chunks - 1) * chunk);
  const std::uint64_t blocks =
      (shape.group_out_channels() + limits.array_rows - 1) / limits.array_rows;
  const double stripes =
      folds.weights_stay ? static_cast<double>(blocks * p.tiles)
                         : (p.full_batches + p.part_batches) * static_cast<double>(w.channel_tiles);
  return shape.groups * stripes * all_parts * folds.clocks +
         static_cast<double>(steps) * folds.step_clocks;
}

bool holds_whole_group(const WeightTiling& w, LoopOrder order) {
  return w.channel_tiles == 1 || order == LoopOrder::positions_outer;
}

double stored_bytes(const workload::LayerShape& shape, const MapperLimits& limits,
                    const PositionTiling& p, const WeightTiling& w, LoopOrder order) {
  const auto positions = static_cast<double>(shape.positions());
  if (!holds_whole_group(w, order)) {
    return positions * w.span_bytes;
  }
  const double position_bytes =
      static_cast<double>(shape.group_out_channels()) * limits.output_bytes;
  double runs = positions * shape.groups;
  if (shape.groups == 1) {
    const auto columns = static_cast<double>(p.columns.tiles);
    runs = columns == 1 ? static_cast<double>(p.tiles)
                        : static_cast<double>(shape.batch) * shape.out_height() * columns;
  }
  return runs_to_bursts(positions * shape.groups * position_bytes, runs, limits);
}

double loaded_activations(const workload::LayerShape& shape, const MapperLimits& limits,
                          const PositionTiling& p, const WeightTiling& w, LoopOrder order,
                          ActivationLayout layout) {
  const auto channel_tiles = static_cast<double>(w.channel_tiles);
  const bool channels_outer = order == LoopOrder::channels_outer;
  const double once_or_again = channels_outer && p.tiles > 1 ? channel_tiles : 1;
  if (layout == ActivationLayout::region) {
    return shape.groups * p.region_bytes * once_or_again;
  }
  // A cut between chunks may cut a run, and then moves half a burst more on average.
  const double cuts = static_cast<double>(shape.positions()) * static_cast<double>(w.chunks - 1);
  const double bytes = p.matrix_bytes + cuts * (limits.burst_bytes - 1) / 2;
  return shape.groups * bytes * (w.chunks > 1 ? channel_tiles : once_or_again);
}

double loaded_weights(const PositionTiling& p, const WeightTiling& w, LoopOrder order) {
  const bool stay = w.chunks == 1 && (order == LoopOrder::channels_outer || w.channel_tiles == 1);
  return w.bytes * (stay ? 1.0 : static_cast<double>(p.tiles));
}

std::uint64_t chunk_elements(const workload::LayerShape& shape, const WeightTiling& w) {
  return std::min<std::uint64_t>(std::uint64_t{w.groups_per_chunk} * reduction_group,
                                 shape.reduction());
}

std::uint64_t activation_tile(const workload::LayerShape& shape, const PositionTiling& p,
                              const WeightTiling& w, ActivationLayout layout) {
  return layout == ActivationLayout::region ? p.region_max
                                            : p.tile_positions * chunk_elements(shape, w);
}

/// Channels whose outputs are in the output buffer together.
std::uint64_t held_channels(const workload::LayerShape& shape, const MapperLimits& limits,
                            const WeightTiling& w, LoopOrder order) {
  const std::uint64_t group = shape.group_out_channels();
  return order == LoopOrder::positions_outer
             ? group
             : std::min(group, std::uint64_t{w.blocks_per_tile} * limits.array_rows);
}

/// Bytes in the output buffer. Sums of a channel tile become outputs in their place; only when the outputs of other
/// channel tiles wait there do the sums need room of their own.
std::uint64_t output_tile(const workload::LayerShape& shape, const MapperLimits& limits,
                          const PositionTiling& p, const WeightTiling& w, LoopOrder order) {
  const std::uint64_t outputs =
      p.tile_positions * held_channels(shape, limits, w, order) * limits.output_bytes;
  if (w.chunks == 1 && !limits.sums_in_buffer) {
    return outputs;
  }
  const std::uint64_t sums = p.tile_positions * sizeof(std::int32_t) *
                             held_channels(shape, limits, w, LoopOrder::channels_outer);
  return order == LoopOrder::channels_outer ? std::max(outputs, sums)
                                            : (outputs + 3) / 4 * 4 + sums;
}

}  // namespace

Residency residency_of(const workload::LayerShape& shape, const MapperLimits& limits) {
  const std::uint64_t inputs =
      std::uint64_t{shape.batch} * shape.in_height * shape.in_width * shape.in_channels;
  const std::uint64_t outputs = shape.positions() * shape.out_channels * limits.output_bytes;
  return {limits.on_chip && inputs <= limits.activation_buffer,
          limits.on_chip && outputs <= limits.activation_buffer};
}

MappingEstimate combine(const workload::LayerShape& shape, const MapperLimits& limits,
                        const BlockCycles& blocks, const PositionTiling& p, const WeightTiling& w,
                        LoopOrder order, ActivationLayout layout) {
  MappingEstimate e;
  e.steps = shape.groups * w.channel_tiles * p.tiles * w.chunks;
  e.compute_cycles =
      compute_cycles(limits, blocks, p, w, e.steps) + fold_cycles(shape, limits, p, w, e.steps);
  e.weight_bytes = loaded_weights(p, w, order);
  const Residency on_chip = residency_of(shape, limits);
  const double rate = limits.dram_bytes_per_cycle;
  double first_load = w.largest_tile;
  if (!on_chip.activations) {
    e.activation_bytes = loaded_activations(shape, limits, p, w, order, layout);
    first_load += static_cast<double>(activation_tile(shape, p, w, layout));
  }
  e.first_load_cycles = first_load / rate;
  if (!on_chip.outputs) {
    e.output_bytes = stored_bytes(shape, limits, p, w, order);
    e.last_store_cycles = static_cast<double>(p.rows.last_tile) * p.columns.last_tile *
                          static_cast<double>(held_channels(shape, limits, w, order)) *
                          limits.output_bytes / rate;
  }
  const double memory = (e.weight_bytes + e.activation_bytes + e.output_bytes) / rate;
  e.cycles = std::max(e.compute_cycles, memory) + e.first_load_cycles + e.last_store_cycles;
  return e;
}

bool operands_fit(const workload::LayerShape& shape, const MapperLimits& limits,
                  const PositionTiling& p, const WeightTiling& w, LoopOrder order,
                  ActivationLayout layout) {
  const auto slots = [&](LoopOrder held_by) {
    const std::uint64_t channels = held_channels(shape, limits, w, held_by);
    return (channels + limits.array_rows - 1) / limits.array_rows * limits.array_rows;
  };
  return activation_tile(shape, p, w, layout) <= limits.activation_buffer &&
         output_tile(shape, limits, p, w, order) <= limits.output_buffer &&
         slots(LoopOrder::channels_outer) <= limits.scale_slots &&
         slots(order) <= limits.index_slots &&
         shape.groups * w.channel_tiles * p.tiles * w.chunks <= max_tile_steps;
}

}  // namespace lacuna::engine
