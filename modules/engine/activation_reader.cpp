// SPDX-License-Identifier: Apache-2.0
#include "engine/activation_reader.h"

namespace lacuna::engine {

std::int16_t ActivationReader::at(std::uint64_t offset) const {
  if (offset >= buffer_.size()) {
    return 0;
  }
  const std::uint8_t byte = buffer_[offset];
  return geometry_.window.is_signed ? static_cast<std::int8_t>(byte) : std::int16_t{byte};
}

std::int16_t ActivationReader::read(std::uint32_t position, std::uint32_t element) const {
  const TileStep& step = geometry_.step;
  const ActivationWindow& window = geometry_.window;
  const workload::LayerShape& shape = geometry_.shape;
  if (element >= step.elements) {
    return 0;
  }
  const std::uint32_t of_kernel = step.first_element + element;
  const std::uint32_t channel = of_kernel % window.channels;
  const std::uint32_t kernel_column = of_kernel / window.channels % shape.kernel_width;
  const std::uint32_t kernel_row = of_kernel / window.channels / shape.kernel_width;
  const std::int64_t y = window.origin_y +
                         std::int64_t{position / step.width} * shape.stride_height +
                         std::int64_t{kernel_row} * shape.dilation_height - window.first_row;
  const std::int64_t x = window.origin_x +
                         std::int64_t{position % step.width} * shape.stride_width +
                         std::int64_t{kernel_column} * shape.dilation_width - window.first_column;
  if (y < 0 || y >= window.rows || x < 0 || x >= window.columns) {
    return 0;
  }
  if (window.layout == ActivationLayout::matrix) {
    return at(std::uint64_t{position} * step.elements + element);
  }
  return at((static_cast<std::uint64_t>(y) * window.columns + static_cast<std::uint64_t>(x)) *
                window.channels +
            channel);
}

}  // namespace lacuna::engine
