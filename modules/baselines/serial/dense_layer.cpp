// SPDX-License-Identifier: Apache-2.0
#include "baselines/serial/dense_layer.h"

#include <algorithm>
#include <vector>

#include "sparse/weight_order.h"

namespace lacuna::baselines {
namespace {

/// Cycles of an average pass, rounded.
unsigned average_cycles(const workload::LayerShape& shape, const std::vector<std::int8_t>& weights,
                        std::uint32_t rows, const FastSerialArray& array, unsigned pe_elements) {
  const std::uint32_t elements = shape.reduction();
  const std::size_t stride = (elements + pe_elements - 1) / pe_elements;
  const std::uint32_t channels = shape.group_out_channels();
  std::vector<std::uint8_t> cycles(rows * stride);
  std::uint64_t sum = 0;
  std::uint64_t passes = 0;
  for (std::uint32_t first = 0; first < shape.out_channels;) {
    const std::uint32_t count = std::min(rows, channels - first % channels);
    for (std::uint32_t row = 0; row < count; ++row) {
      array.measure(weights.data() + std::size_t{first + row} * elements, elements,
                    cycles.data() + row * stride);
    }
    sum += serial_block_cycles(cycles, count, stride, 1);
    passes += stride;
    first += count;
  }
  return static_cast<unsigned>(std::max<std::uint64_t>(1, (sum + passes / 2) / passes));
}

}  // namespace

engine::PreparedLayer prepare_serial_rows(const workload::Layer& layer, const Tensor& weights,
                                          const engine::MapperLimits& limits,
                                          const FastSerialArray& array,
                                          engine::PassPace dynamic_pace,
                                          engine::AddressAllocator& memory) {
  engine::PassPace pace = dynamic_pace;
  const bool fits =
      weights.size() == std::size_t{layer.shape.out_channels} * layer.shape.reduction();
  if (layer.weight_storage == workload::WeightStorage::offline && fits) {
    pace.cycles = average_cycles(layer.shape, sparse::channels_last(weights), limits.array_rows,
                                 array, pace.lanes);
  }
  return engine::prepare_dense_rows(layer, weights, limits, pace, memory);
}

}  // namespace lacuna::baselines
