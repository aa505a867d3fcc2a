// SPDX-License-Identifier: Apache-2.0
#include "engine/dense_rows.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"
#include "engine/placement.h"
#include "sparse/weight_order.h"

namespace lacuna::engine {
namespace {

std::uint64_t row_bytes(std::uint32_t elements) {
  return (std::uint64_t{elements} + row_alignment - 1) / row_alignment * row_alignment;
}

}  // namespace

DenseRowPacker::DenseRowPacker(unsigned rows, const workload::LayerShape& shape,
                               const Tensor& weights)
    : shape_(shape), tensor_shape_(weights.shape()), rows_(rows) {
  const sparse::WeightDimensions dimensions = sparse::weight_dimensions(weights.shape());
  if (dimensions.channels != shape.out_channels || dimensions.reduction() != shape.reduction()) {
    throw input_error(
        {}, fmt::format("weights {} do not fit a layer of {} channels with {} "
                        "elements each",
                        core::to_text(weights.shape()), shape.out_channels, shape.reduction()));
  }
  weights_ = sparse::channels_last(weights);
}

std::uint32_t DenseRowFootprint::elements(std::uint32_t first_group, std::uint32_t groups) const {
  const std::uint64_t first = std::uint64_t{first_group} * reduction_group;
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(std::uint64_t{groups} * reduction_group, shape_.reduction() - first));
}

std::uint64_t DenseRowFootprint::weights_bytes(std::uint32_t /*conv_group*/,
                                               std::uint32_t /*first_block*/, std::uint32_t blocks,
                                               std::uint32_t first_group,
                                               std::uint32_t groups) const {
  return std::uint64_t{blocks} * rows_ * row_bytes(elements(first_group, groups));
}

std::uint64_t DenseRowFootprint::metadata_bytes(std::uint32_t, std::uint32_t, std::uint32_t,
                                                std::uint32_t, std::uint32_t) const {
  return 0;
}

std::uint64_t DenseRowFootprint::compute_cycles(std::uint32_t, std::uint32_t,
                                                std::uint32_t first_group,
                                                std::uint32_t groups) const {
  const std::uint64_t passes = (elements(first_group, groups) + pace_.lanes - 1) / pace_.lanes;
  return passes * pace_.cycles;
}

PackedTiles DenseRowPacker::pack(const Mapping& mapping) const {
  PackedTiles packed;
  for_each_weight_part(shape_, mapping, rows_,
                       [&](const WeightPart& part) { packed.add(encode(part), {}); });
  return packed;
}

std::vector<std::uint8_t> DenseRowPacker::encode(const WeightPart& part) const {
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

Tensor DenseRowPacker::decoded_weights() const {
  const std::vector<std::int16_t> wide(weights_.begin(), weights_.end());
  return sparse::channels_first(wide, tensor_shape_);
}

PreparedLayer prepare_dense_rows(const workload::Layer& layer, const Tensor& weights,
                                 const MapperLimits& limits, PassPace pace,
                                 AddressAllocator& memory) {
  const DenseRowFootprint footprint(limits.array_rows, layer.shape, pace);
  if (layer.weight_storage != workload::WeightStorage::offline) {
    return prepare_dynamic(layer, weights, limits, footprint);
  }
  const DenseRowPacker packer(limits.array_rows, layer.shape, weights);
  PreparedLayer prepared;
  map_job(layer.shape, limits, footprint, prepared.job);
  prepared.channel_order = natural_channel_order(layer.shape, limits.array_rows);
  prepared.decoded_weights = packer.decoded_weights();
  place_tiles(packer.pack(prepared.job.mapping), memory, prepared);
  return prepared;
}

ChannelRows::ChannelRows(const TileOperands& operands) {
  const TileStep& step = operands.geometry.step;
  const bool transposed = operands.weight_source == WeightSource::dynamic_transposed;
  const std::size_t alignment = operands.weight_source == WeightSource::stream ? row_alignment : 1;
  const Span<const std::int8_t> buffer(
      reinterpret_cast<const std::int8_t*>(operands.weights.data()), operands.weights.size());
  stride_ = (step.elements + alignment - 1) / alignment * alignment;
  if (!transposed && buffer.size() >= step.channels * stride_) {
    rows_ = buffer;
    return;
  }
  const std::size_t from_channel = transposed ? 1 : stride_;
  const std::size_t from_element = transposed ? step.channels : 1;
  copy_.resize(step.channels * stride_);
  for (std::size_t channel = 0; channel < step.channels; ++channel) {
    for (std::size_t e = 0; e < step.elements; ++e) {
      const std::size_t offset = channel * from_channel + e * from_element;
      copy_[channel * stride_ + e] = offset < buffer.size() ? buffer[offset] : 0;
    }
  }
  rows_ = copy_;
}

}  // namespace lacuna::engine
