// SPDX-License-Identifier: Apache-2.0
#include "enmc/classifier.h"

#include <algorithm>
#include <optional>

#include "sparse/screening/executor.h"
#include "sparse/screening/int4.h"
#include "workload/normalize.h"

namespace lacuna::enmc {

namespace {

using sparse::screening::SoftmaxPart;

void merge_into(std::optional<SoftmaxPart>& whole, const SoftmaxPart& part) {
  if (!whole) {
    whole = part;
    return;
  }
  const std::vector<SoftmaxPart> both = {*whole, part};
  whole = sparse::screening::merge_softmax(both);
}

/// One rank's share, row by row.
class RankReference {
 public:
  RankReference(const ClassifierData& data, const RankLayout& layout,
                const ClassifierConstants& constants, std::size_t lanes)
      : data_(data),
        layout_(layout),
        constants_(constants),
        lanes_(lanes),
        row_(constants.dimension),
        packed_(layout.row_bytes) {}

  SoftmaxPart classify(std::uint32_t rank, Span<const float> context,
                       Span<const std::uint8_t> projected, Classification& result) {
    std::optional<SoftmaxPart> screened;
    std::optional<SoftmaxPart> accurate;
    const std::uint32_t rows = layout_.rows_of(rank);
    std::vector<float> kept;
    for (std::uint32_t row = 0; row < rows; ++row) {
      const std::uint64_t category = layout_.category_of(rank, row);
      data_.screener_weights(category, packed_);
      const std::int32_t sum = data_.screener_bias(category) +
                               sparse::screening::dot_int4(packed_, projected, constants_.length);
      if (sum > constants_.threshold) {
        data_.weights(category, row_);
        const float value =
            sparse::screening::accurate_result(row_, context, data_.bias(category), lanes_);
        merge_into(accurate, {value, 1.0F});
        result.accurate.push_back({category, value});
      } else {
        kept.push_back(sparse::screening::approximate_result(sum, constants_.worth));
        if (constants_.returns_all) {
          result.approximate.push_back({category, kept.back()});
        }
      }
      if ((row + 1) % layout_.block_rows == 0 || row + 1 == rows) {
        if (!kept.empty()) {
          merge_into(screened, sparse::screening::softmax_part(
                                   kept, sparse::screening::ExpArgument::reduced, lanes_));
        }
        kept.clear();
      }
    }
    std::vector<SoftmaxPart> parts;
    for (const auto& part : {screened, accurate}) {
      if (part) {
        parts.push_back(*part);
      }
    }
    return parts.empty() ? SoftmaxPart{0, 0} : sparse::screening::merge_softmax(parts);
  }

 private:
  const ClassifierData& data_;
  const RankLayout& layout_;
  const ClassifierConstants& constants_;
  std::size_t lanes_;
  std::vector<float> row_;
  std::vector<std::uint8_t> packed_;
};

}  // namespace

ClassifierShape EnmcClassifier::shape() const {
  ClassifierShape shape;
  shape.categories = all_biases.size();
  shape.dimension = static_cast<std::uint32_t>(projection.columns());
  shape.length = static_cast<std::uint32_t>(projection.rows());
  return shape;
}

void EnmcClassifier::screener_weights(std::uint64_t category, Span<std::uint8_t> packed) const {
  const std::size_t bytes = sparse::screening::int4_bytes(projection.rows());
  std::copy_n(screener.begin() + static_cast<std::ptrdiff_t>(category * bytes), bytes,
              packed.begin());
}

void EnmcClassifier::weights(std::uint64_t category, Span<float> row) const {
  const std::size_t columns = projection.columns();
  std::copy_n(all_weights.begin() + static_cast<std::ptrdiff_t>(category * columns), columns,
              row.begin());
}

Classification expected_classification(const ClassifierData& data, const RankLayout& layout,
                                       const ClassifierConstants& constants,
                                       Span<const float> context,
                                       Span<const std::uint8_t> projected, std::size_t lanes) {
  Classification result;
  RankReference reference(data, layout, constants, lanes);
  std::vector<SoftmaxPart> parts;
  for (std::uint32_t rank = 0; rank < layout.ranks; ++rank) {
    const SoftmaxPart part = reference.classify(rank, context, projected, result);
    if (part.sum > 0) {
      parts.push_back(part);
    }
  }
  workload::normalize(result, parts, constants.normalizer);
  return result;
}

}  // namespace lacuna::enmc
