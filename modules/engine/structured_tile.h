// SPDX-License-Identifier: Apache-2.0
//
// A tile of weights of structured sparsity. Weight buffer: a row for every channel slot, its kept values window by window,
// filled up to 16 bytes. Metadata buffer: one word of 16 bytes with G1, H1, G0, H0, zeros; then for every slot the indices
// of its row (sparse/hss_row.h), filled up to 16 bytes. A tile without metadata is dense rows.
//
// Windows are counted from the start of a channel's elements, so pruning does not depend on how a layer is tiled; a window
// that a chunk cuts is in both chunks, each with its own elements only.
#pragma once

#include <cstdint>

#include "core/span.h"
#include "engine/tile.h"
#include "sparse/hss_format.h"

namespace lacuna::engine {

inline constexpr std::uint32_t structured_header_bytes = 16;

/// Where things lie in a tile of some elements.
struct StructuredLayout {
  sparse::HssFormat format;
  std::uint32_t phase = 0;    ///< elements of the first window that are before the tile
  std::uint32_t windows = 0;  ///< of a row
  std::uint32_t value_row_bytes = 0;
  std::uint32_t index_row_bytes = 0;
};
StructuredLayout structured_layout(const sparse::HssFormat& format, std::uint32_t first_element,
                                   std::uint32_t elements);

/// The format that a tile's metadata says.
/// @throws Error (stuck) when these are no ratios
sparse::HssFormat structured_format(Span<const std::uint8_t> metadata);

/// Passes that a row takes. @param windows of a pass
std::uint32_t structured_passes(const StructuredLayout& layout, unsigned windows);

}  // namespace lacuna::engine
