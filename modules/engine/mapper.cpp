// SPDX-License-Identifier: Apache-2.0
#include "engine/mapper.h"

#include <algorithm>
#include <functional>
#include <string>
#include <tuple>
#include <vector>

#include "core/error.h"
#include "core/rounding.h"
#include "engine/mapper_tiling.h"

namespace lacuna::engine {
namespace {

constexpr std::uint32_t equal_parts = 16;      // an axis is tried in halves, thirds, ... sixteenths
constexpr std::size_t chunk_counts_tried = 5;  // numbers of chunks that fit the weight buffer
constexpr double as_good = 1.02;               // times the best estimate: no worse, as estimates go
constexpr double free_memory = 1e15;           // bytes a cycle: moving them takes no time

void sort_descending(std::vector<std::uint32_t>& values) {
  std::sort(values.begin(), values.end(), std::greater<>());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

/// Sizes worth trying for an axis of `size`: equal parts and powers of two times `unit`, the
/// largest first.
std::vector<std::uint32_t> tile_sizes(std::uint32_t size, std::uint32_t unit) {
  std::vector<std::uint32_t> sizes{1, size};
  for (std::uint32_t parts = 2; parts <= equal_parts; ++parts) {
    sizes.push_back(size <= equal_parts ? std::min(parts, size) : ceil_div(size, parts));
  }
  for (std::uint64_t power = unit; power < size; power *= 2) {
    sizes.push_back(static_cast<std::uint32_t>(power));
  }
  sort_descending(sizes);
  return sizes;
}

/// Chunk lengths: the reduction in 1, 2, 3, 4, 6, 8, 12, ... parts, the longest first.
std::vector<std::uint32_t> chunk_sizes(std::uint32_t groups) {
  std::vector<std::uint32_t> sizes{1};
  for (std::uint64_t parts = 1; parts <= groups; parts *= 2) {
    sizes.push_back(ceil_div(groups, static_cast<std::uint32_t>(parts)));
    sizes.push_back(ceil_div(
        groups, static_cast<std::uint32_t>(std::min<std::uint64_t>(parts * 3 / 2, groups))));
  }
  sort_descending(sizes);
  return sizes;
}

/// A mapping that fits, and what it is judged by.
struct Candidate {
  Mapping mapping;
  double cycles = 0;
  double free_bytes = 0;  ///< moved through memory that takes no time, but energy
  std::uint64_t steps = 0;
  std::uint64_t columns =
      1;  ///< tiles beside each other: every one breaks the rows of the image in DRAM

  bool simpler_than(const Candidate& other) const {
    return std::tie(free_bytes, steps, columns, cycles) <
           std::tie(other.free_bytes, other.steps, other.columns, other.cycles);
  }
};

/// The search over all combinations of tilings.
class Search {
 public:
  Search(const workload::LayerShape& shape, const MapperLimits& limits,
         const WeightFootprint& footprint)
      : shape_(shape), limits_(limits), footprint_(footprint), blocks_(shape, limits, footprint) {
    for (const std::uint32_t height : tile_sizes(shape.out_height(), 1)) {
      rows_.push_back(tile_height(shape, height));
    }
    for (const std::uint32_t width : tile_sizes(shape.out_width(), limits.array_columns)) {
      columns_.push_back(tile_width(shape, width));
    }
  }

  /// @param thorough all chunk lengths
  void run(bool thorough) {
    const std::vector<WeightTiling> tilings = weight_tilings(thorough);
    for (const AxisTiling& rows : rows_) {
      for (const AxisTiling& columns : columns_) {
        const PositionTiling positions = tile_positions(shape_, limits_, rows, columns);
        for (const WeightTiling& weights : tilings) {
          for (const LoopOrder order : {LoopOrder::channels_outer, LoopOrder::positions_outer}) {
            consider(positions, weights, order, ActivationLayout::region);
            consider(positions, weights, order, ActivationLayout::matrix);
          }
        }
      }
    }
  }

  bool found() const { return !candidates_.empty(); }
  bool found_region() const { return found_region_; }

  /// Of the mappings that are as good as the best one, the simplest.
  const Mapping& choice() const {
    const Candidate* choice = nullptr;
    for (const Candidate& candidate : candidates_) {
      if (candidate.cycles <= tolerance_ * best_cycles_ &&
          (choice == nullptr || candidate.simpler_than(*choice))) {
        choice = &candidate;
      }
    }
    return choice->mapping;
  }

 private:
  std::vector<WeightTiling> weight_tilings(bool thorough) const {
    const std::uint32_t blocks = ceil_div(shape_.group_out_channels(), limits_.array_rows);
    const std::uint32_t groups = ceil_div(shape_.reduction(), reduction_group);
    std::vector<WeightTiling> tilings;
    std::size_t chunk_counts = 0;
    for (const std::uint32_t chunk : chunk_sizes(groups)) {
      const std::size_t before = tilings.size();
      add_weight_tilings(blocks, chunk, tilings);
      chunk_counts += tilings.size() > before ? 1 : 0;
      if (!thorough && chunk_counts == chunk_counts_tried) {
        break;
      }
    }
    return tilings;
  }

  /// The largest channel tile that fits, some smaller ones, and a single block.
  void add_weight_tilings(std::uint32_t blocks, std::uint32_t chunk,
                          std::vector<WeightTiling>& tilings) const {
    std::uint32_t next = blocks;
    for (const std::uint32_t size : tile_sizes(blocks, 1)) {
      if (size > next && size != 1) {
        continue;
      }
      const WeightTiling tiling = tile_weights(shape_, limits_, footprint_, size, chunk, false);
      if (tiling.fits) {
        tilings.push_back(tiling);
        next = size * 2 / 3;
      }
    }
  }

  void consider(const PositionTiling& positions, const WeightTiling& weights, LoopOrder order,
                ActivationLayout layout) {
    if (!operands_fit(shape_, limits_, positions, weights, order, layout)) {
      return;
    }
    const MappingEstimate estimate =
        combine(shape_, limits_, blocks_, positions, weights, order, layout);
    found_region_ = found_region_ || layout == ActivationLayout::region;
    if (found() && estimate.cycles > tolerance_ * best_cycles_) {
      return;
    }
    best_cycles_ = found() ? std::min(best_cycles_, estimate.cycles) : estimate.cycles;
    Candidate candidate;
    candidate.cycles = estimate.cycles;
    if (limits_.dram_bytes_per_cycle > free_memory) {
      candidate.free_bytes =
          estimate.weight_bytes + estimate.activation_bytes + estimate.output_bytes;
    }
    candidate.steps = estimate.steps;
    candidate.columns = positions.columns.tiles;
    Mapping& m = candidate.mapping;
    m.array_rows = limits_.array_rows;
    m.array_columns = limits_.array_columns;
    m.blocks_per_tile = weights.blocks_per_tile;
    m.tile_height = positions.rows.tile;
    m.tile_width = positions.columns.tile;
    m.groups_per_chunk = weights.groups_per_chunk;
    m.order = order;
    m.spread = limits_.spread;
    m.layout = layout;
    candidates_.push_back(candidate);
  }

  const workload::LayerShape& shape_;
  const MapperLimits& limits_;
  const WeightFootprint& footprint_;
  BlockCycles blocks_;
  std::vector<AxisTiling> rows_;
  std::vector<AxisTiling> columns_;
  // The cycles of an array that neither fills nor drains, beside memory that is free, are exact.
  double tolerance_ =
      limits_.dram_bytes_per_cycle > free_memory && !limits_.overheads ? 1.0 : as_good;
  bool found_region_ = false;
  double best_cycles_ = 0;
  std::vector<Candidate> candidates_;
};

/// The most bytes that one block and one reduction group need.
struct SmallestTile {
  std::uint64_t weights = 0;
  std::uint64_t metadata = 0;
};

SmallestTile smallest_tile(const workload::LayerShape& shape, const MapperLimits& limits,
                           const WeightFootprint& footprint) {
  const std::uint32_t blocks = ceil_div(shape.group_out_channels(), limits.array_rows);
  const std::uint32_t groups = ceil_div(shape.reduction(), reduction_group);
  SmallestTile most;
  for (std::uint32_t conv_group = 0; conv_group < shape.groups; ++conv_group) {
    for (std::uint32_t block = 0; block < blocks; ++block) {
      for (std::uint32_t group = 0; group < groups; ++group) {
        most.weights =
            std::max(most.weights, footprint.weights_bytes(conv_group, block, 1, group, 1));
        most.metadata =
            std::max(most.metadata, footprint.metadata_bytes(conv_group, block, 1, group, 1));
      }
    }
  }
  return most;
}

void require(Diagnostics& diagnostics, const std::string& buffer, std::uint64_t available,
             std::uint64_t needed, const std::string& unit, const std::string& what) {
  if (available < needed) {
    diagnostics.add({}, buffer,
                    "too small for this layer: one tile may take " + std::to_string(available) +
                        " " + unit + ", and " + what + " needs " + std::to_string(needed));
  }
}

[[noreturn]] void refuse(const workload::LayerShape& shape, const MapperLimits& limits,
                         const WeightFootprint& footprint) {
  const SmallestTile tile = smallest_tile(shape, limits, footprint);
  const std::uint64_t channels = std::min(limits.array_rows, shape.group_out_channels());
  const std::uint64_t elements = std::min(reduction_group, shape.reduction());
  const bool partial_sums = shape.reduction() > reduction_group;
  const std::string block = "one block of " + std::to_string(limits.array_rows) + " channels";
  Diagnostics diagnostics;
  require(diagnostics, "weight_buffer", limits.weight_buffer, tile.weights, "bytes",
          block + " times 32 reduction elements");
  require(diagnostics, "metadata_buffer", limits.metadata_buffer, tile.metadata, "bytes",
          block + " times 32 reduction elements");
  require(diagnostics, "activation_buffer", limits.activation_buffer, elements, "bytes",
          "one position");
  require(diagnostics, "output_buffer", limits.output_buffer,
          channels * (partial_sums ? sizeof(std::int32_t) : limits.output_bytes), "bytes",
          partial_sums ? "a block's partial sums of one position"
                       : "a block's outputs of one position");
  require(diagnostics, "scale_buffer", limits.scale_slots, limits.array_rows, "channels", block);
  require(diagnostics, "index_buffer", limits.index_slots, limits.array_rows, "channels", block);
  if (diagnostics.empty()) {
    diagnostics.add({}, "",
                    "no tiling of this layer fits all buffers in " +
                        std::to_string(max_tile_steps) + " tile steps");
  }
  diagnostics.throw_if_any();
  throw model_error("the mapper found neither a mapping nor a reason");
}

/// The tilings of a given mapping.
struct Tilings {
  PositionTiling positions;
  WeightTiling weights;

  Tilings(const workload::LayerShape& shape, const MapperLimits& limits,
          const WeightFootprint& footprint, const Mapping& m)
      : positions(tile_positions(shape, limits, tile_height(shape, m.tile_height),
                                 tile_width(shape, m.tile_width))),
        weights(
            tile_weights(shape, limits, footprint, m.blocks_per_tile, m.groups_per_chunk, true)) {}
};

}  // namespace

MappingEstimate estimate_mapping(const workload::LayerShape& shape, const MapperLimits& limits,
                                 const WeightFootprint& footprint, const Mapping& mapping) {
  const Tilings t(shape, limits, footprint, mapping);
  return combine(shape, limits, BlockCycles(shape, limits, footprint), t.positions, t.weights,
                 mapping.order, mapping.layout);
}

bool mapping_fits(const workload::LayerShape& shape, const MapperLimits& limits,
                  const WeightFootprint& footprint, const Mapping& mapping) {
  const Tilings t(shape, limits, footprint, mapping);
  return t.weights.fits &&
         operands_fit(shape, limits, t.positions, t.weights, mapping.order, mapping.layout);
}

Mapping choose_mapping(const workload::LayerShape& shape, const MapperLimits& limits,
                       const WeightFootprint& footprint) {
  Search search(shape, limits, footprint);
  search.run(false);
  if (!search.found_region()) {
    search.run(true);
  }
  if (!search.found()) {
    refuse(shape, limits, footprint);
  }
  return search.choice();
}

}  // namespace lacuna::engine
