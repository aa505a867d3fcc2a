// SPDX-License-Identifier: Apache-2.0
//
// Classifiers of workload files as the DIMMs hold them: no row is stored that can be made.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "enmc/classifier.h"
#include "enmc/host.h"
#include "enmc/layout.h"
#include "memory/storage.h"
#include "sparse/screening/learner.h"
#include "workload/classifier.h"
#include "workload/declared_classifier.h"
#include "workload/synthetic_classifier.h"

namespace lacuna::enmc {

/// Rows of a workload file's classifier: weights always on demand; the screener learned and kept, or
/// on demand where the file declares it.
class WorkloadClassifier final : public ClassifierData {
 public:
  explicit WorkloadClassifier(const workload::ClassifierParams& params);

  ClassifierShape shape() const override;
  void screener_weights(std::uint64_t category, Span<std::uint8_t> packed) const override;
  std::int32_t screener_bias(std::uint64_t category) const override;
  void weights(std::uint64_t category, Span<float> row) const override;
  float bias(std::uint64_t category) const override;

  /// The file's contexts, projected, and the threshold that lets about its number of candidates pass.
  Batch batch() const;

 private:
  const sparse::screening::TernaryProjection& projection() const;
  const sparse::screening::ContextFormat& format() const;
  double worth() const;
  void project(std::uint64_t context, Span<float> features, Span<std::uint8_t> packed) const;
  std::int32_t find_threshold() const;

  workload::ClassifierParams params_;
  std::unique_ptr<workload::SyntheticClassifier> classifier_;
  const workload::DeclaredClassifier* declared_ = nullptr;  // classifier_, if it is one
  std::optional<sparse::screening::Screener> learned_;
};

/// Declares what every rank holds of a classifier: pages are made when they are read.
void declare_classifier(memory::Storage& storage, std::shared_ptr<const ClassifierData> data,
                        const RankLayout& layout, std::uint64_t rank_bytes);

/// Compares every result with expected_classification, or for more than `most` categories, so many
/// candidates, and so many categories' being candidates or not.
/// @return what the first difference is; empty if there is none
std::string find_difference(const ClassifierData& data, const RankLayout& layout,
                            const Batch& batch, const std::vector<Classification>& results,
                            std::size_t lanes, std::uint64_t most);

}  // namespace lacuna::enmc
