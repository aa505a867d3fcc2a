// SPDX-License-Identifier: Apache-2.0
#include "unit/engine_modules/toy_job.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lacuna::test {

using namespace engine;

void ToyJob::choose_order(std::mt19937& random) {
  const TileCounts counts = tile_counts(job.shape, job.mapping);
  const std::uint64_t slots = counts.channel_blocks * job.mapping.array_rows;
  order_.assign(job.shape.groups * slots, no_channel);
  for (std::uint32_t group = 0; group < job.shape.groups; ++group) {
    std::vector<std::uint16_t> channels(job.shape.group_out_channels());
    std::iota(channels.begin(), channels.end(),
              static_cast<std::uint16_t>(group * job.shape.group_out_channels()));
    if (job.reordered_channels) {
      std::shuffle(channels.begin(), channels.end(), random);
    }
    std::copy(channels.begin(), channels.end(),
              order_.begin() + static_cast<std::ptrdiff_t>(group * slots));
  }
}

void ToyJob::clip_mapping() {
  const workload::LayerShape& shape = job.shape;
  Mapping& mapping = job.mapping;
  const TileCounts counts = tile_counts(shape, mapping);
  mapping.blocks_per_tile =
      std::min(mapping.blocks_per_tile, static_cast<std::uint32_t>(counts.channel_blocks));
  mapping.tile_height = std::min(mapping.tile_height, shape.out_height());
  mapping.tile_width = std::min(mapping.tile_width, shape.out_width());
  mapping.groups_per_chunk =
      std::min(mapping.groups_per_chunk, static_cast<std::uint32_t>(counts.reduction_groups));
}

void ToyJob::lay_out(std::vector<std::uint8_t>& memory) {
  clip_mapping();
  std::mt19937 random(seed);
  const workload::LayerShape& shape = job.shape;
  activations_.resize(std::size_t{shape.batch} * shape.in_height * shape.in_width *
                      shape.in_channels);
  weights_.resize(std::size_t{shape.out_channels} * shape.reduction());
  for (std::uint8_t& byte : activations_) {
    byte = static_cast<std::uint8_t>(random());
  }
  for (std::int8_t& weight : weights_) {
    weight = static_cast<std::int8_t>(random());
  }
  scales_.resize(shape.out_channels);
  for (ChannelScale& scale : scales_) {
    scale.bias = static_cast<std::int32_t>(random() % 20001) - 10000;
    scale.multiplier = 1 + static_cast<std::int32_t>(random() % 1000);
    scale.shift = 16 + static_cast<std::int32_t>(random() % 4);
  }
  choose_order(random);

  job.activations_address = activations_address;
  job.outputs_address = outputs_address;
  job.tile_table_address = tile_table_address;
  job.channel_index_address = index_address;
  job.channel_scale_address = scale_address;
  job.weights_address = weights_address;
  std::copy(activations_.begin(), activations_.end(), memory.begin() + activations_address);
  for (std::size_t slot = 0; slot < order_.size(); ++slot) {
    memory[index_address + 2 * slot] = static_cast<std::uint8_t>(order_[slot]);
    memory[index_address + 2 * slot + 1] = static_cast<std::uint8_t>(order_[slot] >> 8);
    const ChannelScale scale = order_[slot] == no_channel ? ChannelScale() : scales_[order_[slot]];
    serialize(scale, Span<std::uint8_t>(memory).subspan(scale_address + slot * channel_scale_bytes,
                                                        channel_scale_bytes));
  }
  if (job.weight_source == WeightSource::stream) {
    lay_out_stream(memory);
  } else {
    lay_out_dynamic(memory);
  }
  const auto descriptor = serialize(job);
  std::copy(descriptor.begin(), descriptor.end(), memory.begin() + descriptor_address);
}

void ToyJob::lay_out_stream(std::vector<std::uint8_t>& memory) const {
  const TileCounts counts = tile_counts(job.shape, job.mapping);
  const std::uint64_t slots = counts.channel_blocks * job.mapping.array_rows;
  std::uint64_t at = weights_address;
  for (const TileStep& step : tile_steps(job.shape, job.mapping)) {
    if (step.position_tile != 0) {
      continue;
    }
    const std::uint64_t index =
        (step.convolution_group * counts.channel_tiles + step.channel_tile) * counts.chunks +
        step.chunk;
    WeightTileEntry entry;
    entry.weights_address = at;
    entry.weights_bytes = step.channels * step.elements;
    entry.metadata_address = metadata_bytes == 0 ? 0 : 7;
    entry.metadata_bytes = metadata_bytes;
    serialize(entry,
              Span<std::uint8_t>(memory).subspan(
                  tile_table_address + index * weight_tile_entry_bytes, weight_tile_entry_bytes));
    for (std::uint32_t i = 0; i < step.channels; ++i) {
      const std::uint16_t channel = channel_of(step.convolution_group * slots +
                                               step.first_block * job.mapping.array_rows + i);
      for (std::uint32_t e = 0; e < step.elements; ++e) {
        memory[at++] = static_cast<std::uint8_t>(
            weights_[std::size_t{channel} * job.shape.reduction() + step.first_element + e]);
      }
    }
    at += 5;  // tiles need not touch
  }
}

