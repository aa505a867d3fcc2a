// SPDX-License-Identifier: Apache-2.0
#include "workload/normalize.h"

#include <algorithm>

namespace lacuna::workload {

std::uint64_t normalize(Classification& result, Span<const sparse::screening::SoftmaxPart> parts,
                        Normalizer normalizer) {
  for (std::vector<Scored>* scored : {&result.accurate, &result.approximate}) {
    std::sort(scored->begin(), scored->end(),
              [](const Scored& a, const Scored& b) { return a.category < b.category; });
  }
  std::vector<float> outputs;
  outputs.reserve(result.accurate.size());
  for (const Scored& scored : result.accurate) {
    outputs.push_back(scored.value);
  }
  if (normalizer == Normalizer::sigmoid) {
    result.probabilities.resize(outputs.size());
    std::transform(outputs.begin(), outputs.end(), result.probabilities.begin(),
                   [](float value) { return sparse::screening::taylor_sigmoid(value); });
    return outputs.size();
  }
  if (parts.empty()) {
    return 0;
  }
  result.normalizer = sparse::screening::merge_softmax(parts);
  result.probabilities.resize(outputs.size());
  sparse::screening::normalize_softmax(outputs, result.normalizer, result.probabilities);
  return parts.size() + outputs.size();
}

}  // namespace lacuna::workload
