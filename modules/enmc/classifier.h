// SPDX-License-Identifier: Apache-2.0
//
// A classifier as a DIMM holds it, and what classifying a batch with it gives. No SystemC.
#pragma once

#include <cstdint>
#include <vector>

#include "core/span.h"
#include "enmc/layout.h"
#include "enmc/program.h"
#include "sparse/screening/projection.h"
#include "sparse/screening/quantization.h"
#include "sparse/screening/special_functions.h"

namespace lacuna::enmc {

/// Weights, biases and the screener's, by category. Rows may be stored or made on demand.
class ClassifierData {
 public:
  virtual ~ClassifierData() = default;
  virtual ClassifierShape shape() const = 0;
  /// One row, packed, int4_bytes(length).
  virtual void screener_weights(std::uint64_t category, Span<std::uint8_t> packed) const = 0;
  virtual std::int32_t screener_bias(std::uint64_t category) const = 0;
  virtual void weights(std::uint64_t category, Span<float> row) const = 0;
  virtual float bias(std::uint64_t category) const = 0;
};

/// Everything of a classifier in memory: weights [l, d], biases [l], a projection of k rows, and the
/// INT4 screener [l, k] with its biases in steps of the sums.
struct EnmcClassifier final : ClassifierData {
  EnmcClassifier(sparse::screening::TernaryProjection projected_by)
      : projection(std::move(projected_by)) {}

  std::vector<float> all_weights;
  std::vector<float> all_biases;
  sparse::screening::TernaryProjection projection;
  sparse::screening::ContextFormat format;
  std::vector<std::uint8_t> screener;  ///< packed rows
  std::vector<std::int32_t> screener_biases;
  float worth = 1;  ///< of a step of a screener sum
  std::int32_t threshold = 0;

  ClassifierShape shape() const override;
  void screener_weights(std::uint64_t category, Span<std::uint8_t> packed) const override;
  std::int32_t screener_bias(std::uint64_t category) const override {
    return screener_biases[category];
  }
  void weights(std::uint64_t category, Span<float> row) const override;
  float bias(std::uint64_t category) const override { return all_biases[category]; }
};

/// A category and its output before the softmax.
struct Scored {
  std::uint64_t category = 0;
  float value = 0;

  friend bool operator==(const Scored& a, const Scored& b) {
    return a.category == b.category && a.value == b.value;
  }
};

/// What classifying one context gives.
struct Classification {
  std::vector<Scored> accurate;     ///< candidates, by category
  std::vector<Scored> approximate;  ///< all others, by category, where asked for
  /// Of the softmax over all categories: candidates with their accurate outputs, all others with the
  /// screener's.
  sparse::screening::SoftmaxPart normalizer;
  std::vector<float> probabilities;  ///< of `accurate`
};

/// The parts of one rank's softmax, in the order in which its units make them: the screener's, a part a
/// block merged into what was before; the Executor's, one a candidate; then both together.
/// @param layout  decides rows, blocks and passes
Classification expected_classification(const ClassifierData& data, const RankLayout& layout,
                                       const ClassifierConstants& constants,
                                       Span<const float> context,
                                       Span<const std::uint8_t> projected, std::size_t lanes = 16);

}  // namespace lacuna::enmc
