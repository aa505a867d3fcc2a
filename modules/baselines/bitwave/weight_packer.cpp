// SPDX-License-Identifier: Apache-2.0
#include "baselines/bitwave/weight_packer.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"
#include "engine/dense_rows.h"
#include "sparse/weight_order.h"

namespace lacuna::baselines {
namespace {

constexpr std::uint32_t weights_of_group = 8;

/// Cycles of one PE for a group, by its index.
std::uint8_t group_cycles(std::uint8_t index, SignColumn sign) {
  const int magnitude = __builtin_popcount(index & 0x7Fu);
  const int negative = index >> 7;
  switch (sign) {
    case SignColumn::beside:
      return static_cast<std::uint8_t>(magnitude);
    case SignColumn::serial:
      return static_cast<std::uint8_t>(magnitude + negative);
    case SignColumn::minus_one:
      break;
  }
  return static_cast<std::uint8_t>(std::max(magnitude + negative - 1, std::min(magnitude, 1)));
}

}  // namespace

BitwaveWeights::BitwaveWeights(const workload::LayerShape& shape, const Tensor& weights,
                               const sparse::BitFlip& flip)
    : shape_(shape),
      tensor_shape_(weights.shape()),
      groups_((shape.reduction() + weights_of_group - 1) / weights_of_group) {
  const sparse::WeightDimensions dimensions = sparse::weight_dimensions(weights.shape());
  if (dimensions.channels != shape.out_channels || dimensions.reduction() != shape.reduction()) {
    throw input_error(
        {}, fmt::format("weights {} do not fit a layer of {} channels with {} elements each",
                        to_text(weights.shape()), shape.out_channels, shape.reduction()));
  }
  const std::vector<std::int8_t> original = sparse::channels_last(weights);
  weights_ = original;
  sparse::flip_bits(weights_, shape.reduction(), flip);
  for (std::size_t i = 0; i < original.size(); ++i) {
    const int error = int{original[i]} - int{weights_[i]};
    squared_error_ += static_cast<std::uint64_t>(error * error);
  }
  indices_.reserve(std::size_t{shape.out_channels} * groups_);
  for (std::size_t channel = 0; channel < weights_.size(); channel += shape.reduction()) {
    for (std::uint32_t e = 0; e < shape.reduction(); e += weights_of_group) {
      const std::uint32_t count = std::min(weights_of_group, shape.reduction() - e);
      indices_.push_back(
          sparse::used_columns(Span<const std::int8_t>(weights_).subspan(channel + e, count)));
    }
  }
}

Tensor BitwaveWeights::decoded() const {
  const std::vector<std::int16_t> wide(weights_.begin(), weights_.end());
  return sparse::channels_first(wide, tensor_shape_);
}

BitwavePacker::BitwavePacker(const BitwaveWeights& weights, const ArrayShape& array,
                             SignColumn sign)
    : weights_(weights), array_(array), sign_(sign) {
  const workload::LayerShape& shape = weights.shape();
  blocks_ = (shape.group_out_channels() + array.rows - 1) / array.rows;
  reduction_groups_ = (shape.reduction() + engine::reduction_group - 1) / engine::reduction_group;
  sums_.reserve(std::size_t{shape.groups} * blocks_ * (reduction_groups_ + 1));
  for (std::uint32_t group = 0; group < shape.groups; ++group) {
    for (std::uint32_t block = 0; block < blocks_; ++block) {
      add_block(rows_of(group, block));
    }
  }
}

std::uint32_t BitwavePacker::eights(std::uint32_t group) const {
  return std::min(group * (engine::reduction_group / weights_of_group), weights_.groups());
}

BitwavePacker::Rows BitwavePacker::rows_of(std::uint32_t conv_group, std::uint32_t block) const {
  const std::uint32_t channels = weights_.shape().group_out_channels();
  const std::uint32_t first = block * array_.rows;
  return {conv_group * channels + first, std::min(array_.rows, channels - first)};
}

void BitwavePacker::add_block(const Rows& rows) {
  std::vector<std::uint8_t> most(weights_.groups(), 0);
  std::vector<std::uint32_t> columns(weights_.groups(), 0);
  for (std::uint32_t row = 0; row < rows.count; ++row) {
    const std::uint8_t* index = weights_.indices(rows.first + row);
    for (std::uint32_t i = 0; i < weights_.groups(); ++i) {
      most[i] = std::max(most[i], group_cycles(index[i], sign_));
      columns[i] += static_cast<unsigned>(__builtin_popcount(index[i]));
    }
  }
  const std::uint32_t pass = array_.elements / weights_of_group;
  Sums sum;
  for (std::uint32_t group = 0; group < reduction_groups_; ++group) {
    sums_.push_back(sum);
    std::uint64_t cycles = 0;
    for (std::uint32_t i = eights(group); i < eights(group + 1); i += pass) {
      const auto first = most.begin() + i;
      const auto last = most.begin() + std::min(i + pass, eights(group + 1));
      cycles += std::max<std::uint64_t>(1, *std::max_element(first, last));
    }
    for (std::uint32_t i = eights(group); i < eights(group + 1); ++i) {
      sum.columns += columns[i];
    }
    if (array_.elements > engine::reduction_group) {
      sums_.back().cycles = cycles;
    } else {
      sum.cycles += cycles;
    }
  }
  sums_.push_back(sum);
}

const BitwavePacker::Sums& BitwavePacker::sums(std::uint32_t conv_group, std::uint32_t block,
                                               std::uint32_t group) const {
  return sums_[(std::size_t{conv_group} * blocks_ + block) * (reduction_groups_ + 1) + group];
}

std::uint64_t BitwavePacker::weights_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                                           std::uint32_t blocks, std::uint32_t first_group,
                                           std::uint32_t groups) const {
  std::uint64_t bytes = 0;
  for (std::uint32_t block = first_block; block < first_block + blocks; ++block) {
    bytes += engine::whole_words(sums(conv_group, block, first_group + groups).columns -
                                 sums(conv_group, block, first_group).columns);
  }
  return bytes;
}

