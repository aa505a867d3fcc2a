// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/tensor.h"
#include "engine/mapper.h"
#include "engine/packed_tiles.h"
#include "engine/weight_part.h"
#include "sparse/adaptive_type.h"
#include "workload/layer_shape.h"

namespace lacuna::baselines {

/// Encodes one layer's weights and packs them as AntCodeRows reads them: for every row of a block its codes, filled up to whole
/// words, and a format byte in the metadata. Missing rows of a last block are zero.
class AntPacker final : public engine::WeightFootprint {
 public:
  /// @param weights int8 [N, C / groups, kh, kw], or [N, K] @throws Error (bad_input) when the tensor is not the layer's
  AntPacker(unsigned rows, const workload::LayerShape& shape, const Tensor& weights,
            const sparse::AdaptiveOptions& options);

  std::uint64_t weights_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                              std::uint32_t blocks, std::uint32_t first_group,
                              std::uint32_t groups) const override;
  std::uint64_t metadata_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                               std::uint32_t blocks, std::uint32_t first_group,
                               std::uint32_t groups) const override;
  std::uint64_t compute_cycles(std::uint32_t conv_group, std::uint32_t block,
                               std::uint32_t first_group, std::uint32_t groups) const override;

  /// The tiles of a mapping, as they go into memory.
  engine::PackedTiles pack(const engine::Mapping& mapping) const;
  /// int16, in the original shape.
  Tensor decoded_weights() const;
  std::uint64_t squared_error() const { return encoded_.squared_error; }

 private:
  std::uint32_t elements(std::uint32_t first_group, std::uint32_t groups) const;
  std::uint64_t row_bytes(std::uint32_t elements) const;
  void add_tile(const engine::WeightPart& part, engine::PackedTiles& packed) const;

  unsigned rows_;
  unsigned bits_;
  workload::LayerShape shape_;
  Shape tensor_shape_;
  sparse::AdaptiveTensor encoded_;
};

}  // namespace lacuna::baselines
