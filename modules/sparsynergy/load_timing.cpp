// SPDX-License-Identifier: Apache-2.0
#include "sparsynergy/load_timing.h"

#include <algorithm>
#include <array>
#include <vector>

namespace lacuna::sparsynergy {
namespace {

/// One group's run of vectors.
struct Run {
  const DecodedVector* vectors;
  std::uint32_t kept;
  std::array<std::uint64_t, fedp_channels> ready{};  ///< earliest next load into each partial sum
};

std::vector<Run> runs_of(const DecodedTile& tile, std::uint32_t first_group, std::uint32_t groups) {
  std::vector<Run> runs;
  std::size_t at = 0;
  for (std::uint32_t group = 0; group < tile.kept.size(); ++group) {
    if (group >= first_group && group < first_group + groups) {
      runs.push_back({tile.vectors.data() + at, tile.kept[group], {}});
    }
    at += std::size_t{tile.kept[group]} * tile.segments;
  }
  return runs;
}

}  // namespace

BlockTiming block_timing(const DecodedTile& tile, const ArrayOptions& options,
                         std::uint32_t first_group, std::uint32_t groups) {
  std::vector<Run> runs = runs_of(tile, first_group, groups);
  std::uint32_t most = 0;
  BlockTiming timing;
  for (const Run& run : runs) {
    most = std::max(most, run.kept);
    timing.fedp_loads += std::uint64_t{run.kept} * tile.segments * tile.loads;
  }
  timing.loads = std::uint64_t{tile.segments} * most * tile.loads;
  timing.second_loads = std::uint64_t{tile.segments} * most * (tile.loads - 1);
  timing.cycles = timing.loads * options.feed_interval;
  if (options.sum_interval <= options.feed_interval) {
    return timing;
  }
  std::uint64_t next = options.feed_interval - 1;  // when the feed allows the next load
  for (std::uint32_t segment = 0; segment < tile.segments; ++segment) {
    for (std::uint32_t load = 0; load < most * tile.loads; ++load) {
      const std::uint32_t vector = load % most;
      std::uint64_t at = next;
      for (const Run& run : runs) {
        if (vector < run.kept) {
          const std::uint8_t row = run.vectors[std::size_t{segment} * run.kept + vector].row;
          at = std::max(at, run.ready[row]);
        }
      }
      for (Run& run : runs) {
        if (vector < run.kept) {
          run.ready[run.vectors[std::size_t{segment} * run.kept + vector].row] =
              at + options.sum_interval;
        }
      }
      timing.hazard_stalls += at - next;
      next = at + options.feed_interval;
    }
  }
  timing.cycles += timing.hazard_stalls;
  return timing;
}

}  // namespace lacuna::sparsynergy
