// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/span.h"
#include "core/tensor.h"
#include "reference/dot_products.h"
#include "workload/layer.h"

namespace lacuna::workload {

/// How a layer's sums become its output type: (sum + bias) * multiplier / 2^shift, channel by
/// channel.
struct Requantization {
  std::vector<std::int32_t>
      multiplier;  ///< [N], 2^14 .. 2^15 - 1; empty when the output is int32 as it is
  std::vector<std::int32_t> shift;  ///< [N], 0 .. 62
};

/// Chooses the scales from a look at the layer's own sums: the largest magnitude among some output
/// pixels, drawn by the seed, lands at four fifths of the output type's range.
/// @param weights  as they will run, decoded: [N, C, kh, kw] of 16 bits
/// @param bias     int32 [N], or empty
Requantization calibrate(const Layer& layer, const Tensor& activations,
                         Span<const std::int16_t> weights, const Tensor& bias, std::uint64_t seed);

/// The multiplier and shift of one channel whose largest magnitude is `peak`.
struct Scale {
  std::int32_t multiplier = 1;
  std::int32_t shift = 0;
};
Scale scale_for(std::uint64_t peak, DataType output);

/// int8 weights as they run when no encoder changes them.
std::vector<std::int16_t> widen(const Tensor& weights);

/// What the layer's output must be, bit for bit, in user order.
/// @param products  what the machine's sums are, if not plain dot products
Tensor expected_output(const Layer& layer, const Tensor& activations,
                       Span<const std::int16_t> weights, const Tensor& bias,
                       const Requantization& requantization,
                       const reference::DotProducts& products = reference::dot_products);

}  // namespace lacuna::workload
