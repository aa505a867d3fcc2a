// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/tensor.h"
#include "sparse/bbs_batch.h"
#include "sparse/bbs_group.h"

namespace lacuna::sparse {

/// Where groups start and end in a weight tensor, whose order is always [K, kh, kw, C].
enum class GroupOrder : std::uint8_t {
  /// All weights in one row: groups may straddle pixels and channels, only the last may be short.
  flattened,
  /// One row per output channel: no group crosses a channel, the last of each may be short.
  machine,
};

/// What a flattened tensor with fewer input channels than a group does.
enum class NarrowInputs : std::uint8_t {
  straddle,  ///< groups keep their length, over pixels and channels
  shorten,   ///< groups have as many weights as input channels: one pixel [authors' artifact]
};

/// How a whole tensor is compressed.
struct TensorCompression {
  BbsPruning pruning;
  unsigned group = 32;  ///< weights of a group: 1..256
  GroupOrder order = GroupOrder::flattened;
  NarrowInputs narrow = NarrowInputs::straddle;
};

/// What a compressed tensor takes, without file headers and without padding.
struct BbsSizes {
  std::uint64_t weights = 0;
  std::uint64_t groups = 0;
  std::uint64_t stored_column_bits = 0;  ///< stored columns x weights of the group, summed
  std::uint64_t metadata_bits = 0;       ///< 2 + 6 bits for each group

  std::uint64_t bits() const { return stored_column_bits + metadata_bits; }
  double effective_bits_per_weight() const;
  /// 8 bits for each weight / bits.
  double compression_ratio() const;
};

/// A compressed tensor.
struct CompressedTensor {
  Shape shape;  ///< of the original
  TensorCompression how;
  GroupCut cut;                         ///< how `weights` is cut
  std::vector<std::int16_t> weights;    ///< what the groups stand for, in the order [K, kh, kw, C]
  std::vector<GroupMetadata> metadata;  ///< cut.groups()
  BbsSizes sizes;
  std::uint64_t squared_error = 0;    ///< against the original weights, summed
  unsigned max_error = 0;             ///< largest absolute difference
  std::uint64_t overfull_groups = 0;  ///< with more redundant columns than the two-bit field holds
};

/// The cut of a tensor: its row length, rows and group length.
/// @throws Error (bad_input) on a shape that is not of weights, without weights, or a group out of
/// range
GroupCut group_cut(const Shape& shape, const TensorCompression& how);

/// Sizes of compressed groups.
BbsSizes sizes_of(const GroupCut& cut, Span<const GroupMetadata> metadata);

/// @param weights int8 [K, C] or [K, C, kh, kw]
/// @throws Error (bad_input) on any other tensor, or parameters out of range
CompressedTensor compress_tensor(const Tensor& weights, const TensorCompression& how);

/// int16, in the original shape.
Tensor reconstructed(const CompressedTensor& compressed);
/// int8 [groups, 3]: redundant, low, constant.
Tensor metadata_tensor(Span<const GroupMetadata> metadata);

}  // namespace lacuna::sparse
