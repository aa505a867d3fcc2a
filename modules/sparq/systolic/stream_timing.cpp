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
  const std::uint64_t gap = options.skew == Skew::array_tile ? way : 0;
  std::uint64_t left = drain_left > turning ? drain_left - turning : 0;
  for (const StreamTile& tile : tiles) {
    result.drain_stall_cycles += left > tile.clocks ? left - tile.clocks : 0;
    result.fill_cycles += gap;
    const std::uint64_t drain =
        (tile.positions + options.drain_columns - 1) / options.drain_columns;
    left = drain > gap ? drain - gap : 0;
  }
  result.fill_cycles += turning;
  if (empties_array(options, geometry)) {
    const std::uint64_t latency =
        geometry.step.last_chunk ? options.array.output_latency : engine::partial_sum_latency;
    const std::uint64_t drain =
        (tiles.back().positions + options.drain_columns - 1) / options.drain_columns;
    result.fill_cycles += drain + (way - gap) + latency;
  } else {
    end.drain_left = left;
  }
  result.cycles += result.drain_stall_cycles + result.fill_cycles;
  return end;
}

}  // namespace lacuna::sparq
