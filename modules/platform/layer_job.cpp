// SPDX-License-Identifier: Apache-2.0
#include "platform/layer_job.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "engine/tile.h"

namespace lacuna::platform {

using engine::AddressAllocator;
using engine::JobDescriptor;
using engine::MemoryImage;
using workload::Layer;
using workload::LayerKind;
using workload::LayerShape;

namespace {

engine::OutputType output_type(const Layer& layer) {
  switch (layer.output) {
    case DataType::int8:
      return engine::OutputType::int8;
    case DataType::uint8:
      return engine::OutputType::uint8;
    case DataType::int16:
      return engine::OutputType::int16;
    default:
      return engine::OutputType::int32;
  }
}

/// [batch, channels, pixels] to [batch, pixels, channels], or back.
void transpose_images(Span<const std::uint8_t> from, Span<std::uint8_t> to, std::size_t batch,
                      std::size_t rows, std::size_t columns, std::size_t element) {
  constexpr std::size_t block = 64;  // both sides of a block stay in the cache
  for (std::size_t image = 0; image < batch; ++image) {
    const std::uint8_t* source = from.data() + image * rows * columns * element;
    std::uint8_t* target = to.data() + image * rows * columns * element;
    for (std::size_t r0 = 0; r0 < rows; r0 += block) {
      for (std::size_t c0 = 0; c0 < columns; c0 += block) {
        for (std::size_t r = r0; r < std::min(rows, r0 + block); ++r) {
          for (std::size_t c = c0; c < std::min(columns, c0 + block); ++c) {
            std::memcpy(target + (c * rows + r) * element, source + (r * columns + c) * element,
                        element);
          }
        }
      }
    }
  }
}

std::vector<std::uint8_t> memory_order(const Layer& layer, const Tensor& activations) {
  const Span<const std::uint8_t> bytes = activations.bytes();
  if (layer.kind != LayerKind::convolution) {
    return {bytes.begin(), bytes.end()};
  }
  const LayerShape& shape = layer.shape;
  std::vector<std::uint8_t> image(bytes.size());
  transpose_images(bytes, image, shape.batch, shape.in_channels,
                   std::size_t{shape.in_height} * shape.in_width, 1);
  return image;
}

/// Run-time weights stand as the layers before leave them: heads side by side in every token's row.
std::vector<std::uint8_t> dynamic_weights(const Layer& layer, const Tensor& weights,
                                          const JobDescriptor& job) {
  const LayerShape& shape = layer.shape;
  const bool transposed = job.weight_source == engine::WeightSource::dynamic_transposed;
  const std::size_t channels = shape.group_out_channels();
  const std::size_t elements = shape.reduction();
  const Span<const std::int8_t> source = weights.elements<std::int8_t>();
  std::vector<std::uint8_t> bytes(source.size());
  for (std::size_t group = 0; group < shape.groups; ++group) {
    for (std::size_t channel = 0; channel < channels; ++channel) {
      for (std::size_t element = 0; element < elements; ++element) {
        const std::size_t row = transposed ? element : channel;
        const std::size_t column = transposed ? channel : element;
        bytes[row * job.weights_row_stride + group * job.weights_group_stride + column] =
            static_cast<std::uint8_t>(source[(group * channels + channel) * elements + element]);
      }
    }
  }
  return bytes;
}

void place_dynamic_weights(const Layer& layer, const Tensor& weights, JobDescriptor& job,
                           AddressAllocator& memory, std::vector<MemoryImage>& images) {
  const LayerShape& shape = layer.shape;
  const bool transposed = job.weight_source == engine::WeightSource::dynamic_transposed;
  job.weights_row_stride = transposed ? shape.out_channels : shape.in_channels;
  job.weights_group_stride = transposed ? shape.group_out_channels() : shape.group_in_channels();
  job.weights_address = memory.allocate(weights.size(), "run-time weights");
  images.push_back({"run-time weights", job.weights_address, dynamic_weights(layer, weights, job)});
}

void put_word(std::vector<std::uint8_t>& bytes, std::int32_t value) {
  for (int i = 0; i < 4; ++i) {
    bytes.push_back(static_cast<std::uint8_t>(static_cast<std::uint32_t>(value) >> (8 * i)));
  }
}

/// ChannelScale of every channel slot.
std::vector<std::uint8_t> scale_table(const LayerJob& job,
                                      const std::vector<std::uint16_t>& channel_order) {
  const bool biased = !job.bias.empty();
  const bool scaled = !job.requantization.multiplier.empty();
  std::vector<std::uint8_t> bytes;
  bytes.reserve(channel_order.size() * engine::channel_scale_bytes);
  for (const std::uint16_t channel : channel_order) {
    const bool real = channel != engine::no_channel;
    put_word(bytes, real && biased ? job.bias.elements<std::int32_t>()[channel] : 0);
    put_word(bytes, real && scaled ? job.requantization.multiplier[channel] : 1);
    put_word(bytes, real && scaled ? job.requantization.shift[channel] : 0);
  }
  return bytes;
}

}  // namespace

LayerJob prepare_layer(const AcceleratorSite& site, const Layer& layer, const JobOptions& options) {
  LayerJob result;
  result.layer = &layer;
  workload::LayerTensors tensors = workload::make_tensors(layer, options.seed);
  AddressAllocator memory(site.memory_base, site.memory_size);

  engine::PrepareOptions prepare;
  prepare.spread = options.spread;
  prepare.output = output_type(layer);
  prepare.memory_bytes_per_cycle = options.memory_bytes_per_cycle;
  prepare.on_chip = options.on_chip;
  engine::PreparedLayer prepared =
      site.accelerator->prepare(layer, tensors.weights, prepare, memory);
  result.activations = std::move(tensors.activations);
  result.bias = std::move(tensors.bias);
  result.decoded_weights = std::move(prepared.decoded_weights);
  result.products = std::move(prepared.products);
  result.requantization = workload::calibrate(layer, result.activations,
                                              result.decoded_weights.elements<std::int16_t>(),
                                              result.bias, options.seed);
  if (options.quality && layer.weight_storage == workload::WeightStorage::offline) {
    result.quality = workload::measure_quality(
        layer, result.activations, tensors.weights, tensors.weight_scales,
        result.decoded_weights.elements<std::int16_t>(), options.seed, result.products);
  }
  result.images = std::move(prepared.images);
  result.weight_bytes = prepared.weight_bytes + prepared.metadata_bytes;
  result.job = prepared.job;

  JobDescriptor& job = result.job;
  job.shape = layer.shape;
  job.output = output_type(layer);
  job.relu = layer.relu;
  job.requantize = !result.requantization.multiplier.empty();
  job.signed_activations = result.activations.type() == DataType::int8;
  if (job.weight_source != engine::WeightSource::stream) {
    place_dynamic_weights(layer, tensors.weights, job, memory, result.images);
    result.weight_bytes = tensors.weights.size();
  }
  job.activations_address = memory.allocate(result.activations.size(), "activations");
  result.images.push_back(
      {"activations", job.activations_address, memory_order(layer, result.activations)});
  std::vector<std::uint8_t> scales = scale_table(result, prepared.channel_order);
  job.channel_scale_address = memory.allocate(scales.size(), "channel scales");
  result.images.push_back({"channel scales", job.channel_scale_address, std::move(scales)});
  result.output_bytes =
      layer.shape.positions() * layer.shape.out_channels * engine::size_of(job.output);
  job.outputs_address = memory.allocate(result.output_bytes, "outputs");
  result.descriptor_address = memory.allocate(engine::job_descriptor_bytes, "job descriptor");
  return result;
}

Tensor output_tensor(const LayerJob& job, Span<const std::uint8_t> bytes) {
  const Layer& layer = *job.layer;
  Tensor tensor(layer.output, workload::output_shape(layer));
  if (layer.kind == LayerKind::convolution) {
    transpose_images(bytes, tensor.bytes(), layer.shape.batch,
                     std::size_t{layer.shape.out_height()} * layer.shape.out_width(),
                     layer.shape.out_channels, size_of(layer.output));
  } else {
    std::copy(bytes.begin(), bytes.end(), tensor.bytes().begin());
  }
  return tensor;
}

Tensor expected_tensor(const LayerJob& job) {
  return workload::expected_output(*job.layer, job.activations,
                                   job.decoded_weights.elements<std::int16_t>(), job.bias,
                                   job.requantization, job.products);
}

}  // namespace lacuna::platform
