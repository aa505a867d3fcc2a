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
#include "workload/classifier_data.h"

namespace lacuna::enmc {

using workload::Classification;
using workload::ClassifierData;
using workload::Scored;

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

/// The parts of one rank's softmax, in the order in which its units make them: the screener's, a part a
/// block merged into what was before; the Executor's, one a candidate; then both together.
/// @param layout  decides rows, blocks and passes
Classification expected_classification(const ClassifierData& data, const RankLayout& layout,
                                       const ClassifierConstants& constants,
                                       Span<const float> context,
                                       Span<const std::uint8_t> projected, std::size_t lanes = 16);

}  // namespace lacuna::enmc
