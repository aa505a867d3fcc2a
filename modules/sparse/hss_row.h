// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/span.h"
#include "sparse/hss_format.h"

namespace lacuna::sparse {

/// A row of weights in an HSS format, window by window.
struct HssRow {
  std::vector<std::int8_t> values;        ///< [windows, kept blocks, kept values]
  std::vector<std::uint8_t> block_index;  ///< [windows, kept blocks], rising within a window
  std::vector<std::uint8_t> value_index;  ///< as values, rising within a block

  friend bool operator==(const HssRow& a, const HssRow& b) {
    return a.values == b.values && a.block_index == b.block_index && a.value_index == b.value_index;
  }
};

/// Windows of a row, the last of which may be short.
std::size_t hss_windows(std::size_t elements, const HssFormat& format);

/// Prunes a row by magnitude. Of a window those blocks stay whose best G0 values have the largest sum of magnitudes; of a
/// block the G0 values of the largest magnitude; of equals the first. What a short last window misses is zero.
HssRow compress_hss(Span<const std::int8_t> row, const HssFormat& format);

/// What a row stands for. @param row as long as the one that was compressed
void decode_hss(const HssRow& compressed, const HssFormat& format, Span<std::int8_t> row);

/// Indices as bits, window by window: first those of blocks, then those of values; the last byte is filled up with zeros.
std::vector<std::uint8_t> pack_hss_indices(const HssRow& row, const HssFormat& format);
/// Bytes that they take.
std::size_t hss_index_bytes(std::size_t windows, const HssFormat& format);
/// The inverse, together with the values. Bytes and values that are missing are zero; an index beyond its group is what the
/// bits say.
HssRow unpack_hss(Span<const std::int8_t> values, Span<const std::uint8_t> indices,
                  std::size_t windows, const HssFormat& format);

}  // namespace lacuna::sparse
