// SPDX-License-Identifier: Apache-2.0
#include "engine/mapper_tiling.h"

#include <algorithm>
#include <cmath>

#include "core/rounding.h"

namespace lacuna::engine {
namespace {

double to_bursts(std::uint64_t bytes, const MapperLimits& limits) {
  return static_cast<double>(ceil_div(bytes, limits.burst_bytes) * limits.burst_bytes);
}

/// One axis of a layer.
struct Axis {
  std::uint64_t in, out, stride, pad, reach;  ///< reach: input pixels under one output
};

/// Input pixels under the tile of outputs [first, first + count), clipped to the image.
std::uint64_t input_under(const Axis& axis, std::uint64_t first, std::uint64_t count) {
  const auto begin =
      static_cast<std::int64_t>(first * axis.stride) - static_cast<std::int64_t>(axis.pad);
  const auto end = begin + static_cast<std::int64_t>((count - 1) * axis.stride + axis.reach);
  const auto in = static_cast<std::int64_t>(axis.in);
  return static_cast<std::uint64_t>(std::clamp<std::int64_t>(end, 0, in) -
                                    std::clamp<std::int64_t>(begin, 0, in));
}

AxisTiling tile_axis(const Axis& axis, std::uint32_t tile) {
  AxisTiling t;
  t.tile = tile;
  t.tiles = ceil_div(axis.out, tile);
  t.last_tile = static_cast<std::uint32_t>(axis.out - (t.tiles - 1) * tile);
  // Tiles [first_inside, end_inside) are whole and touch no padding, so that they are all alike.
  const std::uint64_t step = tile * axis.stride;
  const std::uint64_t whole = (tile - 1) * axis.stride + axis.reach;
  const std::uint64_t first_inside = std::min(ceil_div(axis.pad, step), t.tiles);
  std::uint64_t end_inside =
      axis.in + axis.pad < whole ? 0 : (axis.in + axis.pad - whole) / step + 1;
  end_inside = std::max(std::min(end_inside, t.tiles - 1), first_inside);
  const auto add = [&](std::uint64_t index) {
    const std::uint64_t count = index + 1 == t.tiles ? t.last_tile : tile;
    const std::uint64_t input = input_under(axis, index * tile, count);
    t.input_sum += input;
    t.input_max = std::max(t.input_max, input);
  };
  for (std::uint64_t i = 0; i < first_inside; ++i) {
    add(i);
  }
  for (std::uint64_t i = end_inside; i < t.tiles; ++i) {
    add(i);
  }
  if (end_inside > first_inside) {
    t.input_sum += (end_inside - first_inside) * whole;
    t.input_max = std::max(t.input_max, whole);
  }
  return t;
}

/// Column batches of `times` position tiles of one size.
void add_batches(PositionTiling& tiling, const MapperLimits& limits, std::uint64_t height,
                 std::uint64_t width, double times) {
  const bool any = limits.spread == PositionSpread::any;
  const std::uint64_t run = any ? height * width : width;
  const double runs = any ? times : times * static_cast<double>(height);
  const std::uint64_t full = run / limits.array_columns;
  tiling.full_batches += runs * static_cast<double>(full);
  if (run % limits.array_columns != 0) {
    tiling.part_batches += runs;
    tiling.part_positions += runs * static_cast<double>(run % limits.array_columns);
  }
}

void add_activation_bytes(PositionTiling& t, const workload::LayerShape& shape,
                          const MapperLimits& limits) {
  const double rows = static_cast<double>(shape.batch * t.rows.input_sum);
  const double columns = static_cast<double>(t.columns.input_sum);
  const double channels = shape.group_in_channels();
  double runs = rows * columns;  // pixel by pixel: the other groups' channels lie between
  if (shape.groups == 1) {
    const bool whole_rows = t.columns.tiles == 1 && t.columns.input_max == shape.in_width;
    runs = whole_rows ? static_cast<double>(shape.batch * t.rows.tiles)
                      : rows * static_cast<double>(t.columns.tiles);
  }
  t.region_bytes = runs_to_bursts(rows * columns * channels, runs, limits);
  t.region_max = t.rows.input_max * t.columns.input_max * shape.group_in_channels();
  const double positions = static_cast<double>(shape.positions());
  const double pixels = positions * shape.kernel_height * shape.kernel_width;  // fetched one by one
  t.matrix_bytes = runs_to_bursts(pixels * channels, pixels, limits);
}

}  // namespace

std::uint32_t WeightFootprint::channel_span(std::uint32_t, std::uint32_t, std::uint32_t) const {
  return 0;
}

// Exact where all runs are equally long; else a run moves half a burst too much on average.
double runs_to_bursts(double bytes, double runs, const MapperLimits& limits) {
  if (runs == 0) {
    return 0;
  }
  const double burst = limits.burst_bytes;
  const double each = bytes / runs;
  return each == std::floor(each) ? runs * std::ceil(each / burst) * burst
                                  : std::max(bytes + runs * (burst - 1) / 2, runs * burst);
}

AxisTiling tile_height(const workload::LayerShape& s, std::uint32_t tile) {
  const std::uint64_t reach = std::uint64_t{s.dilation_height} * (s.kernel_height - 1) + 1;
  return tile_axis({s.in_height, s.out_height(), s.stride_height, s.pad_top, reach}, tile);
}

AxisTiling tile_width(const workload::LayerShape& s, std::uint32_t tile) {
  const std::uint64_t reach = std::uint64_t{s.dilation_width} * (s.kernel_width - 1) + 1;
  return tile_axis({s.in_width, s.out_width(), s.stride_width, s.pad_left, reach}, tile);
}

PositionTiling tile_positions(const workload::LayerShape& shape, const MapperLimits& limits,
                              const AxisTiling& rows, const AxisTiling& columns) {
  PositionTiling t;
  t.rows = rows;
  t.columns = columns;
  t.tiles = shape.batch * rows.tiles * columns.tiles;
  t.tile_positions = std::uint64_t{rows.tile} * columns.tile;
  const double images = shape.batch;
  const double whole_rows = images * static_cast<double>(rows.tiles - 1);
  const double whole_columns = static_cast<double>(columns.tiles - 1);
  add_batches(t, limits, rows.tile, columns.tile, whole_rows * whole_columns);
  add_batches(t, limits, rows.tile, columns.last_tile, whole_rows);
  add_batches(t, limits, rows.last_tile, columns.tile, images * whole_columns);
  add_batches(t, limits, rows.last_tile, columns.last_tile, images);
  add_activation_bytes(t, shape, limits);
  return t;
}

WeightTiling tile_weights(const workload::LayerShape& shape, const MapperLimits& limits,
                          const WeightFootprint& footprint, std::uint32_t blocks_per_tile,
                          std::uint32_t groups_per_chunk, bool even_if_too_large) {
  const std::uint64_t blocks = ceil_div(shape.group_out_channels(), limits.array_rows);
  const std::uint64_t groups = ceil_div(shape.reduction(), reduction_group);
  WeightTiling t;
  t.blocks_per_tile = blocks_per_tile;
  t.groups_per_chunk = groups_per_chunk;
  t.channel_tiles = ceil_div(blocks, blocks_per_tile);
  t.chunks = ceil_div(groups, groups_per_chunk);
  t.fits = true;
  for (std::uint32_t conv_group = 0; conv_group < shape.groups; ++conv_group) {
    for (std::uint64_t block = 0; block < blocks; block += blocks_per_tile) {
      const auto first_block = static_cast<std::uint32_t>(block);
      const auto tile_blocks =
          static_cast<std::uint32_t>(std::min<std::uint64_t>(blocks_per_tile, blocks - block));
      for (std::uint64_t group = 0; group < groups; group += groups_per_chunk) {
        const auto first_group = static_cast<std::uint32_t>(group);
        const auto tile_groups =
            static_cast<std::uint32_t>(std::min<std::uint64_t>(groups_per_chunk, groups - group));
        const std::uint64_t weights =
            footprint.weights_bytes(conv_group, first_block, tile_blocks, first_group, tile_groups);
        const std::uint64_t metadata = footprint.metadata_bytes(
            conv_group, first_block, tile_blocks, first_group, tile_groups);
        t.fits = t.fits && weights <= limits.weight_buffer && metadata <= limits.metadata_buffer;
        if (!t.fits && !even_if_too_large) {
          return t;
        }
        const double bytes = to_bursts(weights, limits) + to_bursts(metadata, limits);
        t.bytes += bytes;
        t.largest_tile = std::max(t.largest_tile, bytes);
      }
      const std::uint64_t channels =
          std::min<std::uint64_t>(std::uint64_t{tile_blocks} * limits.array_rows,
                                  shape.group_out_channels() - block * limits.array_rows);
      const std::uint64_t span = footprint.channel_span(conv_group, first_block, tile_blocks);
      t.span_bytes += to_bursts((span == 0 ? channels : span) * limits.output_bytes, limits);
    }
  }
  return t;
}

BlockCycles::BlockCycles(const workload::LayerShape& shape, const MapperLimits& limits,
                         const WeightFootprint& footprint) {
  const auto blocks =
      static_cast<std::uint32_t>(ceil_div(shape.group_out_channels(), limits.array_rows));
  const auto groups = static_cast<std::uint32_t>(ceil_div(shape.reduction(), reduction_group));
  for (std::uint32_t conv_group = 0; conv_group < shape.groups; ++conv_group) {
    for (std::uint32_t block = 0; block < blocks; ++block) {
      sorted_.push_back(
          static_cast<double>(footprint.compute_cycles(conv_group, block, 0, groups)));
    }
  }
  std::sort(sorted_.begin(), sorted_.end());
  sum_from_.assign(sorted_.size() + 1, 0.0);
  for (std::size_t i = sorted_.size(); i-- > 0;) {
    sum_from_[i] = sum_from_[i + 1] + sorted_[i];
  }
}

double BlockCycles::sum_at_least(double least) const {
  if (sorted_.front() >= least) {
    return sum_from_.front();
  }
  const auto place = std::lower_bound(sorted_.begin(), sorted_.end(), least) - sorted_.begin();
  return static_cast<double>(place) * least + sum_from_[static_cast<std::size_t>(place)];
}

}  // namespace lacuna::engine
