// SPDX-License-Identifier: Apache-2.0
//
// Classifiers too large to store: the INT4 screener is drawn by counter, and a row of the classifier
// follows from its screener row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sparse/screening/projection.h"
#include "sparse/screening/quantization.h"
#include "workload/synthetic_classifier.h"

namespace lacuna::workload {

/// Screener weights w~ are INT4 of these equally likely values, near to a normal distribution of
/// deviation 2.1; row i of the classifier is
///
///     w_i = step * sqrt(3/k) * w~_i P + noise
///
/// so that the screener is what learning would find, up to the noise. Its biases are the
/// classifier's, rounded. The quality of such a screener says nothing about the algorithm; sizes,
/// data and results are real all the same. Contexts are strength / 1.5 times a category's row, plus
/// normal values that give other outputs a deviation of about 2.
class DeclaredClassifier final : public SyntheticClassifier {
 public:
  explicit DeclaredClassifier(const ClassifierParams& params);

  const sparse::screening::TernaryProjection& projection() const { return projection_; }
  const sparse::screening::ContextFormat& context_format() const { return format_; }
  double weight_step() const { return weight_step_; }
  /// What one step of a screener sum is worth.
  double worth() const { return weight_step_ * format_.worth(projection_); }

  /// Packed INT4 rows. A word of 64 random bits gives 16 weights; a row starts at a word.
  /// @param packed  [count, int4_bytes(projection().rows())]
  void screener_weights(std::size_t first, std::size_t count, Span<std::uint8_t> packed) const;
  void screener_biases(std::size_t first, std::size_t count, Span<std::int32_t> biases) const;

  void weights(std::size_t first, std::size_t count, Span<float> weights) const override;
  void context(std::uint64_t index, Span<float> context) const override;

 private:
  void row(std::size_t number, Span<std::int32_t> values) const;
  void choose_context_format();

  sparse::screening::TernaryProjection projection_;
  std::vector<std::int16_t> entries_;  ///< of the projection, wide enough to multiply with
  CounterWords words_;
  std::uint64_t seed_;
  int shift_ = 0;  ///< whole numbers of w~ P are worth 2^shift units
  double weight_step_ = 0;
  sparse::screening::ContextFormat format_;
};

}  // namespace lacuna::workload
