// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/tensor.h"
#include "engine/accelerator.h"
#include "engine/dense_rows.h"
#include "engine/mapper.h"
#include "engine/packed_tiles.h"
#include "engine/weight_part.h"
#include "sparse/hss_format.h"
#include "workload/layer_shape.h"

namespace lacuna::engine {

/// Prunes one layer's weights to a structured pattern and packs them (structured_tile.h).
class StructuredPacker final : public WeightFootprint {
 public:
  /// @param weights int8 [N, C / groups, kh, kw], or [N, K]
  /// @param slots of the machine's operand selection for a window
  /// @param pace lanes: weights of a row in one pass, in whole windows
  /// @throws Error (bad_input) when the tensor is not the layer's
  StructuredPacker(const sparse::HssFormat& format, unsigned rows, unsigned slots, PassPace pace,
                   const workload::LayerShape& shape, const Tensor& weights);

  std::uint64_t weights_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                              std::uint32_t blocks, std::uint32_t first_group,
                              std::uint32_t groups) const override;
  std::uint64_t metadata_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                               std::uint32_t blocks, std::uint32_t first_group,
                               std::uint32_t groups) const override;
  std::uint64_t compute_cycles(std::uint32_t conv_group, std::uint32_t block,
                               std::uint32_t first_group, std::uint32_t groups) const override;

  /// The tiles of a mapping, as they go into memory.
  PackedTiles pack(const Mapping& mapping) const;
  /// The pruned weights: int16, in the original shape.
  Tensor decoded_weights() const;
  std::uint64_t squared_error() const { return squared_error_; }

 private:
  std::uint32_t elements(std::uint32_t first_group, std::uint32_t groups) const;
  void add_tile(const WeightPart& part, PackedTiles& packed) const;

  sparse::HssFormat format_;
  unsigned rows_;
  unsigned windows_;  // of a pass
  unsigned cycles_;   // of a pass
  workload::LayerShape shape_;
  Shape tensor_shape_;
  std::vector<std::int8_t> weights_;  // [N, elements], pruned
  std::uint64_t squared_error_ = 0;
};

/// A layer for a machine whose operand selection takes structured weights. Run-time weights run dense, and so do offline ones
/// of a dense format.
/// @throws Error (bad_input) as StructuredPacker, DenseRowPacker and map_job()
PreparedLayer prepare_structured(const workload::Layer& layer, const Tensor& weights,
                                 const MapperLimits& limits, const sparse::HssFormat& format,
                                 unsigned slots, PassPace pace, AddressAllocator& memory);

}  // namespace lacuna::engine
