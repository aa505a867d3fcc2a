// SPDX-License-Identifier: Apache-2.0
#include "bitvert/weight_packer.h"

#include <algorithm>

#include <fmt/format.h>

#include "bitvert/signals.h"
#include "core/error.h"
#include "engine/job.h"
#include "sparse/weight_order.h"

namespace lacuna::bitvert {
namespace {

sparse::BbsPruning pruning_of(const CompressionParams& params) {
  sparse::BbsPruning pruning;
  pruning.method = params.method == CompressionMethod::ra ? sparse::BbsMethod::rounded_averaging
                                                          : sparse::BbsMethod::zero_point_shifting;
  pruning.columns = params.columns;
  pruning.constant_bits = params.constant_bits;
  return pruning;
}

void check_weights(const workload::LayerShape& shape, const Tensor& weights) {
  const sparse::WeightDimensions dimensions = sparse::weight_dimensions(weights.shape());
  if (dimensions.channels != shape.out_channels || dimensions.reduction() != shape.reduction()) {
    throw input_error({},
                      fmt::format("weights {} do not fit a layer of {} channels with {} "
                                  "elements each",
                                  to_text(weights.shape()), shape.out_channels, shape.reduction()));
  }
  if (shape.out_channels >= engine::no_channel) {
    throw input_error({}, fmt::format("{} output channels; an index counts up to {}",
                                      shape.out_channels, engine::no_channel - 1));
  }
}

/// Whether the channels of all groups, one after the other, are in another order than they were.
bool differs_from_original(const std::vector<std::vector<std::uint32_t>>& orders) {
  std::uint32_t next = 0;
  for (const std::vector<std::uint32_t>& order : orders) {
    for (const std::uint32_t channel : order) {
      if (channel != next++) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

WeightPacker::WeightPacker(const CompressionParams& params, unsigned rows,
                           const workload::LayerShape& shape, const Tensor& weights,
                           const sparse::ChannelSelection& selection)
    : shape_(shape), tensor_shape_(weights.shape()), rows_(rows) {
  check_weights(shape, weights);
  const std::vector<std::int8_t> ordered = sparse::channels_last(weights);
  const std::uint32_t count = shape.group_out_channels();
  for (std::uint32_t group = 0; group < shape.groups; ++group) {
    const std::uint32_t first = group * count;
    std::uint32_t sensitive = count;
    std::vector<std::uint32_t> order(count);
    if (params.method == CompressionMethod::none) {
      for (std::uint32_t i = 0; i < count; ++i) {
        order[i] = first + i;
      }
    } else {
      order = selection.order(first, count);
      sensitive = selection.sensitive_in(first, count);
    }
    groups_.emplace_back(pruning_of(params),
                         sparse::TileSource{ordered, shape.reduction(), order, sensitive}, rows);
    order_.push_back(std::move(order));
  }
  reordered_ = differs_from_original(order_);
}

std::vector<std::uint16_t> WeightPacker::channel_order() const {
  std::vector<std::uint16_t> slots;
  for (const std::vector<std::uint32_t>& order : order_) {
    const std::size_t end = slots.size() + (order.size() + rows_ - 1) / rows_ * rows_;
    for (const std::uint32_t channel : order) {
      slots.push_back(static_cast<std::uint16_t>(channel));
    }
    slots.resize(end, engine::no_channel);
  }
  return slots;
}

std::uint64_t WeightPacker::weights_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                                          std::uint32_t blocks, std::uint32_t first_group,
                                          std::uint32_t groups) const {
  return groups_[conv_group].footprint({first_block, blocks, first_group, groups}).weights;
}

std::uint64_t WeightPacker::metadata_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                                           std::uint32_t blocks, std::uint32_t first_group,
                                           std::uint32_t groups) const {
  return groups_[conv_group].footprint({first_block, blocks, first_group, groups}).metadata;
}

std::uint64_t WeightPacker::compute_cycles(std::uint32_t conv_group, std::uint32_t block,
                                           std::uint32_t first_group, std::uint32_t groups) const {
  return passes_per_group * groups_[conv_group].width_sum({block, 1, first_group, groups});
}

std::uint32_t WeightPacker::channel_span(std::uint32_t conv_group, std::uint32_t first_block,
                                         std::uint32_t blocks) const {
  if (!reordered_) {
    return 0;
  }
  const std::vector<std::uint32_t>& order = order_[conv_group];
  const std::size_t first = std::size_t{first_block} * rows_;
  const std::size_t last = std::min(order.size(), first + std::size_t{blocks} * rows_);
  if (first >= last) {
    return 0;
  }
  const auto [least, most] = std::minmax_element(order.data() + first, order.data() + last);
  return *most - *least + 1;
}

engine::PackedTiles WeightPacker::pack(const engine::Mapping& mapping) const {
  engine::PackedTiles packed;
  const std::size_t blocks = mapping.blocks_per_tile;
  const std::size_t chunk = mapping.groups_per_chunk;
  for (const sparse::BbsTiles& tiles : groups_) {
    for (std::size_t block = 0; block < tiles.blocks(); block += blocks) {
      for (std::size_t group = 0; group < tiles.groups(); group += chunk) {
        const sparse::TileBlobs blobs =
            tiles.encode({block, std::min(blocks, tiles.blocks() - block), group,
                          std::min(chunk, tiles.groups() - group)});
        packed.add(blobs.weights, blobs.metadata);
      }
    }
  }
  return packed;
}

Tensor WeightPacker::decoded_weights() const {
  std::vector<std::int16_t> decoded(shape_.weights());
  for (const sparse::BbsTiles& tiles : groups_) {
    tiles.decode(decoded);
  }
  return sparse::channels_first(decoded, tensor_shape_);
}

std::uint64_t WeightPacker::squared_error() const {
  std::uint64_t sum = 0;
  for (const sparse::BbsTiles& tiles : groups_) {
    sum += tiles.squared_error();
  }
  return sum;
}

std::uint64_t DynamicFootprint::weights_bytes(std::uint32_t /*conv_group*/,
                                              std::uint32_t /*first_block*/, std::uint32_t blocks,
                                              std::uint32_t /*first_group*/,
                                              std::uint32_t groups) const {
  // Transposing happens in place, so there must be room for whole passes.
  return std::uint64_t{blocks} * rows_ * groups * engine::reduction_group;
}

std::uint64_t DynamicFootprint::metadata_bytes(std::uint32_t, std::uint32_t, std::uint32_t,
                                               std::uint32_t, std::uint32_t) const {
  return 0;
}

std::uint64_t DynamicFootprint::compute_cycles(std::uint32_t, std::uint32_t, std::uint32_t,
                                               std::uint32_t groups) const {
  return std::uint64_t{groups} * passes_per_group * max_columns;
}

std::vector<sparse::ChannelSelection> select_channels(const CompressionParams& params,
                                                      Span<const sparse::LayerScales> layers) {
  sparse::SelectionParams selection;
  selection.beta = params.beta;
  selection.multiple = params.round_to;
  selection.scope = params.selection == SelectionRule::global ? sparse::SelectionScope::model
                                                              : sparse::SelectionScope::layer;
  return sparse::select_channels(layers, selection);
}

}  // namespace lacuna::bitvert
