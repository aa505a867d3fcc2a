// SPDX-License-Identifier: Apache-2.0
#include "sparse/screening/cost.h"

#include <algorithm>

namespace lacuna::sparse::screening {
namespace {

constexpr double float_bytes = 4;

}  // namespace

Cost full_cost(const ScreeningSizes& shape) {
  const auto l = double(shape.categories);
  const auto d = double(shape.dimension);
  Cost cost;
  cost.float_macs = l * d * double(shape.batch);
  cost.bytes = l * (d + 1) * float_bytes;
  return cost;
}

Cost screening_only_cost(const ScreeningSizes& shape) {
  const auto l = double(shape.categories);
  const auto d = double(shape.dimension);
  const auto k = double(shape.projected);
  const auto batch = double(shape.batch);
  Cost cost;
  cost.additions = k * d / 3 * batch;
  cost.integer_macs = l * k * batch;
  cost.bytes = k * d * 2 / 8 + l * (k * shape.bits / 8 + 4);
  return cost;
}

Cost screening_cost(const ScreeningSizes& shape) {
  const auto d = double(shape.dimension);
  const double rows = shape.candidates * double(shape.batch);
  Cost cost = screening_only_cost(shape);
  cost.float_macs = rows * d;
  cost.bytes += rows * (d + 1) * float_bytes;
  return cost;
}

Cost svd_cost(const ScreeningSizes& shape, std::size_t width, double full_rows) {
  const auto l = double(shape.categories);
  const auto d = double(shape.dimension);
  const auto w = double(width);
  const double rows = full_rows * double(shape.batch);
  Cost cost;
  cost.float_macs = (d * d + l * w) * double(shape.batch) + rows * (d - w);
  cost.bytes = (d * d + l * (w + 1) + rows * (d - w)) * float_bytes;
  return cost;
}

RooflineTime roofline_time(const Cost& cost, const ProcessorParams& processor) {
  const double cycles = double(processor.cores) * double(processor.clock.value());
  const double compute = (cost.float_macs + cost.additions) / (cycles * processor.float_macs) +
                         cost.integer_macs / (cycles * processor.integer_macs);
  const double memory = cost.bytes / (double(processor.bandwidth.value()) * processor.efficiency);
  return {std::max(compute, memory), compute > memory ? Bound::compute : Bound::memory};
}

}  // namespace lacuna::sparse::screening
