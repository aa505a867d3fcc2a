// SPDX-License-Identifier: Apache-2.0
#include "workload/workload_classifier.h"

#include <algorithm>
#include <cstring>

#include "sparse/screening/candidates.h"
#include "sparse/screening/int4.h"
#include "sparse/screening/screener.h"
#include "workload/screening_study.h"

namespace lacuna::workload {

namespace {

/// Rows, evenly spread, and contexts from which a threshold is found. Contexts differ in how many rows
/// they let pass far more than parts of the rows do, so that many of them are worth more than all rows.
constexpr std::uint64_t threshold_rows = 4096;
constexpr std::uint64_t threshold_contexts = 256;
constexpr std::uint64_t threshold_block = 1024;  ///< rows screened together

using sparse::screening::int4_bytes;

}  // namespace

WorkloadClassifier::WorkloadClassifier(const ClassifierParams& params, unsigned threads)
    : params_(params) {
  if (params.screener == ScreenerSource::declared) {
    auto declared = std::make_unique<DeclaredClassifier>(params);
    declared_ = declared.get();
    classifier_ = std::move(declared);
  } else {
    classifier_ = make_classifier(params);
    constexpr unsigned bits = 4;
    constexpr std::uint64_t usual_training = 0;
    learned_ = make_screener(params, *classifier_, bits, usual_training, threads);
  }
  threshold_ = find_threshold();
}

const sparse::screening::TernaryProjection& WorkloadClassifier::projection() const {
  return declared_ != nullptr ? declared_->projection() : learned_->projection;
}
const sparse::screening::ContextFormat& WorkloadClassifier::format() const {
  return declared_ != nullptr ? declared_->context_format() : learned_->context;
}
double WorkloadClassifier::worth() const {
  return declared_ != nullptr ? declared_->worth() : learned_->worth();
}

ClassifierShape WorkloadClassifier::shape() const {
  ClassifierShape shape;
  shape.categories = params_.categories;
  shape.dimension = params_.dimension;
  shape.length = static_cast<std::uint32_t>(projection().rows());
  return shape;
}

void WorkloadClassifier::screener_weights(std::uint64_t category, Span<std::uint8_t> packed) const {
  if (declared_ != nullptr) {
    declared_->screener_weights(category, 1, packed);
    return;
  }
  const std::size_t bytes = int4_bytes(projection().rows());
  std::memcpy(packed.data(), learned_->weights.data() + category * bytes, bytes);
}

std::int32_t WorkloadClassifier::screener_bias(std::uint64_t category) const {
  if (declared_ == nullptr) {
    return learned_->bias[category];
  }
  std::int32_t bias = 0;
  declared_->screener_biases(category, 1, {&bias, 1});
  return bias;
}

void WorkloadClassifier::weights(std::uint64_t category, Span<float> row) const {
  classifier_->weights(category, 1, row);
}

float WorkloadClassifier::bias(std::uint64_t category) const {
  float bias = 0;
  classifier_->bias(category, 1, {&bias, 1});
  return bias;
}

void WorkloadClassifier::project(std::uint64_t context, Span<float> features,
                                 Span<std::uint8_t> packed) const {
  classifier_->context(context, features);
  sparse::screening::screen_context(projection(), format(), features, packed);
}

std::int32_t WorkloadClassifier::find_threshold() const {
  const std::uint64_t rows = std::min(threshold_rows, params_.categories);
  const std::uint64_t length = projection().rows();
  const std::size_t bytes = int4_bytes(length);
  std::vector<float> features(params_.dimension);
  std::vector<std::uint8_t> contexts(threshold_contexts * bytes);
  for (std::uint64_t context = 0; context < threshold_contexts; ++context) {
    project(validation_contexts + context, features,
            Span<std::uint8_t>(contexts).subspan(context * bytes, bytes));
  }
  std::vector<std::uint8_t> weights(threshold_block * bytes);
  std::vector<std::int32_t> biases(threshold_block);
  std::vector<std::int32_t> of_block(threshold_contexts * threshold_block);
  std::vector<std::int32_t> sums;
  sums.reserve(threshold_contexts * rows);
  for (std::uint64_t first = 0; first < rows; first += threshold_block) {
    const std::uint64_t count = std::min(threshold_block, rows - first);
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t category = (first + i) * params_.categories / rows;
      screener_weights(category, Span<std::uint8_t>(weights).subspan(i * bytes, bytes));
      biases[i] = screener_bias(category);
    }
    sparse::screening::ScreenerRows block;
    block.weights = Span<const std::uint8_t>(weights).first(count * bytes);
    block.stride = bytes;
    block.length = length;
    block.bias = Span<const std::int32_t>(biases).first(count);
    const auto out = Span<std::int32_t>(of_block).first(threshold_contexts * count);
    sparse::screening::screen_batch(block, contexts, threshold_contexts, out);
    sums.insert(sums.end(), out.begin(), out.end());
  }
  const double share =
      static_cast<double>(params_.candidates) / static_cast<double>(params_.categories);
  return sparse::screening::tune_threshold(
      sums, static_cast<std::size_t>(share * static_cast<double>(sums.size()) + 0.5));
}

ClassifierBatch WorkloadClassifier::batch(std::uint32_t number) const {
  ClassifierBatch batch;
  batch.data = this;
  batch.contexts = params_.batch;
  batch.constants.dimension = params_.dimension;
  batch.constants.length = static_cast<std::uint32_t>(projection().rows());
  batch.constants.worth = static_cast<float>(worth());
  batch.constants.threshold = threshold_;
  batch.constants.normalizer = params_.normalizer;
  batch.features.resize(std::size_t{params_.batch} * params_.dimension);
  const std::size_t bytes = int4_bytes(projection().rows());
  batch.projected.resize(params_.batch * bytes);
  for (std::uint32_t i = 0; i < params_.batch; ++i) {
    project(
        std::uint64_t{number} * params_.batch + i,
        Span<float>(batch.features).subspan(std::size_t{i} * params_.dimension, params_.dimension),
        Span<std::uint8_t>(batch.projected).subspan(i * bytes, bytes));
  }
  batch.projection_operations = std::uint64_t{projection().additions()} * params_.batch;
  if (params_.end_to_end) {
    batch.front_end = front_end_layers(params_.front_end, params_.dimension);
  }
  return batch;
}

}  // namespace lacuna::workload
