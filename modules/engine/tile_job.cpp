// SPDX-License-Identifier: Apache-2.0
#include "engine/tile_job.h"

#include <algorithm>

namespace lacuna::engine {

StoreUnit store_unit(const TileJob& job, const TileStep& step) {
  if (job.descriptor.mapping.order == LoopOrder::channels_outer) {
    return {step.convolution_group, step.first_block, step.channels};
  }
  return {step.convolution_group, 0, job.descriptor.shape.group_out_channels()};
}

bool starts_channels(const TileJob& job, std::size_t step) {
  if (step == 0) {
    return true;
  }
  const TileStep& now = job.steps[step];
  const TileStep& before = job.steps[step - 1];
  return now.convolution_group != before.convolution_group || now.first_block != before.first_block;
}

bool starts_store_unit(const TileJob& job, std::size_t step) {
  return step == 0 || !(store_unit(job, job.steps[step]) == store_unit(job, job.steps[step - 1]));
}

OutputLayout output_layout(const TileJob& job, const TileStep& step) {
  const Mapping& mapping = job.descriptor.mapping;
  const StoreUnit unit = store_unit(job, step);
  const std::uint64_t element = size_of(job.descriptor.output);
  const std::uint64_t positions = std::uint64_t{step.height} * step.width;
  const std::uint64_t outputs = positions * unit.channels * element;
  const std::uint64_t tile_channels = std::min<std::uint64_t>(
      unit.channels, std::uint64_t{mapping.blocks_per_tile} * mapping.array_rows);
  const std::uint64_t sums = job.counts.chunks > 1 || job.descriptor.sums_in_buffer
                                 ? positions * tile_channels * sizeof(std::int32_t)
                                 : 0;
  OutputLayout layout;
  layout.row_bytes = unit.channels * element;
  layout.first_byte =
      std::uint64_t{step.first_block - unit.first_block} * mapping.array_rows * element;
  if (mapping.order == LoopOrder::channels_outer) {
    // The finished outputs take the place of the sums they are made from.
    layout.bytes = std::max(outputs, sums);
  } else {
    layout.partial_sums = (outputs + 3) / 4 * 4;
    layout.bytes = sums == 0 ? outputs : layout.partial_sums + sums;
  }
  return layout;
}

}  // namespace lacuna::engine
