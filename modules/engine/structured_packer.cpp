// SPDX-License-Identifier: Apache-2.0
#include "engine/structured_packer.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/error.h"
#include "engine/dense_rows.h"
#include "engine/placement.h"
#include "engine/structured_tile.h"
#include "sparse/hss_row.h"
#include "sparse/weight_order.h"

namespace lacuna::engine {

StructuredPacker::StructuredPacker(const sparse::HssFormat& format, unsigned rows, unsigned slots,
                                   PassPace pace, const workload::LayerShape& shape,
                                   const Tensor& weights)
    : format_(format),
      rows_(rows),
      windows_(pace.lanes / slots),
      cycles_(pace.cycles),
      shape_(shape),
      tensor_shape_(weights.shape()) {
  const sparse::WeightDimensions dimensions = sparse::weight_dimensions(weights.shape());
  if (dimensions.channels != shape.out_channels || dimensions.reduction() != shape.reduction()) {
    throw input_error({},
                      fmt::format("weights {} do not fit a layer of {} channels with {} "
                                  "elements each",
                                  to_text(weights.shape()), shape.out_channels, shape.reduction()));
  }
  weights_ = sparse::channels_last(weights);
  std::vector<std::int8_t> pruned(shape.reduction());
  for (std::size_t channel = 0; channel < shape.out_channels; ++channel) {
    const Span<std::int8_t> row =
        Span<std::int8_t>(weights_).subspan(channel * pruned.size(), pruned.size());
    sparse::decode_hss(sparse::compress_hss(row, format_), format_, pruned);
    for (std::size_t i = 0; i < pruned.size(); ++i) {
      const int error = int{row[i]} - int{pruned[i]};
      squared_error_ += static_cast<std::uint64_t>(error * error);
      row[i] = pruned[i];
    }
  }
}

std::uint32_t StructuredPacker::elements(std::uint32_t first_group, std::uint32_t groups) const {
  const std::uint64_t first = std::uint64_t{first_group} * reduction_group;
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(std::uint64_t{groups} * reduction_group, shape_.reduction() - first));
}

std::uint64_t StructuredPacker::weights_bytes(std::uint32_t /*conv_group*/,
                                              std::uint32_t /*first_block*/, std::uint32_t blocks,
                                              std::uint32_t first_group,
                                              std::uint32_t groups) const {
  const StructuredLayout layout =
      structured_layout(format_, first_group * reduction_group, elements(first_group, groups));
  return std::uint64_t{blocks} * rows_ * layout.value_row_bytes;
}

std::uint64_t StructuredPacker::metadata_bytes(std::uint32_t /*conv_group*/,
                                               std::uint32_t /*first_block*/, std::uint32_t blocks,
                                               std::uint32_t first_group,
                                               std::uint32_t groups) const {
  const StructuredLayout layout =
      structured_layout(format_, first_group * reduction_group, elements(first_group, groups));
  return structured_header_bytes + std::uint64_t{blocks} * rows_ * layout.index_row_bytes;
}

std::uint64_t StructuredPacker::compute_cycles(std::uint32_t /*conv_group*/,
                                               std::uint32_t /*block*/, std::uint32_t first_group,
                                               std::uint32_t groups) const {
  const StructuredLayout layout =
      structured_layout(format_, first_group * reduction_group, elements(first_group, groups));
  return std::uint64_t{structured_passes(layout, windows_)} * cycles_;
}

PackedTiles StructuredPacker::pack(const Mapping& mapping) const {
  PackedTiles packed;
  for_each_weight_part(shape_, mapping, rows_,
                       [&](const WeightPart& part) { add_tile(part, packed); });
  return packed;
}

void StructuredPacker::add_tile(const WeightPart& part, PackedTiles& packed) const {
  const StructuredLayout layout = structured_layout(format_, part.first_element, part.elements);
  const std::size_t slots = std::size_t{(part.channels + rows_ - 1) / rows_} * rows_;
  std::vector<std::uint8_t> values(slots * layout.value_row_bytes, 0);
  std::vector<std::uint8_t> indices(structured_header_bytes + slots * layout.index_row_bytes, 0);
  const std::array<unsigned, 4> header = {format_.blocks.kept, format_.blocks.of,
                                          format_.values.kept, format_.values.of};
  std::copy(header.begin(), header.end(), indices.begin());
  std::vector<std::int8_t> row(layout.phase + part.elements, 0);
  for (std::size_t i = 0; i < part.channels; ++i) {
    const std::int8_t* from =
        weights_.data() + (part.first_channel + i) * shape_.reduction() + part.first_element;
    std::copy(from, from + part.elements, row.begin() + layout.phase);
    const sparse::HssRow compressed = sparse::compress_hss(row, format_);
    const std::vector<std::uint8_t> bits = sparse::pack_hss_indices(compressed, format_);
    std::copy(compressed.values.begin(), compressed.values.end(),
              values.data() + i * layout.value_row_bytes);
    std::copy(bits.begin(), bits.end(),
              indices.data() + structured_header_bytes + i * layout.index_row_bytes);
  }
  packed.add(values, indices);
}

Tensor StructuredPacker::decoded_weights() const {
  const std::vector<std::int16_t> wide(weights_.begin(), weights_.end());
  return sparse::channels_first(wide, tensor_shape_);
}

PreparedLayer prepare_structured(const workload::Layer& layer, const Tensor& weights,
                                 const MapperLimits& limits, const sparse::HssFormat& format,
                                 unsigned slots, PassPace pace, AddressAllocator& memory) {
  if (layer.weight_storage != workload::WeightStorage::offline || format.dense()) {
    return prepare_dense_rows(layer, weights, limits, pace, memory);
  }
  const StructuredPacker packer(format, limits.array_rows, slots, pace, layer.shape, weights);
  PreparedLayer prepared;
  map_job(layer.shape, limits, packer, prepared.job);
  prepared.channel_order = natural_channel_order(layer.shape, limits.array_rows);
  prepared.decoded_weights = packer.decoded_weights();
  prepared.squared_error = packer.squared_error();
  place_tiles(packer.pack(prepared.job.mapping), memory, prepared);
  return prepared;
}

}  // namespace lacuna::engine
