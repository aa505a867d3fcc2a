// SPDX-License-Identifier: Apache-2.0
#include "engine/load_plan.h"

#include <algorithm>

namespace lacuna::engine {

namespace {

/// Positions along one axis of a tile whose input coordinate lies inside the image.
struct ValidRange {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

ValidRange valid_positions(std::int64_t origin, std::uint32_t stride, std::uint32_t positions,
                           std::uint32_t size) {
  ValidRange range;
  std::uint32_t end = 0;
  for (std::uint32_t i = 0; i < positions; ++i) {
    const std::int64_t at = origin + std::int64_t{i} * stride;
    if (at < 0) {
      range.first = i + 1;
    } else if (at < size) {
      end = i + 1;
    }
  }
  range.count = end > range.first ? end - range.first : 0;
  return range;
}

/// Address of the first channel of the step's convolution group at a pixel.
std::uint64_t pixel_address(const JobDescriptor& job, const TileStep& step, std::uint64_t y,
                            std::uint64_t x) {
  const workload::LayerShape& shape = job.shape;
  const std::uint64_t row = std::uint64_t{step.image} * shape.in_height + y;
  return job.activations_address + (row * shape.in_width + x) * shape.in_channels +
         std::uint64_t{step.convolution_group} * shape.group_in_channels();
}

/// What one kernel element contributes to the matrix layout, if it lies in the chunk and hits the
/// image.
void add_kernel_piece(const JobDescriptor& job, const TileStep& step,
                      const ActivationWindow& window, std::uint32_t kernel_row,
                      std::uint32_t kernel_column, std::vector<DmaPiece>& pieces) {
  const workload::LayerShape& shape = job.shape;
  const std::uint64_t channels = shape.group_in_channels();
  const std::uint64_t kernel_first =
      (std::uint64_t{kernel_row} * shape.kernel_width + kernel_column) * channels;
  const std::uint64_t first = std::max<std::uint64_t>(kernel_first, step.first_element);
  const std::uint64_t end =
      std::min<std::uint64_t>(kernel_first + channels, step.first_element + step.elements);
  if (first >= end) {
    return;
  }
  const std::int64_t y = window.origin_y + std::int64_t{kernel_row} * shape.dilation_height;
  const std::int64_t x = window.origin_x + std::int64_t{kernel_column} * shape.dilation_width;
  const ValidRange rows = valid_positions(y, shape.stride_height, step.height, shape.in_height);
  const ValidRange columns = valid_positions(x, shape.stride_width, step.width, shape.in_width);
  if (rows.count == 0 || columns.count == 0) {
    return;
  }
  const std::uint64_t pixel_bytes = shape.in_channels;
  DmaPiece piece;
  piece.memory.address =
      pixel_address(
          job, step, static_cast<std::uint64_t>(y + std::int64_t{rows.first} * shape.stride_height),
          static_cast<std::uint64_t>(x + std::int64_t{columns.first} * shape.stride_width)) +
      (first - kernel_first);
  piece.memory.run_bytes = end - first;
  piece.memory.runs = columns.count;
  piece.memory.run_stride = shape.stride_width * pixel_bytes;
  piece.memory.planes = rows.count;
  piece.memory.plane_stride = shape.stride_height * pixel_bytes * shape.in_width;
  piece.local.offset = (std::uint64_t{rows.first} * step.width + columns.first) * step.elements +
                       (first - step.first_element);
  piece.local.run_stride = step.elements;
  piece.local.plane_stride = std::uint64_t{step.width} * step.elements;
  pieces.push_back(piece);
}

}  // namespace

std::vector<DmaPiece> activation_pieces(const JobDescriptor& job, const TileStep& step,
                                        const ActivationWindow& window) {
  const workload::LayerShape& shape = job.shape;
  std::vector<DmaPiece> pieces;
  if (window.layout == ActivationLayout::region) {
    DmaPiece piece;
    piece.memory.address = pixel_address(job, step, window.first_row, window.first_column);
    piece.memory.run_bytes = window.channels;
    piece.memory.runs = window.columns;
    piece.memory.run_stride = shape.in_channels;
    piece.memory.planes = window.rows;
    piece.memory.plane_stride = std::uint64_t{shape.in_width} * shape.in_channels;
    pieces.push_back(piece);
    return pieces;
  }
  for (std::uint32_t row = 0; row < shape.kernel_height; ++row) {
    for (std::uint32_t column = 0; column < shape.kernel_width; ++column) {
      add_kernel_piece(job, step, window, row, column, pieces);
    }
  }
  return pieces;
}

std::vector<DmaPiece> dynamic_weight_pieces(const JobDescriptor& job, const TileStep& step) {
  const std::uint64_t channel = std::uint64_t{step.first_block} * job.mapping.array_rows;
  const bool transposed = job.weight_source == WeightSource::dynamic_transposed;
  DmaPiece piece;
  piece.memory.address =
      job.weights_address + std::uint64_t{step.convolution_group} * job.weights_group_stride +
      (transposed ? std::uint64_t{step.first_element} * job.weights_row_stride + channel
                  : channel * job.weights_row_stride + step.first_element);
  piece.memory.run_bytes = transposed ? step.channels : step.elements;
  piece.memory.runs = transposed ? step.elements : step.channels;
  piece.memory.run_stride = job.weights_row_stride;
  return {piece};
}

std::uint64_t dynamic_weight_bytes(const TileStep& step) {
  return std::uint64_t{step.channels} * step.elements;
}

std::uint64_t tile_table_index(const JobDescriptor& job, const TileStep& step) {
  const TileCounts counts = tile_counts(job.shape, job.mapping);
  return (step.convolution_group * counts.channel_tiles + step.channel_tile) * counts.chunks +
         step.chunk;
}

std::uint64_t first_channel_slot(const JobDescriptor& job, const TileStep& step) {
  const TileCounts counts = tile_counts(job.shape, job.mapping);
  return (step.convolution_group * counts.channel_blocks + step.first_block) *
         job.mapping.array_rows;
}

std::uint32_t first_channel(const JobDescriptor& job, const TileStep& step) {
  return step.convolution_group * job.shape.group_out_channels() +
         step.first_block * job.mapping.array_rows;
}

}  // namespace lacuna::engine