std::uint64_t BitwavePacker::metadata_bytes(std::uint32_t /*conv_group*/,
                                            std::uint32_t /*first_block*/, std::uint32_t blocks,
                                            std::uint32_t first_group, std::uint32_t groups) const {
  const std::uint32_t indices = eights(first_group + groups) - eights(first_group);
  return blocks * engine::whole_words(std::uint64_t{array_.rows} * indices);
}

std::uint64_t BitwavePacker::compute_cycles(std::uint32_t conv_group, std::uint32_t block,
                                            std::uint32_t first_group, std::uint32_t groups) const {
  if (array_.elements <= engine::reduction_group) {
    return sums(conv_group, block, first_group + groups).cycles -
           sums(conv_group, block, first_group).cycles;
  }
  const std::uint32_t pass = array_.elements / engine::reduction_group;
  std::uint64_t cycles = 0;
  for (std::uint32_t group = 0; group < groups; group += pass) {
    std::uint64_t most = 0;
    for (std::uint32_t i = group; i < std::min(group + pass, groups); ++i) {
      most = std::max(most, sums(conv_group, block, first_group + i).cycles);
    }
    cycles += most;
  }
  return cycles;
}

engine::PackedTiles BitwavePacker::pack(const engine::Mapping& mapping) const {
  engine::PackedTiles packed;
  for (std::uint32_t group = 0; group < weights_.shape().groups; ++group) {
    for (std::uint32_t block = 0; block < blocks_; block += mapping.blocks_per_tile) {
      for (std::uint32_t chunk = 0; chunk < reduction_groups_; chunk += mapping.groups_per_chunk) {
        const std::uint32_t first = eights(chunk);
        const std::uint32_t count =
            eights(std::min(chunk + mapping.groups_per_chunk, reduction_groups_)) - first;
        std::vector<std::uint8_t> bytes;
        std::vector<std::uint8_t> indices;
        for (std::uint32_t b = block; b < std::min(block + mapping.blocks_per_tile, blocks_); ++b) {
          encode(rows_of(group, b), first, count, bytes, indices);
        }
        packed.add(bytes, indices);
      }
    }
  }
  return packed;
}

void BitwavePacker::encode(const Rows& rows, std::uint32_t first, std::uint32_t count,
                           std::vector<std::uint8_t>& bytes,
                           std::vector<std::uint8_t>& indices) const {
  const std::uint32_t reduction = weights_.shape().reduction();
  for (std::uint32_t row = 0; row < rows.count; ++row) {
    const std::uint8_t* index = weights_.indices(rows.first + row);
    const std::int8_t* weights = weights_.channel(rows.first + row);
    for (std::uint32_t i = first; i < first + count; ++i) {
      indices.push_back(index[i]);
      const std::uint32_t element = i * weights_of_group;
      const std::uint32_t count_here = std::min(weights_of_group, reduction - element);
      sparse::append_columns({weights + element, count_here}, index[i], bytes);
    }
  }
  indices.resize(indices.size() + std::size_t{array_.rows - rows.count} * count, 0);
  indices.resize(engine::whole_words(indices.size()), 0);
  bytes.resize(engine::whole_words(bytes.size()), 0);
}

}  // namespace lacuna::baselines
