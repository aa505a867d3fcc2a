// SPDX-License-Identifier: Apache-2.0
#include "enmc/layout.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"
#include "core/rounding.h"
#include "enmc/rank_buffers.h"
#include "enmc/registers.h"

namespace lacuna::enmc {

namespace {

constexpr std::uint64_t page_bytes = 8192;
constexpr std::uint64_t burst_bytes = 64;

std::uint64_t page_after(std::uint64_t offset) {
  return round_up(offset, page_bytes);
}

std::uint32_t power_of_two_within(std::uint32_t number) {
  std::uint32_t power = 1;
  while (power * 2 <= number) {
    power *= 2;
  }
  return power;
}

}  // namespace

RankLayout lay_out(const ClassifierShape& shape, std::uint32_t batch, std::uint32_t ranks,
                   std::uint64_t rank_bytes, const RankParams& params) {
  RankLayout layout;
  layout.ranks = ranks;
  layout.categories = shape.categories;
  layout.row_bytes = (shape.length + 1) / 2;
  layout.fp32_row_bytes =
      static_cast<std::uint32_t>(round_up(4 * (std::uint64_t{shape.dimension} + 1), burst_bytes));
  const std::uint64_t fitting = params.feature_buffer.value() / layout.row_bytes;
  if (fitting == 0) {
    throw input_error({}, fmt::format("a context of {} INT4 values does not fit into a feature "
                                      "buffer of {} bytes",
                                      shape.length, params.feature_buffer.value()));
  }
  layout.contexts = static_cast<std::uint32_t>(
      std::min<std::uint64_t>({batch, fitting, params.sums(), softmax_registers}));
  layout.block_rows = power_of_two_within(params.sums() / layout.contexts);
  const std::uint64_t rows = ceil_div(shape.categories, ranks);
  if (rows >= most_rows_per_rank) {
    throw input_error(
        {}, fmt::format("{} rows in a rank; expected fewer than {}", rows, most_rows_per_rank));
  }
  layout.biases_int4 = page_after(rows * layout.row_bytes);
  layout.weights_fp32 = page_after(layout.biases_int4 + 4 * rows);
  layout.features_int4 = page_after(layout.weights_fp32 + rows * layout.fp32_row_bytes);
  layout.features_fp32 = page_after(layout.features_int4 + std::uint64_t{batch} * layout.row_bytes);
  layout.end = layout.features_fp32 + std::uint64_t{batch} * layout.fp32_row_bytes;
  if (layout.end > rank_bytes) {
    throw input_error({}, fmt::format("{} bytes in a rank of {}", layout.end, rank_bytes));
  }
  return layout;
}

}  // namespace lacuna::enmc
