// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/span.h"
#include "engine/mapping.h"
#include "workload/layer_shape.h"

namespace lacuna::engine {

enum class OutputType : std::uint8_t { int8, uint8, int16, int32 };
std::uint32_t size_of(OutputType type);

/// Where weights of a job come from.
enum class WeightSource : std::uint8_t {
  stream,              ///< packed offline, tile by tile, by the accelerator's encoder
  dynamic,             ///< int8 activations computed at run time: rows [channels, elements]
  dynamic_transposed,  ///< the same, stored [elements, channels]; the transposer turns them
};

/// One layer's job, as the driver writes it into memory and the controller reads it back.
struct JobDescriptor {
  workload::LayerShape shape;
  Mapping mapping;
  OutputType output = OutputType::int32;
  bool relu = false;
  bool requantize = false;  ///< multiply-shift by channel; otherwise bias only (int32)
  bool signed_activations = false;
  bool reduced_activations =
      false;  ///< uint8 ones take part with fewer bits, as the machine does it
  bool reordered_channels = false;   ///< the channel index buffer holds original indices; otherwise
                                     ///< tile order is channel order
  bool activations_on_chip = false;  ///< in the activation buffer already: loads take no time
  bool outputs_on_chip = false;      ///< stay there for the next layer: stores do not go to memory
  /// Within a step sums of parts of the reduction meet in the output buffer, which holds them as int32.
  bool sums_in_buffer = false;
  WeightSource weight_source = WeightSource::stream;
  std::uint64_t activations_address = 0;  ///< [batch, height, width, channels]
  std::uint64_t outputs_address = 0;      ///< [batch, out height, out width, out channels]
  std::uint64_t tile_table_address =
      0;  ///< WeightTileEntry per (convolution group, channel tile, chunk)
  std::uint64_t channel_index_address =
      0;  ///< uint16 per channel slot (convolution group, block, row)
  std::uint64_t channel_scale_address = 0;  ///< ChannelScale per channel slot
  std::uint64_t weights_address = 0;        ///< of dynamic weights
  std::uint32_t weights_row_stride = 0;     ///< bytes between rows of dynamic weights
  std::uint32_t weights_group_stride = 0;   ///< bytes between convolution groups of dynamic weights
  std::uint32_t first_job = 0;              ///< opaque number of the layer, for messages
};

/// Bytes of a descriptor in memory; fields are little-endian words in the order of
/// doc/registers.md.
inline constexpr std::size_t job_descriptor_bytes = 256;
std::array<std::uint8_t, job_descriptor_bytes> serialize(const JobDescriptor& job);
/// @throws Error (stuck) on a bad magic number or an impossible field
JobDescriptor parse_job(Span<const std::uint8_t> bytes);

/// Where one weight tile lies in memory.
struct WeightTileEntry {
  std::uint64_t weights_address = 0;
  std::uint32_t weights_bytes = 0;
  std::uint32_t metadata_bytes = 0;
  std::uint64_t metadata_address = 0;
};
inline constexpr std::size_t weight_tile_entry_bytes = 24;
void serialize(const WeightTileEntry& entry, Span<std::uint8_t> bytes);
WeightTileEntry parse_tile_entry(Span<const std::uint8_t> bytes);

/// What the output stage does with one channel: (accumulator + bias) * multiplier / 2^shift,
/// rounded half to even.
struct ChannelScale {
  std::int32_t bias = 0;
  std::int32_t multiplier = 1;
  std::int32_t shift = 0;
};
inline constexpr std::size_t channel_scale_bytes =
    12;  ///< bias, multiplier, shift: little-endian words
/// Bytes of a channel's original index, in memory and in the index buffer.
inline constexpr std::size_t channel_index_bytes = 2;
void serialize(const ChannelScale& scale, Span<std::uint8_t> bytes);
ChannelScale parse_channel_scale(Span<const std::uint8_t> bytes);

/// A channel slot without a channel (the padding of a last block).
inline constexpr std::uint16_t no_channel = 0xFFFF;

}  // namespace lacuna::engine
