// SPDX-License-Identifier: Apache-2.0
#include "sparse/weight_order.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::sparse {

WeightDimensions weight_dimensions(const Shape& shape) {
  if (shape.size() != 2 && shape.size() != 4) {
    throw input_error({}, fmt::format("weights of rank {} {}, expected [K, C] or [K, C, kh, kw]",
                                      shape.size(), to_text(shape)));
  }
  WeightDimensions dimensions{shape[0], shape[1], 1};
  if (shape.size() == 4) {
    dimensions.kernel = shape[2] * shape[3];
  }
  return dimensions;
}

std::vector<std::int8_t> channels_last(const Tensor& weights) {
  const WeightDimensions size = weight_dimensions(weights.shape());
  if (weights.type() != DataType::int8) {
    throw input_error({}, fmt::format("weights of {}, expected int8", name_of(weights.type())));
  }
  const Span<const std::int8_t> from = weights.elements<std::int8_t>();
  std::vector<std::int8_t> to(from.size());
  if (size.kernel == 1) {
    std::copy(from.begin(), from.end(), to.begin());
    return to;
  }
  for (std::size_t k = 0; k < size.channels; ++k) {
    const std::size_t base = k * size.reduction();
    for (std::size_t pixel = 0; pixel < size.kernel; ++pixel) {
      for (std::size_t c = 0; c < size.inputs; ++c) {
        to[base + pixel * size.inputs + c] = from[base + c * size.kernel + pixel];
      }
    }
  }
  return to;
}

Tensor channels_first(Span<const std::int16_t> weights, const Shape& shape) {
  const WeightDimensions size = weight_dimensions(shape);
  if (weights.size() != size.weights()) {
    throw model_error(fmt::format("{} weights do not fill {}", weights.size(), to_text(shape)));
  }
  Tensor tensor(DataType::int16, shape);
  const Span<std::int16_t> to = tensor.elements<std::int16_t>();
  if (size.kernel == 1) {
    std::copy(weights.begin(), weights.end(), to.begin());
    return tensor;
  }
  for (std::size_t k = 0; k < size.channels; ++k) {
    const std::size_t base = k * size.reduction();
    for (std::size_t c = 0; c < size.inputs; ++c) {
      for (std::size_t pixel = 0; pixel < size.kernel; ++pixel) {
        to[base + c * size.kernel + pixel] = weights[base + pixel * size.inputs + c];
      }
    }
  }
  return tensor;
}

}  // namespace lacuna::sparse
