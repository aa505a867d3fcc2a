// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "bitvert/compression_params.h"
#include "core/tensor.h"
#include "engine/mapper.h"
#include "engine/mapping.h"
#include "engine/packed_tiles.h"
#include "sparse/bbs_selection.h"
#include "sparse/bbs_tiles.h"
#include "workload/layer_shape.h"

namespace lacuna::bitvert {

/// One layer's weights, compressed for the array: channels in the array's order, ready to be cut
/// into the tiles of any mapping.
class WeightPacker : public engine::WeightFootprint {
 public:
  /// @param weights int8 [N, C / groups, kh, kw], or [N, K]
  /// @param selection which of the N channels keep all columns; of no importance if nothing is
  /// compressed
  /// @throws Error (bad_input) when the tensor is not the layer's, or has more channels than an
  /// index counts
  WeightPacker(const CompressionParams& params, unsigned rows, const workload::LayerShape& shape,
               const Tensor& weights, const sparse::ChannelSelection& selection);

  /// Original channel of every slot (convolution group, block, row); engine::no_channel where there
  /// is none.
  std::vector<std::uint16_t> channel_order() const;
  /// True unless channels are in their original order.
  bool reordered() const { return reordered_; }

  std::uint64_t weights_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                              std::uint32_t blocks, std::uint32_t first_group,
                              std::uint32_t groups) const override;
  std::uint64_t metadata_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                               std::uint32_t blocks, std::uint32_t first_group,
                               std::uint32_t groups) const override;
  std::uint64_t compute_cycles(std::uint32_t conv_group, std::uint32_t block,
                               std::uint32_t first_group, std::uint32_t groups) const override;
  std::uint32_t channel_span(std::uint32_t conv_group, std::uint32_t first_block,
                             std::uint32_t blocks) const override;

  /// The tiles of a mapping, as they go into memory.
  engine::PackedTiles pack(const engine::Mapping& mapping) const;

  /// int16, in the original shape: what the array computes with, decoded from the packed bytes.
  Tensor decoded_weights() const;
  /// Of the decoded weights against the original ones.
  std::uint64_t squared_error() const;
  /// By convolution group.
  const std::vector<sparse::BbsTiles>& groups() const { return groups_; }

 private:
  workload::LayerShape shape_;
  Shape tensor_shape_;
  unsigned rows_;
  bool reordered_ = false;
  std::vector<std::vector<std::uint32_t>> order_;  // by convolution group
  std::vector<sparse::BbsTiles> groups_;
};

/// What weights that are computed at run time need: eight columns everywhere, no metadata.
class DynamicFootprint : public engine::WeightFootprint {
 public:
  explicit DynamicFootprint(unsigned rows) : rows_(rows) {}

  std::uint64_t weights_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                              std::uint32_t blocks, std::uint32_t first_group,
                              std::uint32_t groups) const override;
  std::uint64_t metadata_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                               std::uint32_t blocks, std::uint32_t first_group,
                               std::uint32_t groups) const override;
  std::uint64_t compute_cycles(std::uint32_t conv_group, std::uint32_t block,
                               std::uint32_t first_group, std::uint32_t groups) const override;

 private:
  unsigned rows_;
};

/// Which channels of every layer of a network stay dense.
/// @param layers all layers with offline weights, in order
std::vector<sparse::ChannelSelection> select_channels(const CompressionParams& params,
                                                      Span<const sparse::LayerScales> layers);

}  // namespace lacuna::bitvert
