// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/tensor.h"
#include "engine/mapper.h"
#include "engine/mapping.h"
#include "engine/packed_tiles.h"
#include "workload/layer_shape.h"

namespace lacuna::baselines {

/// What weights need in the Stripes array, packed offline or computed at run time: all their bits.
class StripesFootprint : public engine::WeightFootprint {
 public:
  StripesFootprint(unsigned rows, const workload::LayerShape& shape) : rows_(rows), shape_(shape) {}

  std::uint64_t weights_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                              std::uint32_t blocks, std::uint32_t first_group,
                              std::uint32_t groups) const override;
  std::uint64_t metadata_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                               std::uint32_t blocks, std::uint32_t first_group,
                               std::uint32_t groups) const override;
  std::uint64_t compute_cycles(std::uint32_t conv_group, std::uint32_t block,
                               std::uint32_t first_group, std::uint32_t groups) const override;

 private:
  std::uint32_t elements(std::uint32_t first_group, std::uint32_t groups) const;

  unsigned rows_;
  workload::LayerShape shape_;
};

/// One layer's weights for the Stripes array: a tile is [blocks, rows, elements], int8, every row filled up with zeros to
/// whole words of 16 bytes, and missing rows of a last block zero. Channels keep their order.
class StripesPacker {
 public:
  /// @param weights int8 [N, C / groups, kh, kw], or [N, K]
  /// @throws Error (bad_input) when the tensor is not the layer's, or has more channels than an index counts
  StripesPacker(unsigned rows, const workload::LayerShape& shape, const Tensor& weights);

  /// Original channel of every slot (convolution group, block, row); engine::no_channel where there is none.
  std::vector<std::uint16_t> channel_order() const;
  /// The tiles of a mapping, as they go into memory.
  engine::PackedTiles pack(const engine::Mapping& mapping) const;
  /// int16, in the original shape: nothing is lost.
  Tensor decoded_weights() const;

 private:
  /// Channels and reduction elements of one tile.
  struct Part {
    std::uint32_t first_channel = 0;  ///< of the layer
    std::uint32_t channels = 0;
    std::uint32_t first_element = 0;
    std::uint32_t elements = 0;
  };
  std::vector<std::uint8_t> encode(const Part& part) const;

  workload::LayerShape shape_;
  Shape tensor_shape_;
  unsigned rows_;
  std::vector<std::int8_t> weights_;  // [N, elements]
};

}  // namespace lacuna::baselines
