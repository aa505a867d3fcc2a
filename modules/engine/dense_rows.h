// SPDX-License-Identifier: Apache-2.0
//
// Weights as dense rows: a tile is [blocks, rows, elements], int8, every row filled up with zeros to whole words of 16
// bytes, and missing rows of a last block zero. Channels keep their order.
#pragma once

#include <cstdint>
#include <vector>

#include "core/rounding.h"
#include "core/span.h"
#include "core/tensor.h"
#include "engine/accelerator.h"
#include "engine/array_model.h"
#include "engine/mapper.h"
#include "engine/mapping.h"
#include "engine/packed_tiles.h"
#include "engine/weight_part.h"
#include "workload/layer_shape.h"

namespace lacuna::engine {

/// Rows of a tile are filled up to this many bytes: a word of a weight bank.
inline constexpr std::uint32_t row_alignment = 16;

/// `bytes`, filled up to whole words of a weight bank.
constexpr std::uint64_t whole_words(std::uint64_t bytes) {
  return core::round_up(bytes, std::uint64_t{row_alignment});
}

/// How fast an array takes rows, as far as it can be told without looking at the weights.
struct PassPace {
  unsigned lanes = 8;   ///< elements of a row in one pass
  unsigned cycles = 8;  ///< of a pass; the most it may take where that depends on the weights
};

/// What dense rows need, packed offline or computed at run time.
class DenseRowFootprint : public WeightFootprint {
 public:
  DenseRowFootprint(unsigned rows, const workload::LayerShape& shape, PassPace pace)
      : rows_(rows), shape_(shape), pace_(pace) {}

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
  PassPace pace_;
};

/// Packs one layer's weights into dense rows.
class DenseRowPacker {
 public:
  /// @param weights int8 [N, C / groups, kh, kw], or [N, K]
  /// @throws Error (bad_input) when the tensor is not the layer's
  DenseRowPacker(unsigned rows, const workload::LayerShape& shape, const Tensor& weights);

  /// The tiles of a mapping, as they go into memory.
  PackedTiles pack(const Mapping& mapping) const;
  /// int16, in the original shape: nothing is lost.
  Tensor decoded_weights() const;

 private:
  std::vector<std::uint8_t> encode(const WeightPart& part) const;

  workload::LayerShape shape_;
  Shape tensor_shape_;
  unsigned rows_;
  std::vector<std::int8_t> weights_;  // [N, elements]
};

/// A layer for a machine that stores dense rows, with weights packed offline or computed at run time.
/// @throws Error (bad_input) as DenseRowPacker and map_job()
PreparedLayer prepare_dense_rows(const workload::Layer& layer, const Tensor& weights,
                                 const MapperLimits& limits, PassPace pace,
                                 AddressAllocator& memory);

/// A tile's weights for a body in closed form, a row for every channel, out of whatever the weight buffer holds: dense
/// rows of the stream, or weights computed at run time. Missing bytes are zero.
class ChannelRows {
 public:
  explicit ChannelRows(const TileOperands& operands);

  Span<const std::int8_t> rows() const { return rows_; }
  std::size_t stride() const { return stride_; }
  const std::int8_t* row(std::size_t channel) const { return rows_.data() + channel * stride_; }

 private:
  std::vector<std::int8_t> copy_;  // unless they lie so in the buffer
  Span<const std::int8_t> rows_;
  std::size_t stride_ = 0;
};

}  // namespace lacuna::engine
