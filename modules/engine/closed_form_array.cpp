// SPDX-License-Identifier: Apache-2.0
#include "engine/closed_form_array.h"

#include "engine/wrapped_sum.h"

namespace lacuna::engine {

void ClosedFormArray::begin(const TileOperands& operands, Span<std::int32_t> accumulators) {
  result_ = compute(operands, accumulators);
  steps_left_ = result_.cycles;
}

bool ClosedFormArray::step() {
  if (steps_left_ == 0) {
    return false;
  }
  --steps_left_;
  return true;
}

ClosedFormArray::WeightKey ClosedFormArray::key_of(const TileOperands& operands) {
  const TileStep& step = operands.geometry.step;
  return {operands.weights_version, operands.weight_source, step.channels, step.elements};
}

void ClosedFormArray::multiply(const TileOperands& operands, const WeightPanel& weights,
                               unsigned accumulator_bits, Span<std::int32_t> accumulators) {
  const TileGeometry& geometry = operands.geometry;
  activations_.gather(geometry.shape, geometry.window, geometry.step, operands.activations);
  if (accumulator_bits == 32) {
    weights.multiply_add(activations_, accumulators);
    return;
  }
  sums_.assign(std::size_t{geometry.positions()} * geometry.step.channels, 0);
  weights.multiply_add(activations_, sums_);
  add_wrapped(sums_, accumulator_bits, accumulators);
}

}  // namespace lacuna::engine
