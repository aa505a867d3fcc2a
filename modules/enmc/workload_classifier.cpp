// SPDX-License-Identifier: Apache-2.0
#include "enmc/workload_classifier.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "sparse/screening/executor.h"
#include "sparse/screening/int4.h"

namespace lacuna::enmc {

namespace {

using sparse::screening::int4_bytes;

/// One kind of rows in one rank, one after the other.
class DeclaredRows : public memory::DeclaredBytes {
 public:
  DeclaredRows(std::shared_ptr<const ClassifierData> data, const RankLayout& layout,
               std::uint32_t rank, std::uint32_t row_bytes)
      : data_(std::move(data)), layout_(layout), rank_(rank), row_bytes_(row_bytes) {}

  void fill(std::uint64_t offset, Span<std::uint8_t> out) const override {
    std::vector<std::uint8_t> whole;
    while (!out.empty()) {
      const auto row = static_cast<std::uint32_t>(offset / row_bytes_);
      const std::uint64_t skipped = offset % row_bytes_;
      const std::size_t count = std::min<std::uint64_t>(out.size(), row_bytes_ - skipped);
      const std::uint64_t category = layout_.category_of(rank_, row);
      if (count == row_bytes_) {
        make(category, out.first(count));
      } else {
        whole.resize(row_bytes_);
        make(category, whole);
        std::memcpy(out.data(), whole.data() + skipped, count);
      }
      out = out.subspan(count);
      offset += count;
    }
  }

 protected:
  virtual void make(std::uint64_t category, Span<std::uint8_t> row) const = 0;
  const ClassifierData& data() const { return *data_; }
  const RankLayout& layout() const { return layout_; }

