// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "engine/tile.h"
#include "platform/layer_job.h"
#include "reference/compare.h"

namespace lacuna::platform {

using engine::TileStep;
using workload::LayerKind;
using workload::LayerShape;

namespace {

/// One output: which image, channel and pixel.
struct OutputElement {
  std::uint32_t image;
  std::uint32_t channel;
  std::uint32_t row;
  std::uint32_t column;
};

OutputElement element_of(const workload::Layer& layer, const Shape& coordinates) {
  const auto at = [&](std::size_t i) { return static_cast<std::uint32_t>(coordinates[i]); };
  if (layer.kind == LayerKind::convolution) {
    return {at(0), at(1), at(2), at(3)};
  }
  const std::uint32_t width = layer.shape.out_width();
  return {at(0) / width, at(1), 0, at(0) % width};
}

/// The slot of a channel within its convolution group, in the order the array takes them.
std::uint32_t slot_of(const LayerJob& job, std::uint32_t channel) {
  const std::uint32_t per_group = job.job.shape.group_out_channels();
  for (const engine::MemoryImage& image : job.images) {
    if (job.job.reordered_channels && image.address == job.job.channel_index_address) {
      const std::uint32_t rows = job.job.mapping.array_rows;
      const std::uint32_t slots = (per_group + rows - 1) / rows * rows;
      for (std::uint32_t slot = 0; slot * 2 + 1 < image.bytes.size(); ++slot) {
        if ((image.bytes[slot * 2] | image.bytes[slot * 2 + 1] << 8) == static_cast<int>(channel)) {
          return slot % slots;
        }
      }
    }
  }
  return channel % per_group;
}

std::string tile_text(const LayerJob& job, const OutputElement& element) {
  const LayerShape& shape = job.job.shape;
  const std::uint32_t group = element.channel / shape.group_out_channels();
  const std::uint32_t slot = slot_of(job, element.channel);
  const std::vector<TileStep> steps = engine::tile_steps(shape, job.job.mapping);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const TileStep& step = steps[i];
    const std::uint32_t first_slot = step.first_block * job.job.mapping.array_rows;
    const bool here = step.last_chunk && step.convolution_group == group && slot >= first_slot &&
                      slot < first_slot + step.channels && step.image == element.image &&
                      element.row >= step.out_row && element.row < step.out_row + step.height &&
                      element.column >= step.out_column &&
                      element.column < step.out_column + step.width;
    if (here) {
      return fmt::format("tile {} of {} (channel slots {}..{}, rows {}..{}, columns {}..{})", i + 1,
                         steps.size(), first_slot, first_slot + step.channels - 1, step.out_row,
                         step.out_row + step.height - 1, step.out_column,
                         step.out_column + step.width - 1);
    }
  }
  return "no tile";
}

}  // namespace

std::string describe_mismatch(const LayerJob& job, const Tensor& expected, const Tensor& actual) {
  const auto mismatch = reference::first_mismatch(expected, actual);
  if (!mismatch) {
    return {};
  }
  const OutputElement element = element_of(*job.layer, mismatch->coordinates);
  return fmt::format("layer '{}', {}, {}", job.layer->name, tile_text(job, element),
                     mismatch->text());
}

std::string describe_mapping(const engine::JobDescriptor& job) {
  const engine::Mapping& mapping = job.mapping;
  std::string stays;
  if (job.activations_on_chip || job.outputs_on_chip) {
    stays = fmt::format(", {}{}{} on chip", job.activations_on_chip ? "activations" : "",
                        job.activations_on_chip && job.outputs_on_chip ? " and " : "",
                        job.outputs_on_chip ? "outputs" : "");
  }
  return fmt::format(
      "{} channels x {}x{} positions x {} reduction groups a tile, {} outside, {}{}",
      mapping.blocks_per_tile * mapping.array_rows, mapping.tile_height, mapping.tile_width,
      mapping.groups_per_chunk,
      mapping.order == engine::LoopOrder::channels_outer ? "channels" : "positions",
      mapping.layout == engine::ActivationLayout::region ? "image regions" : "gathered rows",
      stays);
}

}  // namespace lacuna::platform
