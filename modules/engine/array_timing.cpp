// SPDX-License-Identifier: Apache-2.0
#include "engine/array_timing.h"

#include <algorithm>
#include <map>

#include "engine/weight_turner.h"

namespace lacuna::engine {
namespace {

std::uint64_t shortfall(std::uint64_t needed, std::uint64_t available) {
  return needed > available ? needed - available : 0;
}

std::uint32_t drain_clocks(const ColumnBatch& batch, std::uint32_t together) {
  return (batch.count + together - 1) / together;
}

}  // namespace

// d_{i-1} - e_{i-1} is count_{i-1} whatever happened before, so the wait of array tile i is
// max(0, count_{i-1} - T_i): it depends on its neighbour only, and equal counts are summed at once.
ArrayResult array_timing(Span<const std::uint64_t> block_cycles, Span<const ColumnBatch> batches,
                         bool last_chunk, const ArrayPipeline& pipeline) {
  ArrayResult result;
  if (block_cycles.empty() || batches.empty()) {
    return result;
  }
  std::map<std::uint32_t, std::uint64_t>
      counts;  // of the batches that have a successor in their block
  for (const ColumnBatch& batch : batches.first(batches.size() - 1)) {
    ++counts[drain_clocks(batch, pipeline.drain_columns)];
  }
  const std::uint32_t last_count =
      drain_clocks(batches[batches.size() - 1], pipeline.drain_columns);
  bool first_block = true;
  for (const std::uint64_t cycles : block_cycles) {
    result.busy_cycles += cycles * batches.size();
    result.drain_stall_cycles += first_block ? 0 : shortfall(last_count, cycles);
    for (const auto& [count, times] : counts) {
      result.drain_stall_cycles += times * shortfall(count, cycles);
    }
    first_block = false;
  }
  if (!pipeline.overheads) {
    result.drain_stall_cycles = 0;
    result.cycles = result.busy_cycles;
    return result;
  }
  const std::uint32_t latency =
      last_chunk ? pipeline.output_stage_latency : pipeline.partial_sum_latency;
  result.fill_cycles = std::uint64_t{pipeline.fill} + last_count + latency;
  result.cycles = result.busy_cycles + result.drain_stall_cycles + result.fill_cycles;
  return result;
}

ArrayResult array_timing(Span<const std::uint64_t> block_cycles, Span<const ColumnBatch> batches,
                         const ArrayOptions& options, const TileOperands& operands) {
  const ArrayPipeline pipeline{options.overheads, pipeline_fill, options.output_latency,
                               partial_sum_latency, options.drain_columns};
  ArrayResult result =
      array_timing(block_cycles, batches, operands.geometry.step.last_chunk, pipeline);
  if (options.overheads) {
    const std::uint64_t turning = turning_cycles(operands, options.turner_latency);
    result.fill_cycles += turning;
    result.cycles += turning;
  }
  return result;
}

ArrayResult uneven_array_timing(Span<const std::uint64_t> tile_cycles,
                                Span<const ColumnBatch> batches, const ArrayOptions& options,
                                const TileOperands& operands) {
  ArrayResult result;
  std::uint32_t before = 0;  // clocks in which the array tile before this one leaves
  for (std::size_t i = 0; i < tile_cycles.size(); ++i) {
    result.busy_cycles += tile_cycles[i];
    result.drain_stall_cycles += options.overheads ? shortfall(before, tile_cycles[i]) : 0;
    before = drain_clocks(batches[i % batches.size()], options.drain_columns);
  }
  if (options.overheads && !tile_cycles.empty()) {
    const unsigned latency =
        operands.geometry.step.last_chunk ? options.output_latency : partial_sum_latency;
    result.fill_cycles =
        pipeline_fill + before + latency + turning_cycles(operands, options.turner_latency);
  }
  result.cycles = result.busy_cycles + result.drain_stall_cycles + result.fill_cycles;
  return result;
}

}  // namespace lacuna::engine