 private:
  std::shared_ptr<const ClassifierData> data_;
  RankLayout layout_;
  std::uint32_t rank_;
  std::uint32_t row_bytes_;
};

class ScreenerRowsOfRank final : public DeclaredRows {
 public:
  using DeclaredRows::DeclaredRows;
  void make(std::uint64_t category, Span<std::uint8_t> row) const override {
    data().screener_weights(category, row);
  }
};

class ScreenerBiasesOfRank final : public DeclaredRows {
 public:
  using DeclaredRows::DeclaredRows;
  void make(std::uint64_t category, Span<std::uint8_t> row) const override {
    const std::int32_t bias = data().screener_bias(category);
    std::memcpy(row.data(), &bias, sizeof bias);
  }
};

class AccurateRowsOfRank final : public DeclaredRows {
 public:
  using DeclaredRows::DeclaredRows;
  void make(std::uint64_t category, Span<std::uint8_t> row) const override {
    const std::size_t dimension = data().shape().dimension;
    std::vector<float> values(dimension + 1);
    data().weights(category, Span<float>(values).first(dimension));
    values[dimension] = data().bias(category);
    std::memset(row.data(), 0, row.size());
    std::memcpy(row.data(), values.data(), values.size() * sizeof(float));
  }
};

}  // namespace

void declare_classifier(memory::Storage& storage, const std::shared_ptr<const ClassifierData>& data,
                        const RankLayout& layout, std::uint64_t rank_bytes) {
  for (std::uint32_t rank = 0; rank < layout.ranks; ++rank) {
    const std::uint64_t base = rank * rank_bytes;
    const std::uint64_t rows = layout.rows_of(rank);
    if (rows == 0) {
      continue;
    }
    storage.declare(base + layout.weights_int4, rows * layout.row_bytes,
                    std::make_shared<ScreenerRowsOfRank>(data, layout, rank, layout.row_bytes));
    storage.declare(base + layout.biases_int4, rows * 4,
                    std::make_shared<ScreenerBiasesOfRank>(data, layout, rank, 4));
    storage.declare(
        base + layout.weights_fp32, rows * layout.fp32_row_bytes,
        std::make_shared<AccurateRowsOfRank>(data, layout, rank, layout.fp32_row_bytes));
  }
}

namespace {

/// What one category must have become, found anew.
std::string check_category(const ClassifierData& data, const Batch& batch, std::uint32_t context,
                           std::uint64_t category, const Scored* accurate, std::size_t lanes) {
  const std::size_t bytes = int4_bytes(batch.constants.length);
  std::vector<std::uint8_t> packed(bytes);
  data.screener_weights(category, packed);
  const std::int32_t sum =
      data.screener_bias(category) +
      sparse::screening::dot_int4(
          packed, Span<const std::uint8_t>(batch.projected).subspan(context * bytes, bytes),
          batch.constants.length);
  if ((sum > batch.constants.threshold) != (accurate != nullptr)) {
    return fmt::format("context {}, category {}: sum {} and threshold {}, but {}", context,
                       category, sum, batch.constants.threshold,
                       accurate == nullptr ? "no accurate result" : "an accurate result");
  }
  if (accurate == nullptr) {
    return {};
  }
  std::vector<float> row(batch.constants.dimension);
  data.weights(category, row);
  const float expected = sparse::screening::accurate_result(
      row, Span<const float>(batch.features).subspan(context * row.size(), row.size()),
      data.bias(category), lanes);
  return expected == accurate->value ? std::string()
                                     : fmt::format("context {}, category {}: expected {}, got {}",
                                                   context, category, expected, accurate->value);
}

std::string check_sample(const ClassifierData& data, const Batch& batch, std::uint32_t context,
                         const Classification& result, std::size_t lanes, std::uint64_t most) {
  const auto& accurate = result.accurate;
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(most, accurate.size()); ++i) {
    const Scored& scored =
        accurate[i * accurate.size() / std::min<std::uint64_t>(most, accurate.size())];
    std::string difference = check_category(data, batch, context, scored.category, &scored, lanes);
    if (!difference.empty()) {
      return difference;
    }
  }
  const std::uint64_t categories = data.shape().categories;
  for (std::uint64_t i = 0; i < most; ++i) {
    const std::uint64_t category = i * categories / most;
    const auto at = std::lower_bound(
        accurate.begin(), accurate.end(), category,
        [](const Scored& scored, std::uint64_t wanted) { return scored.category < wanted; });
    const bool found = at != accurate.end() && at->category == category;
    std::string difference =
        check_category(data, batch, context, category, found ? &*at : nullptr, lanes);
    if (!difference.empty()) {
      return difference;
    }
  }
  return {};
}

std::string compare(const Classification& expected, const Classification& got,
                    std::uint32_t context) {
  if (expected.accurate.size() != got.accurate.size()) {
    return fmt::format("context {}: expected {} candidates, got {}", context,
                       expected.accurate.size(), got.accurate.size());
  }
  for (std::size_t i = 0; i < expected.accurate.size(); ++i) {
    if (!(expected.accurate[i] == got.accurate[i])) {
      return fmt::format("context {}: expected category {} with {}, got category {} with {}",
                         context, expected.accurate[i].category, expected.accurate[i].value,
                         got.accurate[i].category, got.accurate[i].value);
    }
  }
  if (expected.normalizer.maximum != got.normalizer.maximum ||
      expected.normalizer.sum != got.normalizer.sum) {
    return fmt::format("context {}: expected a softmax with maximum {} and sum {}, got {} and {}",
                       context, expected.normalizer.maximum, expected.normalizer.sum,
                       got.normalizer.maximum, got.normalizer.sum);
  }
  if (expected.probabilities != got.probabilities) {
    return fmt::format("context {}: probabilities differ", context);
  }
  return expected.approximate == got.approximate
             ? std::string()
             : fmt::format("context {}: approximate results differ", context);
}

}  // namespace

std::string find_difference(const ClassifierData& data, const RankLayout& layout,
                            const Batch& batch, const std::vector<Classification>& results,
                            std::size_t lanes, std::uint64_t most) {
  const std::size_t d = batch.constants.dimension;
  const std::size_t bytes = int4_bytes(batch.constants.length);
  for (std::uint32_t i = 0; i < batch.contexts; ++i) {
    std::string difference;
    if (data.shape().categories > most) {
      difference = check_sample(data, batch, i, results[i], lanes, most / 16);
    } else {
      difference = compare(
          expected_classification(
              data, layout, batch.constants, Span<const float>(batch.features).subspan(i * d, d),
              Span<const std::uint8_t>(batch.projected).subspan(i * bytes, bytes), lanes),
          results[i], i);
    }
    if (!difference.empty()) {
      return difference;
    }
  }
  return {};
}

}  // namespace lacuna::enmc
