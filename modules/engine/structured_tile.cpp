// SPDX-License-Identifier: Apache-2.0
#include "engine/structured_tile.h"

#include "core/error.h"
#include "engine/dense_rows.h"
#include "sparse/hss_row.h"

namespace lacuna::engine {
namespace {

sparse::KeepRatio ratio_at(Span<const std::uint8_t> metadata, std::size_t at) {
  const sparse::KeepRatio ratio{metadata[at], metadata[at + 1]};
  if (ratio.kept == 0 || ratio.kept > ratio.of || ratio.of > sparse::longest_keep_group) {
    throw model_error("a tile of weights whose metadata names no sparsity pattern");
  }
  return ratio;
}

}  // namespace

StructuredLayout structured_layout(const sparse::HssFormat& format, std::uint32_t first_element,
                                   std::uint32_t elements) {
  StructuredLayout layout;
  layout.format = format;
  layout.phase = first_element % format.window_elements();
  layout.windows = static_cast<std::uint32_t>(sparse::hss_windows(layout.phase + elements, format));
  layout.value_row_bytes = whole_words(std::size_t{layout.windows} * format.kept_values());
  layout.index_row_bytes = whole_words(sparse::hss_index_bytes(layout.windows, format));
  return layout;
}

sparse::HssFormat structured_format(Span<const std::uint8_t> metadata) {
  if (metadata.size() < structured_header_bytes) {
    throw model_error("a tile of weights whose metadata ends within its header");
  }
  return {ratio_at(metadata, 0), ratio_at(metadata, 2)};
}

std::uint32_t structured_passes(const StructuredLayout& layout, unsigned windows) {
  return (layout.windows + windows - 1) / windows;
}

}  // namespace lacuna::engine
