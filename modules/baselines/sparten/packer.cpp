// SPDX-License-Identifier: Apache-2.0
#include "baselines/sparten/packer.h"

#include <algorithm>

#include <fmt/format.h>

#include "baselines/sparten/chunk.h"
#include "core/error.h"
#include "engine/dense_rows.h"
#include "sparse/weight_order.h"

namespace lacuna::baselines {
namespace {

constexpr std::uint32_t group = engine::reduction_group;

}  // namespace

SpartenPacker::SpartenPacker(unsigned rows, unsigned chunk_floor, const workload::LayerShape& shape,
                             const Tensor& weights)
    : rows_(rows), chunk_floor_(chunk_floor), shape_(shape), tensor_shape_(weights.shape()) {
  const sparse::WeightDimensions dimensions = sparse::weight_dimensions(weights.shape());
  if (dimensions.channels != shape.out_channels || dimensions.reduction() != shape.reduction()) {
    throw input_error({},
                      fmt::format("weights {} do not fit a layer of {} channels with {} "
                                  "elements each",
                                  to_text(weights.shape()), shape.out_channels, shape.reduction()));
  }
  weights_ = sparse::channels_last(weights);
  const std::size_t elements = shape.reduction();
  groups_ = (elements + group - 1) / group;
  nonzero_before_.assign(shape.out_channels * (groups_ + 1), 0);
  for (std::size_t channel = 0; channel < shape.out_channels; ++channel) {
    std::uint32_t* before = nonzero_before_.data() + channel * (groups_ + 1);
    for (std::size_t g = 0; g < groups_; ++g) {
      const std::int8_t* first = weights_.data() + channel * elements + g * group;
      const std::size_t length = std::min<std::size_t>(group, elements - g * group);
      const auto zeros = std::count(first, first + length, std::int8_t{0});
      before[g + 1] =
          before[g] + static_cast<std::uint32_t>(length) - static_cast<std::uint32_t>(zeros);
    }
  }
}

std::uint32_t SpartenPacker::nonzero(std::size_t channel, std::uint32_t first_group,
                                     std::uint32_t groups) const {
  const std::uint32_t* before = nonzero_before_.data() + channel * (groups_ + 1);
  return before[std::min<std::size_t>(groups_, first_group + groups)] - before[first_group];
}

std::uint32_t SpartenPacker::chunks(std::uint32_t first_group, std::uint32_t groups) const {
  const std::uint32_t elements = std::min(groups * group, shape_.reduction() - first_group * group);
  return (elements + sparten_chunk - 1) / sparten_chunk;
}

std::uint64_t SpartenPacker::weights_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                                           std::uint32_t blocks, std::uint32_t first_group,
                                           std::uint32_t groups) const {
  const std::uint32_t channels = shape_.group_out_channels();
  const std::uint32_t last = std::min(channels, (first_block + blocks) * rows_);
  std::uint64_t bytes = 0;
  for (std::uint32_t channel = first_block * rows_; channel < last; ++channel) {
    bytes += engine::whole_words(
        nonzero(std::size_t{conv_group} * channels + channel, first_group, groups));
  }
  return std::max<std::uint64_t>(bytes, engine::row_alignment);
}

std::uint64_t SpartenPacker::metadata_bytes(std::uint32_t /*conv_group*/,
                                            std::uint32_t /*first_block*/, std::uint32_t blocks,
                                            std::uint32_t first_group, std::uint32_t groups) const {
  return std::uint64_t{blocks} * rows_ * chunks(first_group, groups) * sparten_mask_bytes;
}

std::uint64_t SpartenPacker::compute_cycles(std::uint32_t conv_group, std::uint32_t block,
                                            std::uint32_t first_group, std::uint32_t groups) const {
  const std::uint32_t channels = shape_.group_out_channels();
  const std::uint32_t last = std::min(channels, (block + 1) * rows_);
  std::uint64_t cycles = std::uint64_t{chunks(first_group, groups)} * chunk_floor_;
  for (std::uint32_t channel = block * rows_; channel < last; ++channel) {
    cycles = std::max<std::uint64_t>(
        cycles, nonzero(std::size_t{conv_group} * channels + channel, first_group, groups));
  }
  return cycles;
}

engine::PackedTiles SpartenPacker::pack(const engine::Mapping& mapping) const {
  engine::PackedTiles packed;
  engine::for_each_weight_part(shape_, mapping, rows_,
                               [&](const engine::WeightPart& part) { add_tile(part, packed); });
  return packed;
}

void SpartenPacker::add_tile(const engine::WeightPart& part, engine::PackedTiles& packed) const {
  const std::size_t slots = (part.channels + rows_ - 1) / rows_ * std::size_t{rows_};
  const std::size_t row_masks =
      (part.elements + sparten_chunk - 1) / sparten_chunk * std::size_t{sparten_mask_bytes};
  std::vector<std::uint8_t> masks(slots * row_masks, 0);
  std::vector<std::uint8_t> values;
  for (std::uint32_t i = 0; i < part.channels; ++i) {
    const std::size_t channel = std::size_t{part.first_channel} + i;
    const std::int8_t* row = weights_.data() + channel * shape_.reduction() + part.first_element;
    for (std::uint32_t e = 0; e < part.elements; ++e) {
      if (row[e] != 0) {
        values.push_back(static_cast<std::uint8_t>(row[e]));
        std::uint8_t& byte = masks[i * row_masks + e / 8];
        byte = static_cast<std::uint8_t>(byte | 1u << e % 8);
      }
    }
    values.resize(engine::whole_words(values.size()), 0);
  }
  values.resize(std::max<std::size_t>(values.size(), engine::row_alignment), 0);
  packed.add(values, masks);
}

Tensor SpartenPacker::decoded_weights() const {
  const std::vector<std::int16_t> wide(weights_.begin(), weights_.end());
  return sparse::channels_first(wide, tensor_shape_);
}

}  // namespace lacuna::baselines
