// SPDX-License-Identifier: Apache-2.0
#include "sparse/screening/quality.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "core/error.h"
#include "sparse/screening/candidates.h"

namespace lacuna::sparse::screening {
namespace {

/// Entries that two ascending lists share.
std::size_t common(Span<const std::uint32_t> left, Span<const std::uint32_t> right) {
  std::vector<std::uint32_t> both;
  std::set_intersection(left.begin(), left.end(), right.begin(), right.end(),
                        std::back_inserter(both));
  return both.size();
}

/// log(sum of exp(value)), the greatest value taken out first.
double log_normalizer(Span<const float> values) {
  const double greatest = *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (const float value : values) {
    sum += std::exp(value - greatest);
  }
  return greatest + std::log(sum);
}

}  // namespace

double kullback_leibler(Span<const float> full, Span<const float> approximate) {
  if (full.size() != approximate.size() || full.empty()) {
    throw model_error(
        fmt::format("a divergence of {} outputs from {}", approximate.size(), full.size()));
  }
  const double log_full = log_normalizer(full);
  const double log_approximate = log_normalizer(approximate);
  double divergence = 0;
  for (std::size_t i = 0; i < full.size(); ++i) {
    const double log_p = full[i] - log_full;
    divergence += std::exp(log_p) * (log_p - (approximate[i] - log_approximate));
  }
  return divergence;
}

void QualityMeter::add(Span<const float> full, Span<const float> approximate,
                       Span<const std::uint32_t> candidates) {
  const std::size_t k = std::min(k_, full.size());
  const auto true_best = top_outputs(full, k);
  sums_.divergence += kullback_leibler(full, approximate);
  ++sums_.contexts;
  sums_.top1_agreement += top_outputs(full, 1) == top_outputs(approximate, 1) ? 1 : 0;
  sums_.topk_agreement += double(common(true_best, top_outputs(approximate, k))) / double(k);
  sums_.recall += double(common(true_best, candidates)) / double(k);
  sums_.candidates += double(candidates.size());
}

Quality QualityMeter::quality() const {
  Quality mean = sums_;
  if (mean.contexts != 0) {
    const auto n = double(mean.contexts);
    mean.top1_agreement /= n;
    mean.topk_agreement /= n;
    mean.recall /= n;
    mean.divergence /= n;
    mean.candidates /= n;
  }
  return mean;
}

}  // namespace lacuna::sparse::screening