void ToyJob::lay_out_dynamic(std::vector<std::uint8_t>& memory) {
  const bool transposed = job.weight_source == WeightSource::dynamic_transposed;
  const std::uint32_t channels = job.shape.group_out_channels();
  const std::uint32_t elements = job.shape.reduction();
  // Groups lie side by side in a row, as heads do.
  const std::uint32_t row_bytes = transposed ? channels : elements;
  job.weights_group_stride = row_bytes;
  job.weights_row_stride = row_bytes * job.shape.groups + 3;
  for (std::uint32_t group = 0; group < job.shape.groups; ++group) {
    for (std::uint32_t channel = 0; channel < channels; ++channel) {
      for (std::uint32_t element = 0; element < elements; ++element) {
        const std::uint64_t row = transposed ? element : channel;
        const std::uint64_t column = transposed ? channel : element;
        memory[weights_address + group * job.weights_group_stride + row * job.weights_row_stride +
               column] =
            static_cast<std::uint8_t>(
                weights_[(std::size_t{group} * channels + channel) * elements + element]);
      }
    }
  }
}

std::int64_t ToyJob::sum(std::uint32_t image, std::uint32_t row, std::uint32_t column,
                         std::uint32_t channel) const {
  const workload::LayerShape& s = job.shape;
  const std::uint32_t group = channel / s.group_out_channels();
  std::int64_t total = 0;
  for (std::uint32_t ky = 0; ky < s.kernel_height; ++ky) {
    for (std::uint32_t kx = 0; kx < s.kernel_width; ++kx) {
      const std::int64_t y =
          std::int64_t{row} * s.stride_height + ky * s.dilation_height - s.pad_top;
      const std::int64_t x =
          std::int64_t{column} * s.stride_width + kx * s.dilation_width - s.pad_left;
      if (y < 0 || x < 0 || y >= s.in_height || x >= s.in_width) {
        continue;
      }
      for (std::uint32_t c = 0; c < s.group_in_channels(); ++c) {
        const std::size_t pixel =
            (std::size_t{image} * s.in_height + static_cast<std::size_t>(y)) * s.in_width +
            static_cast<std::size_t>(x);
        const std::uint8_t byte =
            activations_[pixel * s.in_channels + group * s.group_in_channels() + c];
        const std::size_t element =
            (std::size_t{ky} * s.kernel_width + kx) * s.group_in_channels() + c;
        total += weights_[channel * std::size_t{s.reduction()} + element] *
                 (job.signed_activations ? static_cast<std::int8_t>(byte) : byte);
      }
    }
  }
  return total;
}

std::int32_t ToyJob::finish(std::int64_t sum, const ChannelScale& scale) const {
  double value = static_cast<double>(sum + scale.bias);
  if (job.requantize) {
    // Exact in a double, and nearbyint rounds a half to even.
    value = std::nearbyint(value * scale.multiplier /
                           static_cast<double>(std::int64_t{1} << scale.shift));
  }
  if (job.relu) {
    value = std::max(value, 0.0);
  }
  switch (job.output) {
    case OutputType::int8:
      value = std::clamp(value, -128.0, 127.0);
      break;
    case OutputType::uint8:
      value = std::clamp(value, 0.0, 255.0);
      break;
    case OutputType::int16:
      value = std::clamp(value, -32768.0, 32767.0);
      break;
    case OutputType::int32:
      break;
  }
  return static_cast<std::int32_t>(value);
}

std::uint64_t ToyJob::output_bytes() const {
  return job.shape.positions() * job.shape.out_channels * size_of(job.output);
}

std::vector<std::uint8_t> ToyJob::expected() const {
  std::vector<std::uint8_t> bytes;
  for (std::uint32_t image = 0; image < job.shape.batch; ++image) {
    for (std::uint32_t row = 0; row < job.shape.out_height(); ++row) {
      for (std::uint32_t column = 0; column < job.shape.out_width(); ++column) {
        for (std::uint32_t channel = 0; channel < job.shape.out_channels; ++channel) {
          const std::int32_t value = finish(sum(image, row, column, channel), scales_[channel]);
          for (std::uint32_t byte = 0; byte < size_of(job.output); ++byte) {
            bytes.push_back(static_cast<std::uint8_t>(value >> (8 * byte)));
          }
        }
      }
    }
  }
  return bytes;
}

}  // namespace lacuna::test
