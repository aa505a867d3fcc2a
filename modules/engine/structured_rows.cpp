// SPDX-License-Identifier: Apache-2.0
#include "engine/structured_rows.h"

#include <algorithm>

#include "sparse/hss_row.h"

namespace lacuna::engine {
namespace {

Span<const std::uint8_t> row_of(Span<const std::uint8_t> bytes, std::size_t first,
                                std::size_t size) {
  const std::size_t start = std::min(first, bytes.size());
  return bytes.subspan(start, std::min(size, bytes.size() - start));
}

}  // namespace

StructuredRows::StructuredRows(const TileOperands& operands) {
  const TileStep& step = operands.geometry.step;
  layout_ =
      structured_layout(structured_format(operands.metadata), step.first_element, step.elements);
  stride_ = std::size_t{layout_.phase} + step.elements;
  rows_.resize(step.channels * stride_);
  for (std::size_t channel = 0; channel < step.channels; ++channel) {
    const Span<const std::uint8_t> values =
        row_of(operands.weights, channel * layout_.value_row_bytes, layout_.value_row_bytes);
    const Span<const std::uint8_t> indices =
        row_of(operands.metadata, structured_header_bytes + channel * layout_.index_row_bytes,
               layout_.index_row_bytes);
    const sparse::HssRow row =
        sparse::unpack_hss({reinterpret_cast<const std::int8_t*>(values.data()), values.size()},
                           indices, layout_.windows, layout_.format);
    sparse::decode_hss(row, layout_.format,
                       Span<std::int8_t>(rows_).subspan(channel * stride_, stride_));
  }
}

}  // namespace lacuna::engine
