// SPDX-License-Identifier: Apache-2.0
#include "engine/placement.h"

#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "engine/job.h"

namespace lacuna::engine {

std::uint64_t AddressAllocator::allocate(std::uint64_t bytes, const std::string& what) {
  constexpr std::uint64_t alignment = 4096;  // whole bursts, and no two tensors in one
  const std::uint64_t address = (next_ + alignment - 1) / alignment * alignment;
  if (address > end_ || bytes > end_ - address) {
    throw input_error({},
                      fmt::format("the memory is full: {} bytes for {} do not fit", bytes, what));
  }
  next_ = address + bytes;
  return address;
}

MapperLimits mapper_limits(const TilePipelineParams& params, std::uint32_t rows,
                           std::uint32_t columns, const PrepareOptions& options) {
  MapperLimits limits;
  limits.array_rows = rows;
  limits.array_columns = columns;
  limits.weight_buffer = params.weight_buffer.capacity.value() / 2;
  limits.metadata_buffer = params.metadata_buffer.capacity.value() / 2;
  limits.activation_buffer = params.activation_buffer.capacity.value() / 2;
  limits.output_buffer = params.output_buffer.capacity.value() / 2;
  limits.scale_slots =
      static_cast<std::uint32_t>(params.scale_buffer.capacity.value() / 2 / channel_scale_bytes);
  if (params.index_buffer.capacity.value() != 0) {
    limits.index_slots =
        static_cast<std::uint32_t>(params.index_buffer.capacity.value() / 2 / channel_index_bytes);
  }
  limits.output_bytes = size_of(options.output);
  limits.dram_bytes_per_cycle = options.memory_bytes_per_cycle;
  limits.spread = options.spread;
  limits.overheads = params.count.overheads;
  limits.on_chip = options.on_chip;
  return limits;
}

void map_job(const workload::LayerShape& shape, const MapperLimits& limits,
             const WeightFootprint& footprint, JobDescriptor& job) {
  job.mapping = choose_mapping(shape, limits, footprint);
  const Residency on_chip = residency_of(shape, limits);
  job.activations_on_chip = on_chip.activations;
  job.outputs_on_chip = on_chip.outputs;
}

void place_tiles(PackedTiles tiles, AddressAllocator& memory, PreparedLayer& prepared) {
  const std::uint64_t base = memory.allocate(tiles.bytes.size(), "weights");
  std::vector<std::uint8_t> table = tile_table(tiles, base);
  prepared.job.tile_table_address = memory.allocate(table.size(), "tile table");
  prepared.images.push_back({"tile table", prepared.job.tile_table_address, std::move(table)});
  prepared.weight_bytes = tiles.weight_bytes;
  prepared.metadata_bytes = tiles.metadata_bytes;
  prepared.images.push_back({"weights", base, std::move(tiles.bytes)});
}

void place_channel_index(AddressAllocator& memory, PreparedLayer& prepared) {
  std::vector<std::uint8_t> table = channel_index_table(prepared.channel_order);
  prepared.job.channel_index_address = memory.allocate(table.size(), "channel indices");
  prepared.metadata_bytes += table.size();
  prepared.images.push_back(
      {"channel indices", prepared.job.channel_index_address, std::move(table)});
}

PreparedLayer prepare_dynamic(const workload::Layer& layer, const Tensor& weights,
                              const MapperLimits& limits, const WeightFootprint& footprint) {
  PreparedLayer prepared;
  map_job(layer.shape, limits, footprint, prepared.job);
  prepared.job.weight_source = layer.weight_storage == workload::WeightStorage::dynamic_transposed
                                   ? WeightSource::dynamic_transposed
                                   : WeightSource::dynamic;
  prepared.channel_order = natural_channel_order(layer.shape, limits.array_rows);
  prepared.decoded_weights = Tensor(DataType::int16, weights.shape());
  const Span<const std::int8_t> from = weights.elements<std::int8_t>();
  const Span<std::int16_t> to = prepared.decoded_weights.elements<std::int16_t>();
  std::copy(from.begin(), from.end(), to.begin());
  return prepared;
}

std::vector<std::uint16_t> natural_channel_order(const workload::LayerShape& shape,
                                                 std::uint32_t rows) {
  if (shape.out_channels >= no_channel) {
    throw input_error({}, fmt::format("{} output channels; a channel index counts up to {}",
                                      shape.out_channels, no_channel - 1));
  }
  const std::uint32_t channels = shape.group_out_channels();
  const std::uint32_t slots = (channels + rows - 1) / rows * rows;
  std::vector<std::uint16_t> order;
  order.reserve(std::size_t{slots} * shape.groups);
  for (std::uint32_t group = 0; group < shape.groups; ++group) {
    for (std::uint32_t slot = 0; slot < slots; ++slot) {
      order.push_back(slot < channels ? static_cast<std::uint16_t>(group * channels + slot)
                                      : no_channel);
    }
  }
  return order;
}

}  // namespace lacuna::engine
