// SPDX-License-Identifier: Apache-2.0
#include "sparq/systolic/stream_timing.h"

namespace lacuna::sparq {

std::vector<StreamTile> stream_tiles(const engine::TileGeometry& geometry, const PassRule& rule) {
  const engine::TileStep& step = geometry.step;
  std::vector<StreamTile> tiles;
  for (const engine::ColumnBatch& batch :
       engine::column_batches(step.height, step.width, geometry.array_columns, geometry.spread)) {
    tiles.push_back({rule.passes(step.elements) * rule.clocks(batch.count), batch.count});
  }
  const std::size_t of_block = tiles.size();
  tiles.reserve(of_block * step.blocks);
  while (tiles.size() < of_block * step.blocks) {
    tiles.push_back(tiles[tiles.size() - of_block]);
  }
  return tiles;
}

StreamEnd stream_timing(const std::vector<StreamTile>& tiles, const engine::TileGeometry& geometry,
                        const SystolicOptions& options, std::uint64_t drain_left,
                        std::uint64_t turning) {
  StreamEnd end;
  engine::ArrayResult& result = end.result;
  for (const StreamTile& tile : tiles) {
    result.busy_cycles += tile.clocks;
  }
  result.cycles = result.busy_cycles;
  if (!options.array.overheads || tiles.empty()) {
    return end;
  }
  const std::uint64_t way = wavefront(geometry);
  const bool times_outputs = options.times_outputs();
  const auto drain_of = [&](const StreamTile& tile) {
    return times_outputs ? (tile.positions + options.drain_columns - 1) / options.drain_columns
                         : std::uint64_t{0};
  };
  turning = times_outputs ? turning : 0;
  const std::uint64_t gap = options.skew == Skew::array_tile ? way : 0;
  std::uint64_t left = drain_left > turning ? drain_left - turning : 0;
  for (const StreamTile& tile : tiles) {
    result.drain_stall_cycles += left > tile.clocks ? left - tile.clocks : 0;
    result.fill_cycles += gap;
    const std::uint64_t drain = drain_of(tile);
    left = drain > gap ? drain - gap : 0;
  }
  result.fill_cycles += turning;
  if (empties_array(options, geometry)) {
    const std::uint64_t latency =
        geometry.step.last_chunk ? options.array.output_latency : engine::partial_sum_latency;
    result.fill_cycles += drain_of(tiles.back()) + (way - gap) + (times_outputs ? latency : 0);
  } else {
    end.drain_left = left;
  }
  result.fill_cycles -= leaves_one_out(options, geometry) ? 1 : 0;
  result.cycles += result.drain_stall_cycles + result.fill_cycles;
  return end;
}

StreamEnd stream_plan(const engine::TileGeometry& geometry, const SystolicOptions& options,
                      const PassRule& rule, std::uint64_t drain_left, std::uint64_t turning) {
  const engine::TileStep& step = geometry.step;
  const std::vector<StreamTile> tiles = stream_tiles(geometry, rule);
  StreamEnd end = stream_timing(tiles, geometry, options, drain_left, turning);
  engine::ArrayResult& result = end.result;
  result.passes = std::uint64_t{rule.passes(step.elements)} * tiles.size();
  const std::uint64_t pes = std::uint64_t{geometry.array_rows} * geometry.array_columns;
  result.pe_cycles = result.busy_cycles * pes;
  result.lane_cycles = result.pe_cycles * rule.elements;
  const std::uint64_t clocks = rule.pairs ? 1 : rule.full_clocks;  // in which a pass is multiplied
  const std::uint64_t sums = std::uint64_t{step.channels} * geometry.positions();
  result.intra_pe_idle = rule.passes(step.elements) * clocks * rule.elements * sums;
  result.inter_pe_idle = result.lane_cycles - result.intra_pe_idle;
  const std::uint64_t batches = step.blocks == 0 ? 0 : tiles.size() / step.blocks;
  result.weight_reads = std::uint64_t{step.channels} * step.elements * batches;
  result.activation_reads = std::uint64_t{geometry.positions()} * step.elements * step.blocks;
  result.sum_reads = step.first_chunk ? 0 : sums;
  result.sum_writes = sums;
  return end;
}

}  // namespace lacuna::sparq
