// SPDX-License-Identifier: Apache-2.0
#include "sparsynergy/weight_packer.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"
#include "engine/weight_part.h"
#include "sparse/bit_string.h"
#include "sparse/unified_tensor.h"
#include "sparse/weight_order.h"
#include "sparsynergy/tile_layout.h"

namespace lacuna::sparsynergy {
namespace {

using sparse::UnifiedFormat;
using sparse::UnifiedTensor;
using sparse::UnifiedVector;

std::vector<std::uint8_t> data_of(const UnifiedTensor& tensor, const TileLayout& layout) {
  std::vector<std::uint8_t> bytes;
  bytes.reserve(layout.weights_bytes());
  for (const UnifiedVector& vector : tensor.vectors) {
    bytes.push_back(vector.sign);
    bytes.insert(bytes.end(), vector.column.begin(),
                 vector.column.begin() + tensor.format.stored_columns());
  }
  bytes.resize(layout.weights_bytes());
  return bytes;
}

std::vector<std::uint8_t> metadata_of(const UnifiedTensor& tensor, const TileLayout& layout) {
  const UnifiedFormat& format = tensor.format;
  std::vector<std::uint8_t> bytes = {static_cast<std::uint8_t>(format.vectors),
                                     static_cast<std::uint8_t>(format.window),
                                     static_cast<std::uint8_t>(format.columns), 0};
  sparse::BitWriter bits(bytes);
  if (format.vectors != UnifiedFormat::vector_group) {
    for (const sparse::VectorPlace& place : tensor.places) {
      bits.append(place.row, 3);
    }
    bits.finish();
  }
  if (format.window != UnifiedFormat::kept_values) {
    for (const UnifiedVector& vector : tensor.vectors) {
      for (const std::uint8_t index : vector.index) {
        bits.append(index, 2);
      }
    }
  }
  if (!format.dense_columns()) {
    for (const UnifiedVector& vector : tensor.vectors) {
      for (unsigned column = 0; column < format.columns; ++column) {
        bits.append(vector.significance[column], 3);
      }
    }
    bits.finish();
  }
  bytes.resize(layout.metadata_bytes());
  return bytes;
}

/// A layer's weights, channel by channel, and what their encoded tiles stand for.
class LayerPacker {
 public:
  LayerPacker(const UnifiedFormat& format, sparse::UnifiedRounding rounding,
              const workload::LayerShape& shape, const Tensor& weights)
      : format_(format),
        rounding_(rounding),
        reduction_(shape.reduction()),
        weights_(sparse::channels_last(weights)),
        decoded_(weights_.size()) {}

  void add(const engine::WeightPart& part, engine::PackedTiles& tiles) {
    const std::uint32_t elements = part.elements;
    std::vector<std::int8_t> values(std::size_t{part.channels} * elements);
    for (std::size_t row = 0; row < part.channels; ++row) {
      const std::size_t from = (part.first_channel + row) * reduction_ + part.first_element;
      std::copy_n(weights_.data() + from, elements, values.data() + row * elements);
    }
    const UnifiedTensor tensor =
        sparse::compress_unified(values, part.channels, format_, rounding_);
    const TileLayout layout(format_, part.channels, elements);
    tiles.add(data_of(tensor, layout), metadata_of(tensor, layout));
    const std::vector<std::int8_t> promised = sparse::decode_unified(tensor);
    for (std::size_t row = 0; row < part.channels; ++row) {
      const std::size_t to = (part.first_channel + row) * reduction_ + part.first_element;
      std::copy_n(promised.data() + row * elements, elements, decoded_.data() + to);
    }
  }

  std::uint64_t squared_error() const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      const int error = decoded_[i] - weights_[i];
      sum += static_cast<std::uint64_t>(error * error);
    }
    return sum;
  }
  const std::vector<std::int16_t>& decoded() const { return decoded_; }

 private:
  UnifiedFormat format_;
  sparse::UnifiedRounding rounding_;
  std::size_t reduction_;
  std::vector<std::int8_t> weights_;   // [N, elements]
  std::vector<std::int16_t> decoded_;  // the same
};

}  // namespace

std::uint32_t UnifiedFootprint::channels(std::uint32_t first_block, std::uint32_t blocks) const {
  return std::min(blocks * rows_, shape_.group_out_channels() - first_block * rows_);
}

std::uint32_t UnifiedFootprint::elements(std::uint32_t first_group, std::uint32_t groups) const {
  const std::uint64_t first = std::uint64_t{first_group} * engine::reduction_group;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(
      std::uint64_t{groups} * engine::reduction_group, shape_.reduction() - first));
}

std::uint64_t UnifiedFootprint::weights_bytes(std::uint32_t /*conv_group*/,
                                              std::uint32_t first_block, std::uint32_t blocks,
                                              std::uint32_t first_group,
                                              std::uint32_t groups) const {
  return TileLayout(format_, channels(first_block, blocks), elements(first_group, groups))
      .weights_bytes();
}

std::uint64_t UnifiedFootprint::metadata_bytes(std::uint32_t /*conv_group*/,
                                               std::uint32_t first_block, std::uint32_t blocks,
                                               std::uint32_t first_group,
                                               std::uint32_t groups) const {
  return TileLayout(format_, channels(first_block, blocks), elements(first_group, groups))
      .metadata_bytes();
}

std::uint64_t UnifiedFootprint::compute_cycles(std::uint32_t /*conv_group*/, std::uint32_t block,
                                               std::uint32_t first_group,
                                               std::uint32_t groups) const {
  const TileLayout layout(format_, channels(block, 1), elements(first_group, groups));
  const std::uint64_t loads = format_.dense_columns() ? 2 : 1;
  return std::uint64_t{layout.segments()} * layout.kept(0) * loads * feed_interval_;
}

PackedLayer pack_layer(const UnifiedFormat& format, sparse::UnifiedRounding rounding,
                       const workload::LayerShape& shape, const Tensor& weights,
                       const engine::Mapping& mapping) {
  const sparse::WeightDimensions dimensions = sparse::weight_dimensions(weights.shape());
  if (dimensions.channels != shape.out_channels || dimensions.reduction() != shape.reduction()) {
    throw input_error({},
                      fmt::format("weights {} do not fit a layer of {} channels with {} "
                                  "elements each",
                                  to_text(weights.shape()), shape.out_channels, shape.reduction()));
  }
  LayerPacker packer(format, rounding, shape, weights);
  PackedLayer packed;
  engine::for_each_weight_part(
      shape, mapping, mapping.array_rows,
      [&](const engine::WeightPart& part) { packer.add(part, packed.tiles); });
  packed.decoded = sparse::channels_first(packer.decoded(), weights.shape());
  packed.squared_error = packer.squared_error();
  return packed;
}

}  // namespace lacuna::sparsynergy
