// SPDX-License-Identifier: Apache-2.0
//
// Full classification and approximate screening as their definitions read, on unpacked values.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/span.h"

namespace lacuna::reference {

/// outputs[i] = weights[i] . context + bias[i] in double precision, from the first element to the
/// last.
/// @param weights  [outputs, context]
void classify(Span<const float> weights, Span<const float> context, Span<const float> bias,
              Span<double> outputs);

/// exp(value) / sum of them, the greatest value taken out first, with the host's exp.
void softmax(Span<const double> values, Span<double> probabilities);
/// 1 / (1 + exp(-value)).
void sigmoid(Span<const double> values, Span<double> probabilities);

/// How far an FP32 dot product of these operands plus bias may be from the exact value, in any order
/// of summation: (n + 1) u / (1 - (n + 1) u) times the sum of the magnitudes, u = 2^-24 [Higham,
/// Accuracy and Stability, 3.1].
double float_error_bound(Span<const float> weights, Span<const float> context, float bias);

}  // namespace lacuna::reference
