// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sparse/bbs_group.h"

namespace lacuna::sparse {

/// Weights of a group in BitVert's memory; a group is two passes through a PE [BBS §IV].
inline constexpr std::size_t machine_group = 32;
inline constexpr std::size_t machine_pass = 16;
/// Bytes of one column of a group, both passes.
inline constexpr std::size_t machine_column_bytes = machine_group / 8;
inline constexpr unsigned min_stored_columns = 2;
/// Both blobs of a tile end at a multiple of this many bytes.
inline constexpr std::size_t tile_alignment = 16;

/// Bits of a block's header byte: a metadata byte per row and group follows; its constant is signed
/// and subtracted (zero-point shifting).
inline constexpr std::uint8_t block_has_constants = 1;
inline constexpr std::uint8_t block_subtracts_constants = 2;

/// A tile as it lies in memory.
struct TileBlobs {
  std::vector<std::uint8_t> weights;
  std::vector<std::uint8_t> metadata;
};

/// Bytes of a block's metadata in a tile of `groups` groups: header, widths, and what its rows
/// carry.
constexpr std::size_t block_metadata_bytes(std::size_t groups, std::size_t rows, bool constants) {
  return 1 + (groups + 1) / 2 + (constants ? rows * groups : 0);
}

constexpr std::size_t align_tile(std::size_t bytes) {
  return (bytes + tile_alignment - 1) / tile_alignment * tile_alignment;
}

/// Packs 32 stored values as `width` columns, their `redundant` top columns left out: for each pass
/// the columns from the most significant down, 16 bits each.
/// @param bytes width * 4 of them
void pack_group(const std::int8_t* values, unsigned redundant, unsigned width, std::uint8_t* bytes);

/// The inverse of pack_group(): columns that reach below bit 0 are ignored, as the array ignores
/// them.
void unpack_group(const std::uint8_t* bytes, unsigned redundant, unsigned width,
                  std::int8_t* values);

/// Decodes a tile from its blobs alone.
/// @returns [blocks * rows, groups * 32] weights; elements and rows beyond the real ones decode to
/// their group's constant
/// @throws Error (bad_input) with the byte offset of what is wrong, in "<name>.weights" or
/// "<name>.metadata"
std::vector<std::int16_t> decode_tile(const TileBlobs& blobs, std::size_t blocks,
                                      std::size_t groups, std::size_t rows,
                                      const std::string& name);

}  // namespace lacuna::sparse
