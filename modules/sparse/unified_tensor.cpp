// SPDX-License-Identifier: Apache-2.0
#include "sparse/unified_tensor.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>

#include <fmt/format.h>

#include "core/error.h"
#include "core/rounding.h"

namespace lacuna::sparse {
namespace {

constexpr unsigned group_rows = UnifiedFormat::vector_group;

/// One vector's share of a row.
template <class T>
Span<T> segment_of(Span<T> weights, std::size_t elements, std::size_t row, std::size_t segment,
                   std::size_t length) {
  const std::size_t first = segment * length;
  return weights.subspan(row * elements + first, std::min(length, elements - first));
}

std::uint64_t sum_of_magnitudes(Span<const std::int8_t> values) {
  std::uint64_t sum = 0;
  for (const std::int8_t value : values) {
    sum += static_cast<std::uint64_t>(std::abs(static_cast<int>(value)));
  }
  return sum;
}

/// Rows of a group whose vectors stay, rising.
std::vector<std::uint32_t> kept_rows(const std::vector<std::uint64_t>& scores, unsigned kept) {
  std::vector<std::uint32_t> rows(scores.size());
  std::iota(rows.begin(), rows.end(), 0U);
  std::stable_sort(rows.begin(), rows.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return scores[a] > scores[b]; });
  rows.resize(std::min<std::size_t>(rows.size(), kept));
  std::sort(rows.begin(), rows.end());
  return rows;
}

}  // namespace

double UnifiedSizes::effective_bits_per_weight() const {
  return static_cast<double>(bits()) / static_cast<double>(weights);
}

double UnifiedSizes::compression_ratio() const {
  return 8.0 * static_cast<double>(weights) / static_cast<double>(bits());
}

std::size_t UnifiedTensor::row_groups() const {
  return ceil_div(rows, group_rows);
}

std::size_t UnifiedTensor::segments() const {
  return ceil_div(elements, format.vector_elements());
}

UnifiedSizes UnifiedTensor::sizes() const {
  constexpr std::uint64_t lanes = UnifiedFormat::lanes;
  const std::uint64_t columns = format.stored_columns();
  UnifiedSizes sizes;
  sizes.weights = std::uint64_t{rows} * elements;
  sizes.vectors = vectors.size();
  sizes.data = sizes.vectors * columns * lanes;
  sizes.sign = sizes.vectors * lanes;
  sizes.value_index = format.window == UnifiedFormat::kept_values ? 0 : sizes.vectors * lanes * 2;
  sizes.vector_index = format.vectors == group_rows ? 0 : sizes.vectors * 3;
  sizes.bit_index = format.dense_columns() ? 0 : sizes.vectors * columns * 3;
  return sizes;
}

UnifiedTensor compress_unified(Span<const std::int8_t> weights, std::size_t rows,
                               const UnifiedFormat& format, UnifiedRounding rounding) {
  if (rows == 0 || weights.empty() || weights.size() % rows != 0) {
    throw input_error({}, fmt::format("{} weights are no matrix of {} rows", weights.size(), rows));
  }
  UnifiedTensor tensor;
  tensor.format = format;
  tensor.rows = rows;
  tensor.elements = weights.size() / rows;
  const std::size_t length = format.vector_elements();
  for (std::size_t group = 0; group < tensor.row_groups(); ++group) {
    const std::size_t first_row = group * group_rows;
    const std::size_t here = std::min<std::size_t>(group_rows, rows - first_row);
    for (std::size_t segment = 0; segment < tensor.segments(); ++segment) {
      const auto values = [&](std::size_t row) {
        return segment_of(weights, tensor.elements, first_row + row, segment, length);
      };
      std::vector<std::uint64_t> scores(here);
      for (std::size_t row = 0; row < here; ++row) {
        scores[row] = sum_of_magnitudes(values(row));
      }
      for (const std::uint32_t row : kept_rows(scores, format.vectors)) {
        tensor.places.push_back(
            {static_cast<std::uint32_t>(group), static_cast<std::uint32_t>(segment), row});
        tensor.vectors.push_back(compress_vector(values(row), format, rounding));
      }
    }
  }
  return tensor;
}

std::vector<std::int8_t> decode_unified(const UnifiedTensor& tensor) {
  std::vector<std::int8_t> weights(tensor.rows * tensor.elements);
  for (std::size_t i = 0; i < tensor.vectors.size(); ++i) {
    const VectorPlace& place = tensor.places[i];
    const std::size_t row = std::size_t{place.group} * group_rows + place.row;
    decode_vector(tensor.vectors[i], tensor.format,
                  segment_of(Span<std::int8_t>(weights), tensor.elements, row, place.segment,
                             tensor.format.vector_elements()));
  }
  return weights;
}

}  // namespace lacuna::sparse
