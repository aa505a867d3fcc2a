// SPDX-License-Identifier: Apache-2.0
#include "baselines/ant/weight_packer.h"

#include <algorithm>

#include <fmt/format.h>

#include "baselines/ant/pe.h"
#include "core/error.h"
#include "engine/dense_rows.h"
#include "sparse/bit_string.h"
#include "sparse/weight_order.h"

namespace lacuna::baselines {
namespace {}  // namespace

AntPacker::AntPacker(unsigned rows, const workload::LayerShape& shape, const Tensor& weights,
                     const sparse::AdaptiveOptions& options)
    : rows_(rows), bits_(options.bits), shape_(shape), tensor_shape_(weights.shape()) {
  const sparse::WeightDimensions dimensions = sparse::weight_dimensions(weights.shape());
  if (dimensions.channels != shape.out_channels || dimensions.reduction() != shape.reduction()) {
    throw input_error(
        {}, fmt::format("weights {} do not fit a layer of {} channels with {} elements each",
                        to_text(weights.shape()), shape.out_channels, shape.reduction()));
  }
  encoded_ = sparse::encode_adaptive(sparse::channels_last(weights), shape.reduction(), options);
}

std::uint32_t AntPacker::elements(std::uint32_t first_group, std::uint32_t groups) const {
  const std::uint64_t first = std::uint64_t{first_group} * engine::reduction_group;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(
      std::uint64_t{groups} * engine::reduction_group, shape_.reduction() - first));
}

std::uint64_t AntPacker::row_bytes(std::uint32_t elements) const {
  return engine::whole_words((std::uint64_t{elements} * bits_ + 7) / 8);
}

std::uint64_t AntPacker::weights_bytes(std::uint32_t /*conv_group*/, std::uint32_t /*first_block*/,
                                       std::uint32_t blocks, std::uint32_t first_group,
                                       std::uint32_t groups) const {
  return std::uint64_t{blocks} * rows_ * row_bytes(elements(first_group, groups));
}

std::uint64_t AntPacker::metadata_bytes(std::uint32_t /*conv_group*/, std::uint32_t /*first_block*/,
                                        std::uint32_t blocks, std::uint32_t /*first_group*/,
                                        std::uint32_t /*groups*/) const {
  return engine::whole_words(std::uint64_t{blocks} * rows_);
}

std::uint64_t AntPacker::compute_cycles(std::uint32_t /*conv_group*/, std::uint32_t /*block*/,
                                        std::uint32_t first_group, std::uint32_t groups) const {
  const std::uint64_t passes = (elements(first_group, groups) + ant_lanes - 1) / ant_lanes;
  return passes * bits_;
}

engine::PackedTiles AntPacker::pack(const engine::Mapping& mapping) const {
  engine::PackedTiles packed;
  engine::for_each_weight_part(shape_, mapping, rows_,
                               [&](const engine::WeightPart& part) { add_tile(part, packed); });
  return packed;
}

void AntPacker::add_tile(const engine::WeightPart& part, engine::PackedTiles& packed) const {
  const std::size_t slots = std::size_t{(part.channels + rows_ - 1) / rows_} * rows_;
  std::vector<std::uint8_t> bytes;
  std::vector<std::uint8_t> formats;
  for (std::size_t row = 0; row < part.channels; ++row) {
    const std::size_t channel = part.first_channel + row;
    const std::uint8_t* codes =
        encoded_.codes.data() + channel * shape_.reduction() + part.first_element;
    sparse::BitWriter writer(bytes);
    for (std::uint32_t e = 0; e < part.elements; ++e) {
      writer.append(codes[e], bits_);
    }
    writer.finish();
    bytes.resize((row + 1) * row_bytes(part.elements), 0);
    formats.push_back(sparse::format_byte(encoded_.formats[channel]));
  }
  bytes.resize(slots * row_bytes(part.elements), 0);
  formats.resize(engine::whole_words(slots), 0);
  packed.add(bytes, formats);
}

Tensor AntPacker::decoded_weights() const {
  const std::vector<std::int16_t> wide(encoded_.decoded.begin(), encoded_.decoded.end());
  return sparse::channels_first(wide, tensor_shape_);
}

}  // namespace lacuna::baselines
