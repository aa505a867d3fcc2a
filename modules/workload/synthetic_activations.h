// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/random.h"
#include "core/span.h"

namespace lacuna::workload {

/// Post-ReLU activations: zero with probability `zero_fraction` (in steps of 2^-16), otherwise |z|
/// * sigma rounded to the nearest of 1 .. 255.
void draw_after_relu(const RandomStream& values, const RandomStream& zeros, double sigma,
                     double zero_fraction, Span<std::uint8_t> activations);

/// Signed activations: z * sigma rounded to the nearest of -127 .. 127.
void draw_signed(const RandomStream& values, double sigma, Span<std::int8_t> activations);

/// Attention probabilities: softmax over rows of normal logits with deviation 2, in steps of 1/255.
void draw_softmax(const RandomStream& values, std::size_t row, Span<std::uint8_t> activations);

}  // namespace lacuna::workload
