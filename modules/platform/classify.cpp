// SPDX-License-Identifier: Apache-2.0
#include "platform/classify.h"

#include <memory>

#include <fmt/format.h>

#include "core/error.h"
#include "enmc/host.h"
#include "enmc/workload_classifier.h"
#include "platform/platform.h"
#include "sparse/screening/int4.h"
#include "sparse/screening/quantization.h"

namespace lacuna::platform {

namespace {

using sparse::screening::int4_bytes;

void check_classifier(const enmc::EnmcClassifier& classifier, Span<const float> contexts) {
  const std::size_t categories = classifier.all_biases.size();
  const std::size_t dimension = classifier.projection.columns();
  const std::size_t packed = int4_bytes(classifier.projection.rows());
  if (categories == 0 || classifier.all_weights.size() != categories * dimension ||
      classifier.screener.size() != categories * packed ||
      classifier.screener_biases.size() != categories) {
    throw input_error(
        {},
        fmt::format("a classifier of {} biases, {} weights of {} a row, {} bytes of screener of "
                    "{} a row and {} screener biases: expected as many rows of each",
                    categories, classifier.all_weights.size(), dimension,
                    classifier.screener.size(), packed, classifier.screener_biases.size()));
  }
  if (contexts.empty() || contexts.size() % dimension != 0) {
    throw input_error({},
                      fmt::format("{} values are no contexts of {}", contexts.size(), dimension));
  }
}

enmc::Batch projected_batch(const enmc::EnmcClassifier& classifier, Span<const float> contexts) {
  const std::size_t dimension = classifier.projection.columns();
  const std::size_t packed = int4_bytes(classifier.projection.rows());
  enmc::Batch batch;
  batch.data = &classifier;
  batch.contexts = static_cast<std::uint32_t>(contexts.size() / dimension);
  batch.constants.dimension = static_cast<std::uint32_t>(dimension);
  batch.constants.length = static_cast<std::uint32_t>(classifier.projection.rows());
  batch.constants.threshold = classifier.threshold;
  batch.constants.worth = classifier.worth;
  batch.features.assign(contexts.begin(), contexts.end());
  batch.projected.resize(batch.contexts * packed);
  for (std::size_t i = 0; i < batch.contexts; ++i) {
    sparse::screening::screen_context(
        classifier.projection, classifier.format, contexts.subspan(i * dimension, dimension),
        Span<std::uint8_t>(batch.projected).subspan(i * packed, packed));
  }
  batch.projection_operations = std::uint64_t{classifier.projection.additions()} * batch.contexts;
  return batch;
}

}  // namespace

BatchClassification classify(const PlatformFile& file, const enmc::EnmcClassifier& classifier,
                             Span<const float> contexts) {
  check_classifier(classifier, contexts);
  Platform platform(file, {});
  auto* host = platform.find_component<enmc::Host>();
  if (host == nullptr) {
    throw input_error({}, fmt::format("'{}' has no module of type enmc_host", file.name));
  }
  enmc::Batch batch = projected_batch(classifier, contexts);
  host->place(classifier.shape(), batch.contexts);
  // The caller's classifier outlives the platform, and memory reads its rows from there.
  const std::shared_ptr<const enmc::ClassifierData> data(std::shared_ptr<void>(), &classifier);
  enmc::declare_classifier(platform.dram().storage(), data, host->layout(),
                           host->dimms().rank_bytes());
  host->submit(std::move(batch));
  platform.simulate();
  return {host->results(), host->elapsed(), platform.summary_of_run()};
}

}  // namespace lacuna::platform
