// SPDX-License-Identifier: Apache-2.0
//
// How near approximate classification comes to full classification.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/span.h"

namespace lacuna::sparse::screening {

/// Means over contexts; 1 is perfect for all but the divergence, where 0 is.
struct Quality {
  std::size_t contexts = 0;
  double top1_agreement = 0;  ///< share of contexts with the same best category
  double topk_agreement = 0;  ///< share of the k best categories that are the same
  double recall = 0;          ///< share of the true k best that were candidates
  double divergence = 0;      ///< Kullback-Leibler, of the softmax from the full one's, in nats
  double candidates = 0;      ///< their number
};

/// Adds up the quality of one way of classifying, context by context.
class QualityMeter {
 public:
  explicit QualityMeter(std::size_t k) : k_(k) {}

  /// @param full         outputs of full classification, before softmax
  /// @param approximate  those to judge
  /// @param candidates   categories that had an accurate result, ascending
  void add(Span<const float> full, Span<const float> approximate,
           Span<const std::uint32_t> candidates);
  Quality quality() const;

 private:
  std::size_t k_;
  Quality sums_;
};

/// Of softmax(approximate) from softmax(full), in double precision and nats: 0 when they are the
/// same, but for rounding.
double kullback_leibler(Span<const float> full, Span<const float> approximate);

}  // namespace lacuna::sparse::screening
