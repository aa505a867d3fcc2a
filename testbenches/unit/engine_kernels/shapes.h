// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

#include "engine/tile.h"

namespace lacuna::engine::testing {

using Random = std::mt19937_64;

/// A whole number in [low, high]. (Not std::uniform_int_distribution: its numbers differ between
/// libraries.)
inline std::uint32_t pick(Random& random, std::uint32_t low, std::uint32_t high) {
  return low + static_cast<std::uint32_t>(random() % (std::uint64_t{high} - low + 1));
}

/// A small layer: any kernel, stride, dilation, padding, groups and batch, channels not round.
inline workload::LayerShape random_shape(Random& random) {
  workload::LayerShape s;
  s.batch = pick(random, 1, 3);
  s.groups = pick(random, 0, 3) == 0 ? pick(random, 2, 4) : 1;
  s.in_channels = s.groups * pick(random, 1, 40);
  s.out_channels = s.groups * pick(random, 1, 70);
  s.kernel_height = pick(random, 1, 4);
  s.kernel_width = pick(random, 1, 4);
  s.stride_height = pick(random, 1, 3);
  s.stride_width = pick(random, 1, 3);
  s.dilation_height = pick(random, 1, 2);
  s.dilation_width = pick(random, 1, 2);
  s.pad_top = pick(random, 0, 2);
  s.pad_left = pick(random, 0, 2);
  s.pad_bottom = pick(random, 0, 2);
  s.pad_right = pick(random, 0, 2);
  s.in_height = s.dilation_height * (s.kernel_height - 1) + pick(random, 1, 9);
  s.in_width = s.dilation_width * (s.kernel_width - 1) + pick(random, 1, 9);
  return s;
}

/// Any mapping that suits a layer, whatever it would cost.
inline Mapping random_mapping(Random& random, const workload::LayerShape& s) {
  Mapping m;
  m.array_rows = pick(random, 0, 1) == 0 ? 8 : 32;
  m.array_columns = pick(random, 0, 1) == 0 ? 4 : 16;
  const std::uint32_t blocks = (s.group_out_channels() + m.array_rows - 1) / m.array_rows;
  const std::uint32_t groups = (s.reduction() + reduction_group - 1) / reduction_group;
  m.blocks_per_tile = pick(random, 1, blocks);
  m.tile_height = pick(random, 1, s.out_height());
  m.tile_width = pick(random, 1, s.out_width());
  m.groups_per_chunk = pick(random, 1, groups);
  m.order = pick(random, 0, 1) == 0 ? LoopOrder::channels_outer : LoopOrder::positions_outer;
  m.spread = pick(random, 0, 1) == 0 ? PositionSpread::width : PositionSpread::any;
  m.layout = pick(random, 0, 1) == 0 ? ActivationLayout::region : ActivationLayout::matrix;
  return m;
}

}  // namespace lacuna::engine::testing
