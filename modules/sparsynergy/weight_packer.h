// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/span.h"
#include "core/tensor.h"
#include "engine/mapper.h"
#include "engine/mapping.h"
#include "engine/packed_tiles.h"
#include "sparse/unified_format.h"
#include "workload/layer_shape.h"

namespace lacuna::sparsynergy {

/// What weights in the unified format need: the same whatever the weights are.
class UnifiedFootprint : public engine::WeightFootprint {
 public:
  /// @param rows channels of a block
  /// @param feed_interval clocks of a load
  UnifiedFootprint(const sparse::UnifiedFormat& format, unsigned rows, unsigned feed_interval,
                   const workload::LayerShape& shape)
      : format_(format), rows_(rows), feed_interval_(feed_interval), shape_(shape) {}

  std::uint64_t weights_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                              std::uint32_t blocks, std::uint32_t first_group,
                              std::uint32_t groups) const override;
  std::uint64_t metadata_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                               std::uint32_t blocks, std::uint32_t first_group,
                               std::uint32_t groups) const override;
  /// Without waiting for partial sums, which depends on the vectors that stay.
  std::uint64_t compute_cycles(std::uint32_t conv_group, std::uint32_t block,
                               std::uint32_t first_group, std::uint32_t groups) const override;

 private:
  std::uint32_t channels(std::uint32_t first_block, std::uint32_t blocks) const;
  std::uint32_t elements(std::uint32_t first_group, std::uint32_t groups) const;

  sparse::UnifiedFormat format_;
  unsigned rows_;
  unsigned feed_interval_;
  workload::LayerShape shape_;
};

/// One layer's weights in the unified format.
struct PackedLayer {
  engine::PackedTiles tiles;        ///< as they go into memory
  Tensor decoded;                   ///< int16, in the original shape: what the tiles stand for
  std::uint64_t squared_error = 0;  ///< of these against the original weights
};

/// Compresses a layer tile by tile: segments start anew with every chunk of a mapping.
/// @param weights int8 [N, C / groups, kh, kw], or [N, K]
/// @throws Error (bad_input) when the tensor is not the layer's
PackedLayer pack_layer(const sparse::UnifiedFormat& format, sparse::UnifiedRounding rounding,
                       const workload::LayerShape& shape, const Tensor& weights,
                       const engine::Mapping& mapping);

}  // namespace lacuna::sparsynergy
