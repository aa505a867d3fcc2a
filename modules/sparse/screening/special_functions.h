// SPDX-License-Identifier: Apache-2.0
//
// The special-function unit: exp by its Taylor polynomial of 4th order [Liu, dissertation, 6.5.2],
// and what is made of it. FP32, rounded to nearest after every operation, in the order stated.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/span.h"
#include "sparse/screening/executor.h"

namespace lacuna::sparse::screening {

/// What the polynomial is given.
enum class ExpArgument : std::uint8_t {
  reduced,    ///< r = x - n ln 2 within +-ln 2 / 2 or so; the result is multiplied by 2^n
  unreduced,  ///< x itself: good near 0 only, but positive everywhere
};

/// 1 + r (1 + r (1/2 + r (1/6 + r / 24))), from the inside out; constants rounded to FP32.
float taylor_polynomial(float r);

/// exp(x). Reduced: n = round(x * log2 e), half to even; r = (x - n * 0.693359375) - n *
/// -2.12194440e-4, the first product being exact; polynomial(r) * 2^n, rounded once where it is
/// subnormal. x above 89 gives infinity, below -104 zero. The relative error is below 6.2e-5 where
/// the result is normal: |r|^5 / 120 * sqrt 2 with |r| <= 0.3467, and rounding.
float taylor_exp(float x, ExpArgument argument = ExpArgument::reduced);

/// 1 / (1 + taylor_exp(-x)).
float taylor_sigmoid(float x, ExpArgument argument = ExpArgument::reduced);

/// What the normalizer of a softmax needs to know of a part of the outputs.
struct SoftmaxPart {
  float maximum = 0;
  float sum = 0;  ///< of taylor_exp(x - maximum)
};

/// Sums in `lanes` lanes as lane_dot does: lane j % lanes from j = 0 up, then add_lanes. At least
/// one value.
SoftmaxPart softmax_part(Span<const float> values, ExpArgument argument = ExpArgument::reduced,
                         std::size_t lanes = executor_lanes);

/// The whole from its parts: the greatest maximum, and the sums times taylor_exp(maximum of the
/// part - greatest), added in the order given.
SoftmaxPart merge_softmax(Span<const SoftmaxPart> parts,
                          ExpArgument argument = ExpArgument::reduced);

/// probabilities[i] = taylor_exp(values[i] - whole.maximum) / whole.sum.
void normalize_softmax(Span<const float> values, const SoftmaxPart& whole,
                       Span<float> probabilities, ExpArgument argument = ExpArgument::reduced);

}  // namespace lacuna::sparse::screening
