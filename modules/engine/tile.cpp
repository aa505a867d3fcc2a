// SPDX-License-Identifier: Apache-2.0
#include "engine/tile.h"

#include <algorithm>

#include "core/error.h"
#include "core/rounding.h"

namespace lacuna::engine {
namespace {

std::uint32_t narrow(std::uint64_t value) {
  return static_cast<std::uint32_t>(value);
}

/// Fills the parts of a step that one loop variable each decides.
class StepMaker {
 public:
  StepMaker(const workload::LayerShape& shape, const Mapping& mapping)
      : shape_(shape), mapping_(mapping), counts_(tile_counts(shape, mapping)) {}

  const TileCounts& counts() const { return counts_; }

  TileStep make(std::uint64_t group, std::uint64_t channel_tile, std::uint64_t position_tile,
                std::uint64_t chunk) const {
    TileStep step;
    step.convolution_group = narrow(group);
    place_channels(step, channel_tile);
    place_positions(step, position_tile);
    place_chunk(step, chunk);
    return step;
  }

 private:
  void place_channels(TileStep& step, std::uint64_t tile) const {
    const std::uint64_t first = tile * mapping_.blocks_per_tile;
    const std::uint64_t blocks =
        std::min<std::uint64_t>(mapping_.blocks_per_tile, counts_.channel_blocks - first);
    const std::uint64_t channels = shape_.group_out_channels();
    step.channel_tile = narrow(tile);
    step.first_block = narrow(first);
    step.blocks = narrow(blocks);
    step.channels =
        narrow(std::min(blocks * mapping_.array_rows, channels - first * mapping_.array_rows));
  }

  void place_positions(TileStep& step, std::uint64_t tile) const {
    const std::uint64_t per_image = counts_.tile_rows * counts_.tile_columns;
    const std::uint64_t within = tile % per_image;
    step.position_tile = narrow(tile);
    step.image = narrow(tile / per_image);
    step.out_row = narrow(within / counts_.tile_columns * mapping_.tile_height);
    step.out_column = narrow(within % counts_.tile_columns * mapping_.tile_width);
    step.height = std::min(mapping_.tile_height, shape_.out_height() - step.out_row);
    step.width = std::min(mapping_.tile_width, shape_.out_width() - step.out_column);
  }

  void place_chunk(TileStep& step, std::uint64_t chunk) const {
    const std::uint64_t first = chunk * mapping_.groups_per_chunk;
    const std::uint64_t groups =
        std::min<std::uint64_t>(mapping_.groups_per_chunk, counts_.reduction_groups - first);
    const std::uint64_t first_element = first * reduction_group;
    step.chunk = narrow(chunk);
    step.first_group = narrow(first);
    step.groups = narrow(groups);
    step.first_element = narrow(first_element);
    step.elements = narrow(
        std::min<std::uint64_t>(groups * reduction_group, shape_.reduction() - first_element));
    step.first_chunk = chunk == 0;
    step.last_chunk = chunk + 1 == counts_.chunks;
  }

