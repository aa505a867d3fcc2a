// SPDX-License-Identifier: Apache-2.0
//
// BitWave's weights in memory. Elements of a channel are cut into groups of eight. A tile is, block by block:
//   metadata  [rows, groups] one byte each, bit c: column c of the group is not zero (7: the sign, 0 to 6: magnitude);
//   weights   [rows, groups] the columns that are not zero, highest first, a byte each: bit l is weight l's.
// Either part of a block is filled up to whole words of 16 bytes; rows that have no channel have no columns.
#pragma once

#include <cstdint>
#include <vector>

#include "baselines/bitwave/dataflow.h"
#include "baselines/bitwave/sign_column.h"
#include "core/tensor.h"
#include "engine/mapper.h"
#include "engine/mapping.h"
#include "engine/packed_tiles.h"
#include "sparse/bit_flip.h"
#include "workload/layer_shape.h"

namespace lacuna::baselines {

/// A layer's weights as columns, and how many of these there are.
class BitwaveWeights {
 public:
  /// @param flip its columns: 8 for none; -128 becomes -127 in any case
  /// @throws Error (bad_input) when the tensor is not the layer's
  BitwaveWeights(const workload::LayerShape& shape, const Tensor& weights,
                 const sparse::BitFlip& flip);

  const workload::LayerShape& shape() const { return shape_; }
  std::uint32_t groups() const { return groups_; }  ///< of a channel
  const std::uint8_t* indices(std::uint32_t channel) const {
    return indices_.data() + std::size_t{channel} * groups_;
  }
  const std::int8_t* channel(std::uint32_t channel) const {
    return weights_.data() + std::size_t{channel} * shape_.reduction();
  }
  Tensor decoded() const;  ///< int16, in the original shape
  std::uint64_t squared_error() const { return squared_error_; }

 private:
  workload::LayerShape shape_;
  Shape tensor_shape_;
  std::uint32_t groups_ = 0;
  std::vector<std::int8_t> weights_;   // [channels, reduction], flipped
  std::vector<std::uint8_t> indices_;  // [channels, groups]
  std::uint64_t squared_error_ = 0;
};

/// Packs them for one shape of the array.
class BitwavePacker : public engine::WeightFootprint {
 public:
  /// @param weights stay the caller's
  BitwavePacker(const BitwaveWeights& weights, const ArrayShape& array, SignColumn sign);

  std::uint64_t weights_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                              std::uint32_t blocks, std::uint32_t first_group,
                              std::uint32_t groups) const override;
  std::uint64_t metadata_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                               std::uint32_t blocks, std::uint32_t first_group,
                               std::uint32_t groups) const override;
  std::uint64_t compute_cycles(std::uint32_t conv_group, std::uint32_t block,
                               std::uint32_t first_group, std::uint32_t groups) const override;

  engine::PackedTiles pack(const engine::Mapping& mapping) const;

 private:
  /// Of one block and 32 elements.
  struct Sums {
    std::uint64_t columns = 0;  ///< stored before these
    std::uint64_t cycles = 0;   ///< of passes before these; of this one, where a pass is longer
  };
  struct Rows {
    std::uint32_t first = 0;  ///< channel of the layer
    std::uint32_t count = 0;
  };
  Rows rows_of(std::uint32_t conv_group, std::uint32_t block) const;
  const Sums& sums(std::uint32_t conv_group, std::uint32_t block, std::uint32_t group) const;
  void add_block(const Rows& rows);
  void encode(const Rows& rows, std::uint32_t first, std::uint32_t count,
              std::vector<std::uint8_t>& bytes, std::vector<std::uint8_t>& indices) const;
  /// Groups of eight up to 32-element group `group`.
  std::uint32_t eights(std::uint32_t group) const;

  const BitwaveWeights& weights_;
  ArrayShape array_;
  SignColumn sign_;
  std::uint32_t blocks_ = 0;            // of a convolution group
  std::uint32_t reduction_groups_ = 0;  // of 32 elements
  std::vector<Sums> sums_;              // [convolution groups, blocks, reduction groups + 1]
};

}  // namespace lacuna::baselines
