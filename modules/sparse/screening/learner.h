// SPDX-License-Identifier: Apache-2.0
//
// How a screener is made from a trained classifier.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "core/span.h"
#include "sparse/screening/projection.h"
#include "sparse/screening/quantization.h"
#include "sparse/screening/screener.h"

namespace lacuna::sparse::screening {

/// The classifier z = W h + b; its rows may be made when they are asked for.
struct LinearClassifier {
  std::size_t categories = 0;  ///< l
  std::size_t dimension = 0;   ///< d
  /// Rows `first` .. `first + count` of W, [count, dimension].
  std::function<void(std::size_t first, std::size_t count, Span<float> weights)> weights;
  Span<const float> bias;
};

/// W~ and b~ before quantization.
struct RealScreener {
  std::vector<float> weights;  ///< [categories, k]
  std::vector<double> bias;
};

/// Everything that the Screener needs, in integers.
struct Screener {
  TernaryProjection projection;
  ContextFormat context;
  double weight_step = 0;             ///< what one step of a weight is worth
  std::vector<std::uint8_t> weights;  ///< packed INT4, [categories, int4_bytes(k)]
  std::vector<std::int32_t> bias;     ///< in steps of the sums

  /// What one step of a sum is worth.
  double worth() const { return weight_step * context.worth(projection); }
  ScreenerRows rows() const;
};

/// The fixed point of the contexts: as many fraction bits as leave a factor of 2 above the largest
/// value; and the INT4 step of what they are projected to with the least squared error.
/// @param contexts  [anything, projection.columns()]
ContextFormat choose_context_format(const TernaryProjection& projection,
                                    Span<const float> contexts);

/// The step that makes the squared error of rounding to -greatest .. greatest least, of those that
/// put the limit at 1/64, 2/64 .. of the largest magnitude.
double choose_weight_step(Span<const float> weights, int greatest);

/// W~ and b~ with the least sum of squares |(W h + b) - (W~ P h + b~)|^2 over the contexts: the loss
/// of [Liu, dissertation, eq. 6.4], solved instead of descended. With x = (P h, 1) for every column
/// of X, (W~, b~) = (W, b) (H, 1) X^T (X X^T)^-1, where all but the first factor is the same for all
/// rows; contexts are projected as the Screener's are, before their rounding to INT4. A 1e-6 of the
/// mean square of x is added to the diagonal, so that few contexts do not make it singular.
/// @param contexts  [anything, d]
/// @param threads  that work, and call classifier.weights; the result is the same for any number
RealScreener learn_screener(const LinearClassifier& classifier, const TernaryProjection& projection,
                            int fraction_bits, Span<const float> contexts, unsigned threads = 1);

/// Rounds weights to `bits`, 2 .. 4, with one step for all of them, and the bias to steps of sums.
Screener quantize_screener(const RealScreener& real, const TernaryProjection& projection,
                           const ContextFormat& format, unsigned bits = 4);

}  // namespace lacuna::sparse::screening
