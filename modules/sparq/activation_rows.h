// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/span.h"
#include "engine/array_model.h"
#include "engine/gemm.h"

namespace lacuna::sparq {

/// A step's activations as rows of bytes, in the hands of a body in closed form, which changes them before it multiplies.
class ActivationRows {
 public:
  /// Gathers a step's activations.
  void gather(const engine::TileOperands& operands);

  /// [positions, elements].
  Span<std::uint8_t> rows() { return rows_; }
  std::size_t elements() const { return elements_; }
  /// For every element, in how many positions it is not zero.
  std::vector<std::uint32_t> nonzero() const;
  /// sums [positions, channels] += rows x weights^T.
  void add_product(const engine::WeightPanel& weights, Span<std::int32_t> sums);

 private:
  std::size_t positions_ = 0;
  std::size_t elements_ = 0;
  bool is_signed_ = false;
  std::vector<std::uint8_t> rows_;
  engine::ActivationPanel panel_;
};

/// Products whose operands are both not zero. @param weights for every element, channels whose weight is not zero
std::uint64_t effective_products(const std::vector<std::uint32_t>& activations,
                                 const std::vector<std::uint32_t>& weights);

}  // namespace lacuna::sparq
