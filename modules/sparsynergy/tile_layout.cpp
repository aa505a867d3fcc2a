// SPDX-License-Identifier: Apache-2.0
#include "sparsynergy/tile_layout.h"

#include <algorithm>

namespace lacuna::sparsynergy {
namespace {

using sparse::UnifiedFormat;

constexpr std::uint64_t header_bytes = 4;
constexpr std::uint64_t word_bytes = 16;

std::uint64_t to_bytes(std::uint64_t bits) {
  return (bits + 7) / 8;
}

std::uint64_t to_words(std::uint64_t bytes) {
  return (bytes + word_bytes - 1) / word_bytes * word_bytes;
}

unsigned byte_at(Span<const std::uint8_t> bytes, std::size_t at) {
  return at < bytes.size() ? bytes[at] : 0u;
}

}  // namespace

TileLayout::TileLayout(const UnifiedFormat& format, std::uint32_t channels, std::uint32_t elements)
    : format_(format),
      channels_(channels),
      segments_((elements + format.vector_elements() - 1) / format.vector_elements()) {}

std::uint32_t TileLayout::kept(std::uint32_t group) const {
  const std::uint32_t before = group * UnifiedFormat::vector_group;
  const std::uint32_t rows =
      before < channels_ ? std::min(UnifiedFormat::vector_group, channels_ - before) : 0;
  return std::min(rows, format_.vectors);
}

// All groups before are whole.
std::uint64_t TileLayout::first_vector(std::uint32_t group, std::uint32_t segment) const {
  return std::uint64_t{group} * format_.vectors * segments_ + std::uint64_t{segment} * kept(group);
}

std::uint64_t TileLayout::vectors() const {
  const std::uint32_t whole = channels_ / UnifiedFormat::vector_group;
  return first_vector(whole, segments_);
}

std::uint64_t TileLayout::weights_bytes() const {
  return to_words(vectors() * vector_bytes());
}

std::uint64_t TileLayout::vector_index() const {
  return header_bytes;
}

std::uint64_t TileLayout::value_index() const {
  const bool stored = format_.vectors != UnifiedFormat::vector_group;
  return vector_index() + (stored ? to_bytes(vectors() * 3) : 0);
}

std::uint64_t TileLayout::bit_index() const {
  const bool stored = format_.window != UnifiedFormat::kept_values;
  return value_index() + (stored ? vectors() * UnifiedFormat::lanes * 2 / 8 : 0);
}

std::uint64_t TileLayout::metadata_bytes() const {
  const bool stored = !format_.dense_columns();
  return to_words(bit_index() + (stored ? to_bytes(vectors() * format_.columns * 3) : 0));
}

UnifiedFormat format_of(Span<const std::uint8_t> metadata) {
  return {std::clamp(byte_at(metadata, 0), 1u, UnifiedFormat::vector_group),
          std::clamp(byte_at(metadata, 1), 2u, 4u), byte_at(metadata, 2) == 8 ? 8u : 4u};
}

}  // namespace lacuna::sparsynergy
