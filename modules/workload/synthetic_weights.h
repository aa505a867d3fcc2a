// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/random.h"
#include "core/span.h"
#include "workload/params.h"

namespace lacuna::workload {

/// Weights of one spread per channel, quantized symmetrically by each channel's largest magnitude.
/// A channel's real weights are z * sigma with sigma = exp(-3.5 + 0.5 g), g normal (the spread of
/// the weights behind the BBS golden data); z is normal, or Laplace with variance 1. Its integers
/// are 127 z / max|z|, rounded half to even, and one step is worth sigma * max|z| / 127.
/// @param weights  [channels, anything], channels = scales.size()
void draw_weights(const RandomStream& values, const RandomStream& spreads,
                  WeightDistribution distribution, Span<std::int8_t> weights, Span<float> scales);

/// 127 * z / largest rounded half to even, for |z| <= 2^24.
/// @param samples  of one channel
/// @return the largest magnitude, 0 if all are 0
std::int32_t quantize_by_largest(Span<const std::int32_t> samples, Span<std::int8_t> weights);

/// Small biases: whole numbers in -1024 .. 1023.
void draw_bias(const RandomStream& values, Span<std::int32_t> bias);

}  // namespace lacuna::workload
