// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/mapping.h"
#include "workload/layer_shape.h"

namespace lacuna::engine {

/// The weights of one tile: channels, and elements of their reduction.
struct WeightPart {
  std::uint32_t first_channel = 0;  ///< of the layer
  std::uint32_t channels = 0;
  std::uint32_t first_element = 0;
  std::uint32_t elements = 0;
};

/// Visits the parts of a layer's weights in the order of PackedTiles: convolution group, channel tile, chunk.
/// @param rows channels of one block
template <class Visit>
void for_each_weight_part(const workload::LayerShape& shape, const Mapping& mapping,
                          std::uint32_t rows, Visit visit) {
  const std::uint32_t channels = shape.group_out_channels();
  const std::uint32_t elements = shape.reduction();
  const std::uint32_t tile_rows = mapping.blocks_per_tile * rows;
  const std::uint32_t chunk = mapping.groups_per_chunk * reduction_group;
  for (std::uint32_t group = 0; group < shape.groups; ++group) {
    for (std::uint32_t channel = 0; channel < channels; channel += tile_rows) {
      for (std::uint32_t element = 0; element < elements; element += chunk) {
        visit(WeightPart{group * channels + channel, std::min(tile_rows, channels - channel),
                         element, std::min(chunk, elements - element)});
      }
    }
  }
}

}  // namespace lacuna::engine
