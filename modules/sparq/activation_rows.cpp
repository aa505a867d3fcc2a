// SPDX-License-Identifier: Apache-2.0
#include "sparq/activation_rows.h"

#include "engine/im2col.h"

namespace lacuna::sparq {

void ActivationRows::gather(const engine::TileOperands& operands) {
  const engine::TileGeometry& geometry = operands.geometry;
  positions_ = geometry.positions();
  elements_ = geometry.step.elements;
  is_signed_ = geometry.window.is_signed;
  rows_.resize(positions_ * elements_);
  engine::gather_activations(geometry.shape, geometry.window, geometry.step, operands.activations,
                             Span<std::uint8_t>(rows_), elements_);
}

std::vector<std::uint32_t> ActivationRows::nonzero() const {
  std::vector<std::uint32_t> counts(elements_, 0);
  for (std::size_t first = 0; first < rows_.size(); first += elements_) {
    const std::uint8_t* row = rows_.data() + first;
    for (std::size_t e = 0; e < elements_; ++e) {
      counts[e] += row[e] != 0 ? 1 : 0;
    }
  }
  return counts;
}

/// To the panel the rows are an image of one row of pixels.
void ActivationRows::add_product(const engine::WeightPanel& weights, Span<std::int32_t> sums) {
  workload::LayerShape shape;
  shape.in_channels = static_cast<std::uint32_t>(elements_);
  shape.in_width = static_cast<std::uint32_t>(positions_);
  shape.out_channels = static_cast<std::uint32_t>(weights.channels());
  engine::TileStep step;
  step.height = 1;
  step.width = shape.in_width;
  step.elements = shape.in_channels;
  engine::ActivationWindow window;
  window.rows = 1;
  window.columns = shape.in_width;
  window.channels = shape.in_channels;
  window.is_signed = is_signed_;
  panel_.gather(shape, window, step, rows_);
  weights.multiply_add(panel_, sums);
}

std::uint64_t effective_products(const std::vector<std::uint32_t>& activations,
                                 const std::vector<std::uint32_t>& weights) {
  std::uint64_t products = 0;
  for (std::size_t e = 0; e < activations.size(); ++e) {
    products += std::uint64_t{activations[e]} * weights[e];
  }
  return products;
}

}  // namespace lacuna::sparq
