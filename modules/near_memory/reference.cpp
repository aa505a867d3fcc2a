// SPDX-License-Identifier: Apache-2.0
#include "near_memory/reference.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "near_memory/arithmetic.h"
#include "sparse/screening/int4.h"
#include "workload/normalize.h"

namespace lacuna::near_memory {

namespace {

using sparse::screening::SoftmaxPart;
using workload::Classification;
using workload::Scored;

/// One context of a batch and the rows that it meets.
class ContextReference {
 public:
  ContextReference(const workload::ClassifierData& data, const UnitLayout& layout,
                   const UnitParams& params, const workload::ClassifierBatch& batch,
                   std::uint32_t context)
      : data_(data), layout_(layout), params_(params), constants_(batch.constants) {
    const std::size_t d = constants_.dimension;
    const std::size_t bytes = sparse::screening::int4_bytes(constants_.length);
    features_ = Span<const float>(batch.features).subspan(context * d, d);
    projected_ = Span<const std::uint8_t>(batch.projected).subspan(context * bytes, bytes);
    row_.resize(d);
    packed_.resize(bytes);
  }

  std::int32_t sum(std::uint64_t category) {
    data_.screener_weights(category, packed_);
    return data_.screener_bias(category) +
           sparse::screening::dot_int4(packed_, projected_, constants_.length);
  }

  float output(std::uint64_t category, const Matrix& matrix) {
    data_.weights(category, row_);
    return tiled_output(row_, features_, data_.bias(category), matrix.tile, params_.values);
  }

  std::optional<SoftmaxPart> classify(std::uint32_t unit, Classification& result) {
    std::optional<SoftmaxPart> part;
    std::vector<float> kept;
    const std::uint32_t rows = layout_.rows_of(unit);
    const std::uint32_t step = layout_.output_rows(params_);
    std::vector<float> values;
    for (std::uint32_t row = 0; row < rows; ++row) {
      const std::uint64_t category = layout_.category_of(unit, row);
      if (!layout_.screening) {
        kept.push_back(output(category, layout_.classifier));
        result.accurate.push_back({category, kept.back()});
      } else if (const std::int32_t found = sum(category); found > constants_.threshold) {
        values.push_back(output(category, layout_.candidates));
        result.accurate.push_back({category, values.back()});
      } else {
        kept.push_back(static_cast<float>(found) * constants_.worth);
      }
      if ((row + 1) % step == 0 || row + 1 == rows) {
        merge_part(part, kept);
        kept.clear();
      }
    }
    for (const float value : values) {
      merge_candidate(part, value);
    }
    return part;
  }

 private:
  const workload::ClassifierData& data_;
  const UnitLayout& layout_;
  const UnitParams& params_;
  const workload::ClassifierConstants& constants_;
  Span<const float> features_;
  Span<const std::uint8_t> projected_;
  std::vector<float> row_;
  std::vector<std::uint8_t> packed_;
};

bool by_category(const Scored& a, const Scored& b) {
  return a.category < b.category;
}

std::string compare_all(const Classification& expected, const Classification& got,
                        std::uint32_t context) {
  if (expected.accurate.size() != got.accurate.size()) {
    return fmt::format("context {}: expected {} results, got {}", context, expected.accurate.size(),
                       got.accurate.size());
  }
  for (std::size_t i = 0; i < expected.accurate.size(); ++i) {
    const Scored& wanted = expected.accurate[i];
    const Scored& found = got.accurate[i];
    if (!(wanted == found)) {
      return fmt::format("context {}: expected category {} with {}, got category {} with {}",
                         context, wanted.category, wanted.value, found.category, found.value);
    }
  }
  const bool same = expected.normalizer.maximum == got.normalizer.maximum &&
                    expected.normalizer.sum == got.normalizer.sum;
  if (same && expected.probabilities != got.probabilities) {
    return fmt::format("context {}: probabilities differ", context);
  }
  return same ? std::string()
              : fmt::format(
                    "context {}: expected a softmax with maximum {} and sum {}, got {} "
                    "and {}",
                    context, expected.normalizer.maximum, expected.normalizer.sum,
                    got.normalizer.maximum, got.normalizer.sum);
}

std::string compare_some(ContextReference& reference, const UnitLayout& layout,
                         std::int32_t threshold, const Classification& got, std::uint32_t context,
                         std::uint64_t count) {
  const auto& accurate = got.accurate;
  const std::uint64_t values = std::min<std::uint64_t>(count, accurate.size());
  for (std::uint64_t i = 0; i < values; ++i) {
    const Scored& scored = accurate[i * accurate.size() / values];
    const float expected =
        reference.output(scored.category, layout.screening ? layout.candidates : layout.classifier);
    if (expected != scored.value) {
      return fmt::format("context {}, category {}: expected {}, got {}", context, scored.category,
                         expected, scored.value);
    }
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t category = i * layout.categories / count;
    const bool wanted = !layout.screening || reference.sum(category) > threshold;
    if (wanted !=
        std::binary_search(accurate.begin(), accurate.end(), Scored{category, 0}, by_category)) {
      return fmt::format("context {}, category {}: {} accurate result", context, category,
                         wanted ? "expected an" : "found an unexpected");
    }
  }
  return {};
}

}  // namespace

Classification expected_classification(const workload::ClassifierData& data,
                                       const UnitLayout& layout, const UnitParams& params,
                                       const workload::ClassifierBatch& batch,
                                       std::uint32_t context) {
  Classification result;
  ContextReference reference(data, layout, params, batch, context);
  std::vector<SoftmaxPart> parts;
  for (std::uint32_t unit = 0; unit < layout.units; ++unit) {
    if (const auto part = reference.classify(unit, result)) {
      parts.push_back(*part);
    }
  }
  workload::normalize(result, parts, batch.constants.normalizer);
  return result;
}

std::string find_difference(const UnitLayout& layout, const UnitParams& params,
                            const workload::ClassifierBatch& batch,
                            const std::vector<Classification>& results, std::uint64_t most) {
  const workload::ClassifierData& data = *batch.data;
  for (std::uint32_t i = 0; i < batch.contexts; ++i) {
    std::string difference;
    if (layout.categories > most) {
      ContextReference reference(data, layout, params, batch, i);
      difference =
          compare_some(reference, layout, batch.constants.threshold, results[i], i, most / 16);
    } else {
      difference =
          compare_all(expected_classification(data, layout, params, batch, i), results[i], i);
    }
    if (!difference.empty()) {
      return difference;
    }
  }
  return {};
}

}  // namespace lacuna::near_memory
