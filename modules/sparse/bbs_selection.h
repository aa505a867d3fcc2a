// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/span.h"

namespace lacuna::sparse {

/// Whose channels compete for staying dense.
enum class SelectionScope : std::uint8_t {
  model,  ///< all channels of all layers, as BBS Algorithm 2 prints it
  layer,  ///< the channels of each layer among themselves: every layer keeps the same share
};

/// Which channels keep all their bit columns [BBS §III-C, Algorithm 2].
struct SelectionParams {
  double beta = 0.2;  ///< share of the channels that is sensitive: 0..1
  /// A layer's sensitive channels are rounded up to this, so that they fill blocks of array rows.
  std::uint32_t multiple = 32;
  SelectionScope scope = SelectionScope::model;
};

/// The channels of one layer.
struct LayerScales {
  std::string name;          ///< stands in messages
  Span<const float> scales;  ///< quantization step of each output channel: finite, not negative
};

/// What becomes of the channels of one layer.
struct ChannelSelection {
  std::vector<std::uint8_t> sensitive;  ///< per channel: 1 keeps eight columns, 0 is pruned
  std::uint32_t sensitive_count = 0;

  /// Original indices of channels [first, first + count): the sensitive ones, then the pruned ones,
  /// each ascending.
  std::vector<std::uint32_t> order(std::uint32_t first, std::uint32_t count) const;
  /// Sensitive ones among channels [first, first + count).
  std::uint32_t sensitive_in(std::uint32_t first, std::uint32_t count) const;
};

/// Chooses the sensitive channels of every layer. Larger scales first; of equal ones the lower
/// layer, then the lower channel. Over the model floor(beta * channels) are taken, and decide only
/// how many each layer keeps; within a layer (scope: layer) ceil(beta * channels). Each layer's
/// number is rounded up to a multiple, and at most all its channels; a layer without any stays
/// without.
/// @throws Error (bad_input) on a scale that is negative, infinite or not a number, or a parameter
/// out of range
std::vector<ChannelSelection> select_channels(Span<const LayerScales> layers,
                                              const SelectionParams& params);

}  // namespace lacuna::sparse
