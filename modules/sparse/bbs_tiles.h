// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/span.h"
#include "sparse/bbs_group.h"
#include "sparse/bbs_tile_format.h"

namespace lacuna::sparse {

/// A rectangle of blocks (of array rows) and reduction groups of one convolution group.
struct TileRange {
  std::size_t first_block = 0;
  std::size_t blocks = 0;
  std::size_t first_group = 0;
  std::size_t groups = 0;
};

/// Bytes of a tile in memory, padding included.
struct TileBytes {
  std::size_t weights = 0;
  std::size_t metadata = 0;
};

/// One convolution group of a layer, before it is packed.
struct TileSource {
  /// [channels of the layer, elements], elements in the order (kh, kw, C).
  Span<const std::int8_t> weights;
  std::size_t elements = 0;  ///< of one channel's dot product
  /// Rows of `weights` that belong to the group, in the order of the array's rows.
  Span<const std::uint32_t> channels;
  std::size_t sensitive = 0;  ///< so many of them, from the front, keep all columns
};

/// The compressed weights of one convolution group in BitVert's memory format (doc/bbs.md):
/// channels in blocks of array rows, each channel in groups of 32 that never cross it; the rows of
/// a block share one width per group.
class BbsTiles {
 public:
  /// Compresses and packs.
  /// @param rows array rows, channels of a block
  /// @throws Error (bad_input) on parameters out of range, Error (stuck) on a source that
  /// contradicts itself
  BbsTiles(const BbsPruning& pruning, const TileSource& source, std::size_t rows = 32);

  std::size_t channels() const { return channels_.size(); }
  std::size_t elements() const { return elements_; }
  std::size_t rows() const { return rows_; }
  std::size_t blocks() const { return blocks_; }
  std::size_t groups() const { return groups_; }

  /// Columns that every row of a block stores for a group: 2..8.
  unsigned width(std::size_t block, std::size_t group) const;
  /// Sum of the widths of a range, in constant time.
  std::uint64_t width_sum(const TileRange& range) const;
  /// Whether any row of the block is compressed, so that it has metadata bytes.
  bool carries_constants(std::size_t block) const;

  /// Bytes of a range's blobs, in constant time.
  TileBytes footprint(const TileRange& range) const;
  TileBlobs encode(const TileRange& range) const;
  /// Bytes of the packed columns and metadata as held in host memory.
  std::size_t host_bytes() const { return packed_.size() + metadata_.size() + widths_.size(); }

  /// Weights as the machine computes with them, decoded from the packed bytes.
  /// @param weights [channels of the layer, elements]; only this convolution group's rows are
  /// written
  void decode(Span<std::int16_t> weights) const;

  std::uint64_t squared_error() const { return squared_error_; }
  std::uint64_t overfull_groups() const { return overfull_groups_; }
  /// Columns of real weights without the filling of rows to their block's width, and metadata of
  /// the compressed rows.
  std::uint64_t stored_column_bits() const { return stored_column_bits_; }
  std::uint64_t metadata_bits() const { return metadata_bits_; }

 private:
  struct Block;
  void compress_block(const BbsPruning& pruning, const TileSource& source, std::size_t block,
                      Block& work);
  void pack_block(std::size_t block, const Block& work);
  void append_weights(std::size_t block, const TileRange& range,
                      std::vector<std::uint8_t>& bytes) const;
  void append_metadata(std::size_t block, const TileRange& range,
                       std::vector<std::uint8_t>& bytes) const;
  void sum_widths();
  std::size_t rows_in(std::size_t block) const;
  std::size_t row_bytes(std::size_t block) const;

  BbsMethod method_;
  std::size_t elements_;
  std::size_t rows_;
  std::size_t groups_;
  std::size_t blocks_ = 0;
  std::vector<std::uint32_t> channels_;
  std::vector<std::uint8_t> widths_;  ///< [blocks, groups]
  /// [blocks + 1, groups + 1], of everything above and left.
  std::vector<std::uint64_t> width_sums_;
  std::vector<std::size_t> constant_blocks_;  ///< [blocks + 1], with constants among the first
  std::vector<std::uint8_t> metadata_;        ///< [slots, groups], slots = blocks * rows
  std::vector<std::uint8_t> packed_;        ///< block after block, row after row, group after group
  std::vector<std::size_t> packed_blocks_;  ///< [blocks + 1], where each block starts in packed_
  std::uint64_t squared_error_ = 0;
  std::uint64_t overfull_groups_ = 0;
  std::uint64_t stored_column_bits_ = 0;
  std::uint64_t metadata_bits_ = 0;
};

}  // namespace lacuna::sparse
