// SPDX-License-Identifier: Apache-2.0
#include "near_memory/layout.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"
#include "sparse/screening/int4.h"

namespace lacuna::near_memory {

namespace {

constexpr std::uint64_t layout_page_bytes = 8192;
constexpr std::uint64_t layout_burst_bytes = 64;

constexpr std::uint64_t up_to_multiple(std::uint64_t number, std::uint64_t of) {
  return (number + of - 1) / of * of;
}

/// As many values of each context as the buffer holds: all, or whole groups of those multiplied at
/// once.
std::uint32_t tile_of(std::uint32_t values, std::uint32_t contexts, const UnitParams& params) {
  const std::uint64_t fitting = params.feature_buffer.value() / 4 / contexts;
  if (fitting >= values) {
    return values;
  }
  const std::uint64_t groups = std::max<std::uint64_t>(fitting / 16, 1);
  return static_cast<std::uint32_t>(groups * 16);
}

}  // namespace

std::uint32_t UnitLayout::output_rows(const UnitParams& params) const {
  const std::uint64_t bytes = std::min(params.output_buffer.value(), params.request.value());
  return static_cast<std::uint32_t>(std::max<std::uint64_t>(1, bytes / 4 / contexts));
}

UnitLayout lay_out(const workload::ClassifierShape& shape, std::uint32_t batch, bool screening,
                   std::uint32_t units, std::uint64_t unit_bytes, std::uint64_t align,
                   const UnitParams& params) {
  UnitLayout layout;
  layout.units = units;
  layout.categories = shape.categories;
  layout.contexts = batch;
  layout.screening = screening;
  const std::uint64_t rows = (shape.categories + units - 1) / units;
  std::uint64_t at = 0;
  const auto place = [&](std::uint64_t bytes) {
    const std::uint64_t begin = at;
    at = up_to_multiple(at + bytes, layout_page_bytes);
    return begin;
  };
  Matrix& screener = layout.screener;
  screener.values = shape.length;
  screener.tile = tile_of(shape.length, batch, params);
  screener.value_bits = params.screener == ScreenerFormat::int4 ? 4 : 32;
  screener.row_bytes = screener.bytes_of(shape.length);
  Matrix& classifier = layout.classifier;
  classifier.values = shape.dimension;
  classifier.tile = tile_of(shape.dimension, batch, params);
  classifier.row_bytes = static_cast<std::uint32_t>(
      up_to_multiple(std::uint64_t{4} * shape.dimension, layout_burst_bytes));
  for (const Matrix* matrix : {&screener, &classifier}) {
    if (matrix->row_bytes > 65536) {
      throw input_error(
          {}, fmt::format("rows of {} bytes; expected 65536 at the most", matrix->row_bytes));
    }
  }
  if (screening) {
    screener.rows_at = place(rows * screener.row_bytes);
    screener.biases_at = place(4 * rows);
  }
  classifier.rows_at = place(rows * classifier.row_bytes);
  classifier.biases_at = place(4 * rows);
  layout.declared = at;
  at = up_to_multiple(at, align);
  screener.features_at = place(std::uint64_t{batch} * screener.feature_stride());
  classifier.features_at = place(std::uint64_t{batch} * classifier.feature_stride());
  layout.candidates = classifier;
  layout.candidates.tile = tile_of(shape.dimension, 1, params);
  layout.sums_at = place(4 * rows * batch);
  layout.outputs_at = place(4 * rows * batch);
  layout.headers_at = place(layout_burst_bytes * batch);
  layout.results_at = place(8 * rows * batch);
  layout.end = at;
  if (layout.end > unit_bytes) {
    throw input_error({}, fmt::format("{} bytes for a unit of {}", layout.end, unit_bytes));
  }
  return layout;
}

}  // namespace lacuna::near_memory