  workload::LayerShape shape_;
  Mapping mapping_;
  TileCounts counts_;
};

bool same_weights(const TileStep& a, const TileStep& b) {
  return a.convolution_group == b.convolution_group && a.channel_tile == b.channel_tile &&
         a.chunk == b.chunk;
}

bool same_activations(const TileStep& a, const TileStep& b, ActivationLayout layout) {
  return a.convolution_group == b.convolution_group && a.position_tile == b.position_tile &&
         (layout == ActivationLayout::region || a.chunk == b.chunk);
}

/// One axis of the rectangle under a tile: the part of [first, last] inside [0, size).
struct Extent {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

Extent clip(std::int64_t first, std::int64_t last, std::uint32_t size) {
  const std::int64_t from = std::clamp<std::int64_t>(first, 0, size);
  const std::int64_t to = std::clamp<std::int64_t>(last + 1, from, size);
  return {static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to - from)};
}

}  // namespace

TileCounts tile_counts(const workload::LayerShape& shape, const Mapping& mapping) {
  if (mapping.array_rows == 0 || mapping.array_columns == 0 || mapping.blocks_per_tile == 0 ||
      mapping.tile_height == 0 || mapping.tile_width == 0 || mapping.groups_per_chunk == 0) {
    throw model_error("a mapping has an empty tile");
  }
  TileCounts n;
  n.channel_blocks = ceil_div(shape.group_out_channels(), mapping.array_rows);
  n.channel_tiles = ceil_div(n.channel_blocks, mapping.blocks_per_tile);
  n.tile_rows = ceil_div(shape.out_height(), mapping.tile_height);
  n.tile_columns = ceil_div(shape.out_width(), mapping.tile_width);
  n.position_tiles = shape.batch * n.tile_rows * n.tile_columns;
  n.reduction_groups = ceil_div(shape.reduction(), reduction_group);
  n.chunks = ceil_div(n.reduction_groups, mapping.groups_per_chunk);
  n.steps = shape.groups * n.channel_tiles * n.position_tiles * n.chunks;
  return n;
}

std::vector<TileStep> tile_steps(const workload::LayerShape& shape, const Mapping& mapping) {
  const StepMaker maker(shape, mapping);
  const TileCounts& counts = maker.counts();
  if (counts.steps > max_tile_steps) {
    throw model_error("a mapping cuts a layer into " + std::to_string(counts.steps) +
                      " tile steps; at most " + std::to_string(max_tile_steps) + " are possible");
  }
  const bool channels_outer = mapping.order == LoopOrder::channels_outer;
  const std::uint64_t outer = channels_outer ? counts.channel_tiles : counts.position_tiles;
  const std::uint64_t inner = channels_outer ? counts.position_tiles : counts.channel_tiles;
  std::vector<TileStep> steps;
  steps.reserve(counts.steps);
  for (std::uint64_t group = 0; group < shape.groups; ++group) {
    for (std::uint64_t i = 0; i < outer; ++i) {
      for (std::uint64_t j = 0; j < inner; ++j) {
        for (std::uint64_t chunk = 0; chunk < counts.chunks; ++chunk) {
          TileStep step = maker.make(group, channels_outer ? i : j, channels_outer ? j : i, chunk);
          step.load_weights = steps.empty() || !same_weights(step, steps.back());
          step.load_activations =
              steps.empty() || !same_activations(step, steps.back(), mapping.layout);
          step.store_outputs = step.last_chunk && (channels_outer || j + 1 == inner);
          steps.push_back(step);
        }
      }
    }
  }
  return steps;
}

std::vector<ColumnBatch> column_batches(std::uint32_t height, std::uint32_t width,
                                        std::uint32_t columns, PositionSpread spread) {
  const std::uint32_t run = spread == PositionSpread::any ? height * width : width;
  const std::uint32_t runs = spread == PositionSpread::any ? 1 : height;
  std::vector<ColumnBatch> batches;
  batches.reserve(std::size_t{runs} * ceil_div(run, columns));
  for (std::uint32_t r = 0; r < runs; ++r) {
    for (std::uint32_t first = 0; first < run; first += columns) {
      batches.push_back({r * run + first, std::min(columns, run - first)});
    }
  }
  return batches;
}

std::uint64_t ActivationWindow::bytes() const {
  return std::uint64_t{rows} * columns * channels;
}

std::uint64_t activation_bytes(const ActivationWindow& window, const TileStep& step) {
  return window.layout == ActivationLayout::region
             ? window.bytes()
             : std::uint64_t{step.height} * step.width * step.elements;
}

ActivationWindow activation_window(const workload::LayerShape& shape, const Mapping& mapping,
                                   const TileStep& step, bool is_signed) {
  ActivationWindow window;
  window.layout = mapping.layout;
  window.channels = shape.group_in_channels();
  window.is_signed = is_signed;
  const std::int64_t y = std::int64_t{step.out_row} * shape.stride_height - shape.pad_top;
  const std::int64_t x = std::int64_t{step.out_column} * shape.stride_width - shape.pad_left;
  const std::int64_t last_y = y + std::int64_t{step.height - 1} * shape.stride_height +
                              std::int64_t{shape.kernel_height - 1} * shape.dilation_height;
  const std::int64_t last_x = x + std::int64_t{step.width - 1} * shape.stride_width +
                              std::int64_t{shape.kernel_width - 1} * shape.dilation_width;
  window.origin_y = static_cast<std::int32_t>(y);
  window.origin_x = static_cast<std::int32_t>(x);
  const Extent rows = clip(y, last_y, shape.in_height);
  const Extent columns = clip(x, last_x, shape.in_width);
  window.first_row = rows.first;
  window.rows = rows.count;
  window.first_column = columns.first;
  window.columns = columns.count;
  return window;
}

}  // namespace lacuna::engine
