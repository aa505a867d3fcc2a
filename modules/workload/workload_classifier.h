// SPDX-License-Identifier: Apache-2.0
//
// Classifiers of workload files as machines are given them: no row is stored that can be made.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "sparse/screening/learner.h"
#include "workload/classifier.h"
#include "workload/classifier_data.h"
#include "workload/declared_classifier.h"
#include "workload/synthetic_classifier.h"

namespace lacuna::workload {

/// Rows of a workload file's classifier: weights always on demand; the screener learned and kept, or
/// on demand where the file declares it.
class WorkloadClassifier final : public ClassifierData {
 public:
  /// @param threads  that learn the screener
  explicit WorkloadClassifier(const ClassifierParams& params, unsigned threads = 1);

  ClassifierShape shape() const override;
  void screener_weights(std::uint64_t category, Span<std::uint8_t> packed) const override;
  std::int32_t screener_bias(std::uint64_t category) const override;
  void weights(std::uint64_t category, Span<float> row) const override;
  float bias(std::uint64_t category) const override;

  /// One batch of the file's contexts, projected, and the threshold that lets about its number of
  /// candidates pass.
  ClassifierBatch batch(std::uint32_t number = 0) const;

 private:
  const sparse::screening::TernaryProjection& projection() const;
  const sparse::screening::ContextFormat& format() const;
  double worth() const;
  void project(std::uint64_t context, Span<float> features, Span<std::uint8_t> packed) const;
  std::int32_t find_threshold() const;

  ClassifierParams params_;
  std::unique_ptr<SyntheticClassifier> classifier_;
  const DeclaredClassifier* declared_ = nullptr;  // classifier_, if it is one
  std::optional<sparse::screening::Screener> learned_;
  std::int32_t threshold_ = 0;
};

}  // namespace lacuna::workload
