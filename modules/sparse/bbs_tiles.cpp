// SPDX-License-Identifier: Apache-2.0
#include "sparse/bbs_tiles.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"
#include "sparse/bbs_batch.h"

namespace lacuna::sparse {

/// One block between compression and packing; dense rows have metadata 0.
struct BbsTiles::Block {
  std::vector<std::int8_t> originals;       ///< [compressed rows, elements]
  std::vector<std::int16_t> reconstructed;  ///< likewise
  std::vector<GroupMetadata> compressed;    ///< [compressed rows, groups]
  std::vector<GroupMetadata> metadata;      ///< [rows of the block, groups]
  std::vector<std::int8_t> stored;          ///< [rows of the block, groups * 32], padded with zeros
};

BbsTiles::BbsTiles(const BbsPruning& pruning, const TileSource& source, std::size_t rows)
    : method_(pruning.method),
      elements_(source.elements),
      rows_(rows),
      groups_((source.elements + machine_group - 1) / machine_group),
      channels_(source.channels.begin(), source.channels.end()) {
  check(pruning);
  if (rows == 0 || elements_ == 0 || channels_.empty() || source.sensitive > channels_.size() ||
      source.weights.size() % elements_ != 0) {
    throw model_error(fmt::format("no tiles of {} channels, {} sensitive, {} of {} elements",
                                  channels_.size(), source.sensitive, source.weights.size(),
                                  elements_));
  }
  const std::size_t layer_channels = source.weights.size() / elements_;
  for (const std::uint32_t channel : channels_) {
    if (channel >= layer_channels) {
      throw model_error(fmt::format("channel {} of {}", channel, layer_channels));
    }
  }
  blocks_ = (channels_.size() + rows_ - 1) / rows_;
  widths_.assign(blocks_ * groups_, min_stored_columns);
  metadata_.assign(blocks_ * rows_ * groups_, 0);
  constant_blocks_.assign(blocks_ + 1, 0);
  packed_blocks_.assign(blocks_ + 1, 0);
  Block work;
  for (std::size_t block = 0; block < blocks_; ++block) {
    compress_block(pruning, source, block, work);
    pack_block(block, work);
  }
  packed_.shrink_to_fit();
  sum_widths();
}

std::size_t BbsTiles::rows_in(std::size_t block) const {
  return std::min(rows_, channels_.size() - block * rows_);
}

std::size_t BbsTiles::row_bytes(std::size_t block) const {
  return (packed_blocks_[block + 1] - packed_blocks_[block]) / rows_;
}

void BbsTiles::compress_block(const BbsPruning& pruning, const TileSource& source,
                              std::size_t block, Block& work) {
  const std::size_t rows = rows_in(block);
  const std::size_t first = block * rows_;
  const std::size_t dense = std::min(rows, source.sensitive > first ? source.sensitive - first : 0);
  const GroupCut cut{elements_, rows - dense, machine_group};
  work.originals.clear();
  for (std::size_t row = dense; row < rows; ++row) {
    const Span<const std::int8_t> weights =
        source.weights.subspan(channels_[first + row] * elements_, elements_);
    work.originals.insert(work.originals.end(), weights.begin(), weights.end());
  }
  work.reconstructed.resize(cut.weights());
  work.compressed.resize(cut.groups());
  squared_error_ +=
      compress_groups(pruning, cut, work.originals, work.reconstructed, work.compressed);
  work.metadata.assign(rows * groups_, {});
  std::copy(work.compressed.begin(), work.compressed.end(),
            work.metadata.begin() + static_cast<std::ptrdiff_t>(dense * groups_));
  work.stored.assign(rows * groups_ * machine_group, 0);
  for (std::size_t row = 0; row < dense; ++row) {
    const Span<const std::int8_t> weights =
        source.weights.subspan(channels_[first + row] * elements_, elements_);
    std::copy(weights.begin(), weights.end(), work.stored.data() + row * groups_ * machine_group);
  }
  for (std::size_t row = dense; row < rows; ++row) {
    const std::int16_t* weights = work.reconstructed.data() + (row - dense) * elements_;
    std::int8_t* stored = work.stored.data() + row * groups_ * machine_group;
    for (std::size_t e = 0; e < elements_; ++e) {
      const GroupMetadata& group = work.metadata[row * groups_ + e / machine_group];
      stored[e] = stored_value(method_, weights[e], group.constant);
    }
  }
  constant_blocks_[block + 1] = constant_blocks_[block] + (rows > dense ? 1 : 0);
  metadata_bits_ += cut.groups() * metadata_bits_per_group;
}

void BbsTiles::pack_block(std::size_t block, const Block& work) {
  const GroupCut cut{elements_, rows_in(block), machine_group};
  std::uint8_t* widths = widths_.data() + block * groups_;
  for (std::size_t row = 0; row < cut.rows; ++row) {
    for (std::size_t g = 0; g < groups_; ++g) {
      const GroupMetadata& group = work.metadata[row * groups_ + g];
      const unsigned columns = stored_columns(group);
      widths[g] = std::max(widths[g], static_cast<std::uint8_t>(columns));
      metadata_[(block * rows_ + row) * groups_ + g] = metadata_byte(group);
      stored_column_bits_ += columns * cut.length(g);
      overfull_groups_ += group.redundant > static_cast<int>(max_redundant_columns) ? 1 : 0;
    }
  }
  std::size_t bytes = 0;
  for (std::size_t g = 0; g < groups_; ++g) {
    bytes += widths[g] * machine_column_bytes;
  }
  packed_blocks_[block + 1] = packed_blocks_[block] + rows_ * bytes;
  packed_.resize(packed_blocks_[block + 1], 0);
  std::uint8_t* to = packed_.data() + packed_blocks_[block];
  for (std::size_t row = 0; row < cut.rows; ++row) {
    for (std::size_t g = 0; g < groups_; ++g) {
      const std::size_t index = row * groups_ + g;
      pack_group(work.stored.data() + index * machine_group, stored_redundant(work.metadata[index]),
                 widths[g], to);
      to += widths[g] * machine_column_bytes;
    }
  }
}

void BbsTiles::sum_widths() {
  const std::size_t stride = groups_ + 1;
  width_sums_.assign((blocks_ + 1) * stride, 0);
  for (std::size_t block = 0; block < blocks_; ++block) {
    std::uint64_t row_sum = 0;
    for (std::size_t g = 0; g < groups_; ++g) {
      row_sum += widths_[block * groups_ + g];
      width_sums_[(block + 1) * stride + g + 1] = width_sums_[block * stride + g + 1] + row_sum;
    }
  }
}

unsigned BbsTiles::width(std::size_t block, std::size_t group) const {
  return widths_[block * groups_ + group];
}

bool BbsTiles::carries_constants(std::size_t block) const {
  return constant_blocks_[block + 1] != constant_blocks_[block];
}

std::uint64_t BbsTiles::width_sum(const TileRange& range) const {
  const std::size_t stride = groups_ + 1;
  const std::uint64_t* top = width_sums_.data() + range.first_block * stride + range.first_group;
  const std::uint64_t* bottom = top + range.blocks * stride;
  return bottom[range.groups] - bottom[0] - top[range.groups] + top[0];
}

TileBytes BbsTiles::footprint(const TileRange& range) const {
  const std::size_t last_block = range.first_block + range.blocks;
  const std::size_t constants = constant_blocks_[last_block] - constant_blocks_[range.first_block];
  const std::size_t metadata =
      constants * block_metadata_bytes(range.groups, rows_, true) +
      (range.blocks - constants) * block_metadata_bytes(range.groups, rows_, false);
  return {align_tile(width_sum(range) * rows_ * machine_column_bytes), align_tile(metadata)};
}

TileBlobs BbsTiles::encode(const TileRange& range) const {
  const TileBytes size = footprint(range);
  TileBlobs blobs;
  blobs.weights.reserve(size.weights);
  blobs.metadata.reserve(size.metadata);
  for (std::size_t block = range.first_block; block < range.first_block + range.blocks; ++block) {
    append_weights(block, range, blobs.weights);
    append_metadata(block, range, blobs.metadata);
  }
  blobs.weights.resize(size.weights, 0);
  blobs.metadata.resize(size.metadata, 0);
  return blobs;
}

void BbsTiles::append_weights(std::size_t block, const TileRange& range,
                              std::vector<std::uint8_t>& bytes) const {
  const std::size_t before = width_sum({block, 1, 0, range.first_group}) * machine_column_bytes;
  const std::size_t length =
      width_sum({block, 1, range.first_group, range.groups}) * machine_column_bytes;
  for (std::size_t row = 0; row < rows_; ++row) {
    const std::uint8_t* from =
        packed_.data() + packed_blocks_[block] + row * row_bytes(block) + before;
    bytes.insert(bytes.end(), from, from + length);
  }
}

void BbsTiles::append_metadata(std::size_t block, const TileRange& range,
                               std::vector<std::uint8_t>& bytes) const {
  const bool constants = carries_constants(block);
  const bool subtracts = constants && method_ == BbsMethod::zero_point_shifting;
  bytes.push_back(static_cast<std::uint8_t>((constants ? block_has_constants : 0) |
                                            (subtracts ? block_subtracts_constants : 0)));
  for (std::size_t g = 0; g < range.groups; g += 2) {
    const unsigned low = width(block, range.first_group + g);
    const unsigned high = g + 1 < range.groups ? width(block, range.first_group + g + 1) : 0;
    bytes.push_back(static_cast<std::uint8_t>(low | high << 4));
  }
  if (!constants) {
    return;
  }
  for (std::size_t row = 0; row < rows_; ++row) {
    const std::uint8_t* from =
        metadata_.data() + (block * rows_ + row) * groups_ + range.first_group;
    bytes.insert(bytes.end(), from, from + range.groups);
  }
}

void BbsTiles::decode(Span<std::int16_t> weights) const {
  for (std::size_t slot = 0; slot < channels_.size(); ++slot) {
    const std::size_t block = slot / rows_;
    const std::uint8_t* from =
        packed_.data() + packed_blocks_[block] + slot % rows_ * row_bytes(block);
    std::int16_t* to = weights.subspan(channels_[slot] * elements_, elements_).data();
    for (std::size_t g = 0; g < groups_; ++g) {
      const std::uint8_t byte = metadata_[slot * groups_ + g];
      std::int8_t values[machine_group];
      unpack_group(from, byte >> 6, width(block, g), values);
      from += width(block, g) * machine_column_bytes;
      const int constant = addend(method_, constant_of(method_, byte));
      const std::size_t first = g * machine_group;
      for (std::size_t i = 0; i < std::min(machine_group, elements_ - first); ++i) {
        to[first + i] = static_cast<std::int16_t>(values[i] + constant);
      }
    }
  }
}

}  // namespace lacuna::sparse
