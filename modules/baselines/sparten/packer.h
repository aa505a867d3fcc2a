// SPDX-License-Identifier: Apache-2.0
//
// A tile of SparTen's weights. Metadata buffer: for every channel slot the bit masks of its chunks, 16 bytes each. Weight
// buffer: the non-zero values of one channel after the other, each channel's filled up to 16 bytes; at least 16 bytes in all.
#pragma once

#include <cstdint>
#include <vector>

#include "core/tensor.h"
#include "engine/mapper.h"
#include "engine/packed_tiles.h"
#include "engine/weight_part.h"
#include "workload/layer_shape.h"

namespace lacuna::baselines {

/// Packs one layer's weights: nothing is lost, zeros are left out.
class SpartenPacker final : public engine::WeightFootprint {
 public:
  /// @param weights int8 [N, C / groups, kh, kw], or [N, K]
  /// @throws Error (bad_input) when the tensor is not the layer's
  SpartenPacker(unsigned rows, unsigned chunk_floor, const workload::LayerShape& shape,
                const Tensor& weights);

  std::uint64_t weights_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                              std::uint32_t blocks, std::uint32_t first_group,
                              std::uint32_t groups) const override;
  std::uint64_t metadata_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                               std::uint32_t blocks, std::uint32_t first_group,
                               std::uint32_t groups) const override;
  /// As if no activation were zero.
  std::uint64_t compute_cycles(std::uint32_t conv_group, std::uint32_t block,
                               std::uint32_t first_group, std::uint32_t groups) const override;

  engine::PackedTiles pack(const engine::Mapping& mapping) const;
  /// int16, in the original shape.
  Tensor decoded_weights() const;

 private:
  std::uint32_t nonzero(std::size_t channel, std::uint32_t first_group, std::uint32_t groups) const;
  std::uint32_t chunks(std::uint32_t first_group, std::uint32_t groups) const;
  void add_tile(const engine::WeightPart& part, engine::PackedTiles& packed) const;

  unsigned rows_;
  unsigned chunk_floor_;
  workload::LayerShape shape_;
  Shape tensor_shape_;
  std::vector<std::int8_t> weights_;           // [N, elements]
  std::size_t groups_ = 0;                     // of a channel
  std::vector<std::uint32_t> nonzero_before_;  // [N, groups + 1], reduction groups
};

}  // namespace lacuna::baselines
