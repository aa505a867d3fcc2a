// SPDX-License-Identifier: Apache-2.0
#include "baselines/stripes_packer.h"

#include <algorithm>

#include <fmt/format.h>

#include "baselines/stripes_options.h"
#include "baselines/stripes_pe.h"
#include "core/error.h"
#include "sparse/weight_order.h"

namespace lacuna::baselines {
namespace {

std::uint64_t row_bytes(std::uint32_t elements) {
  return (std::uint64_t{elements} + stripes_row_alignment - 1) / stripes_row_alignment *
         stripes_row_alignment;
}

}  // namespace

StripesPacker::StripesPacker(unsigned rows, const workload::LayerShape& shape,
                             const Tensor& weights)
    : shape_(shape), tensor_shape_(weights.shape()), rows_(rows) {
  const sparse::WeightDimensions dimensions = sparse::weight_dimensions(weights.shape());
  if (dimensions.channels != shape.out_channels || dimensions.reduction() != shape.reduction()) {
    throw input_error({},
                      fmt::format("weights {} do not fit a layer of {} channels with {} "
                                  "elements each",
                                  to_text(weights.shape()), shape.out_channels, shape.reduction()));
  }
  if (shape.out_channels >= engine::no_channel) {
    throw input_error({}, fmt::format("{} output channels; an index counts up to {}",
                                      shape.out_channels, engine::no_channel - 1));
  }
  weights_ = sparse::channels_last(weights);
}

std::uint32_t StripesFootprint::elements(std::uint32_t first_group, std::uint32_t groups) const {
  const std::uint64_t first = std::uint64_t{first_group} * engine::reduction_group;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(
      std::uint64_t{groups} * engine::reduction_group, shape_.reduction() - first));
}

std::uint64_t StripesFootprint::weights_bytes(std::uint32_t /*conv_group*/,
                                              std::uint32_t /*first_block*/, std::uint32_t blocks,
                                              std::uint32_t first_group,
                                              std::uint32_t groups) const {
  return std::uint64_t{blocks} * rows_ * row_bytes(elements(first_group, groups));
}

std::uint64_t StripesFootprint::metadata_bytes(std::uint32_t, std::uint32_t, std::uint32_t,
                                               std::uint32_t, std::uint32_t) const {
  return 0;
}

std::uint64_t StripesFootprint::compute_cycles(std::uint32_t, std::uint32_t,
                                               std::uint32_t first_group,
                                               std::uint32_t groups) const {
  const std::uint64_t passes = (elements(first_group, groups) + stripes_lanes - 1) / stripes_lanes;
  return passes * stripes_weight_bits;
}

std::vector<std::uint16_t> StripesPacker::channel_order() const {
  std::vector<std::uint16_t> slots;
  const std::uint32_t channels = shape_.group_out_channels();
  const std::uint32_t slots_of_group = (channels + rows_ - 1) / rows_ * rows_;
  for (std::uint32_t group = 0; group < shape_.groups; ++group) {
    for (std::uint32_t slot = 0; slot < slots_of_group; ++slot) {
      slots.push_back(slot < channels ? static_cast<std::uint16_t>(group * channels + slot)
                                      : engine::no_channel);
    }
  }
  return slots;
}

engine::PackedTiles StripesPacker::pack(const engine::Mapping& mapping) const {
  engine::PackedTiles packed;
  const std::uint32_t channels = shape_.group_out_channels();
  const std::uint32_t elements = shape_.reduction();
  const std::uint32_t tile_rows = mapping.blocks_per_tile * rows_;
  const std::uint32_t chunk = mapping.groups_per_chunk * engine::reduction_group;
  for (std::uint32_t group = 0; group < shape_.groups; ++group) {
    for (std::uint32_t channel = 0; channel < channels; channel += tile_rows) {
      for (std::uint32_t element = 0; element < elements; element += chunk) {
        packed.add(encode({group * channels + channel, std::min(tile_rows, channels - channel),
                           element, std::min(chunk, elements - element)}),
                   {});
      }
    }
  }
  return packed;
}

std::vector<std::uint8_t> StripesPacker::encode(const Part& part) const {
  const std::uint64_t stride = row_bytes(part.elements);
  const std::uint32_t blocks = (part.channels + rows_ - 1) / rows_;
  std::vector<std::uint8_t> bytes(blocks * rows_ * stride, 0);
  for (std::uint32_t row = 0; row < part.channels; ++row) {
    const std::size_t channel = std::size_t{part.first_channel} + row;
    const std::int8_t* from = weights_.data() + channel * shape_.reduction() + part.first_element;
    std::copy(from, from + part.elements, bytes.data() + row * stride);
  }
  return bytes;
}

Tensor StripesPacker::decoded_weights() const {
  const std::vector<std::int16_t> wide(weights_.begin(), weights_.end());
  return sparse::channels_first(wide, tensor_shape_);
}

}  // namespace lacuna::baselines
